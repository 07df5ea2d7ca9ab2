"""``python -m board``: seed and serve."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from board.config import Config, House, Unusable
from board.seed import seed
from board.web.bridge import Bridge
from board.web.site import application


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m board", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on; without it, only seed")
    parser.add_argument("--data", type=Path, required=True, help="folder of the board's own data")
    parser.add_argument(
        "--secret-file", type=Path, required=True, help="file with the secret of /admin (32 characters)"
    )
    parser.add_argument("--territory", default="FR", help="country of visitors of unknown country")
    parser.add_argument("--country-header-from", action="append", default=[], metavar="ADDRESS", help="believed proxy")
    parser.add_argument("--host-name", action="append", default=[], help="public host name (repeatable)")
    parser.add_argument("--secure-cookies", action="store_true", help="cookies over HTTPS only")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="write N posts first, if there are none yet")
    parser.add_argument("--seed-password", help="password of every seeded account; without it nobody can log in there")
    parser.add_argument("--faults", type=Path, help="for tests only: JSON file of failures to make")
    return parser.parse_args(arguments)


def _config(options: argparse.Namespace) -> Config:
    return Config(
        data=options.data,
        secret=options.secret_file.read_text("utf-8").strip(),
        territory=options.territory,
        country_header_from=frozenset(options.country_header_from),
        hosts=("localhost", "127.0.0.1", *options.host_name),
        secure_cookies=options.secure_cookies,
        faults=options.faults,
    )


async def _serve(house: House, host: str, port: int) -> None:
    server = Server(
        Bridge(application(house), house),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, server.stop)
    await server.serve()


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the board; exit 2 with one line when it cannot be started."""
    options = _arguments(arguments)
    logging.basicConfig(level=logging.WARNING)
    # Addresses of what is not shown are nobody's business in a log file.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    try:
        house = House(_config(options))
        if options.seed:
            seed(house.database, options.seed, options.seed_password)
        if options.port:
            asyncio.run(_serve(house, options.host, options.port))
    except (OSError, Unusable) as error:
        sys.stderr.write(f"board: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
