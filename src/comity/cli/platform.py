"""``comity platform check URL``: a platform's engineer tries an endpoint against the contract, attacks included."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from comity.platform.errors import Misconfigured
from comity.platform.webhook.conformance import Conformance
from comity.platform.webhook.settings import WebhookSettings


def register(commands: Any) -> None:
    """Add the command."""
    platform = commands.add_parser("platform", help="try the platform's endpoint").add_subparsers(
        dest="part", required=True, metavar="check"
    )
    check = platform.add_parser(
        "check",
        help="run the conformance checks against an endpoint of docs/platform-webhook.yaml",
        description="Disables and restores one sample item and sends its author one marked message. Exit code 0: the "
        "contract is kept; 1: it is not, with what to mend; 2: the check itself could not be run.",
    )
    check.add_argument("url", metavar="URL", help="base URL of the endpoint, for instance https://board.example/comity")
    check.add_argument("--secret-file", type=Path, required=True, help="file with the shared secret, its owner's only")
    check.add_argument("--sample", metavar="URL", help="public URL of an item to try with; otherwise the one of /about")
    check.add_argument("--host", action="append", default=[], help="public host of the platform, if not the URL's own")
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    try:
        hosts = options.host or [_host(options.url)]
        settings = WebhookSettings.from_file(options.url, options.secret_file, hosts)
    except Misconfigured as failure:
        raise ValueError(str(failure)) from failure
    failed = 0
    for result in Conformance(settings, options.sample).results():
        print(f"{'ok  ' if result.ok else 'FAIL'} {result.name}", flush=True)
        if not result.ok:
            failed += 1
            print(f"     seen: {result.seen}\n     mend: {result.mend}", flush=True)
    print("the contract is kept" if not failed else f"the contract is not kept: {failed} checks failed")
    return 1 if failed else 0


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0]
