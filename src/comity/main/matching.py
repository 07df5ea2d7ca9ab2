"""The match service's two programs: the keeper, which writes the index, and the application that answers from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from comity.casefile.clock import WallClock
from comity.main.cataloguing import catalogue_folder
from comity.main.house import Places, server_of, set_up_django
from comity.main.lifelines import end_with
from comity.main.logs import configure
from comity.settings import Settings, UnusableSettings

_FOR_OWNER = 0o600
MATCH = "match"


def tokens_file(settings: Settings) -> Path:
    """The file of callers' tokens, as digests."""
    return settings.match_tokens_file or Places(settings.home).keys / "match.tokens"


def make_tokens_file(settings: Settings) -> None:
    """Make it where there is none: it lets nobody in."""
    path = tokens_file(settings)
    if settings.match_tokens_file is None and not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_OWNER))


def match_token(settings: Settings, name: str, scopes: str) -> int:
    """Let a caller in for ``read`` or ``read,write``: its token is shown once, its digest is kept."""
    from comity.matching.serving.tokens import new_token, read_tokens  # noqa: PLC0415 -- only here

    make_tokens_file(settings)
    path = tokens_file(settings)
    token, line = new_token(name, scopes)
    text = path.read_text(encoding="utf-8")
    text = f"{text.rstrip()}\n{line}\n".lstrip()
    read_tokens(text)
    with os.fdopen(os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FOR_OWNER), "w") as file:
        file.write(text)
    path.with_suffix(".new").replace(path)
    print(token)  # noqa: T201 -- shown once, to the operator
    return 0


def keeper(settings: Settings) -> int:
    """Follow the banks into the index until told to stop."""
    server = server_of(settings)
    set_up_django(settings, server, "none")
    import psycopg  # noqa: PLC0415 -- after Django

    from comity.casefile.records.roles import Role  # noqa: PLC0415 -- the same
    from comity.main.programs import stop_event  # noqa: PLC0415 -- the same
    from comity.matching.serving.running import keep  # noqa: PLC0415 -- the same

    keep(
        settings.home / MATCH,
        lambda: psycopg.connect(**server.parameters(Role.APP), autocommit=True),
        stop_event(),
    )
    return 0


def application() -> Any:
    """What the web server loads in each of its processes."""
    end_with(os.getppid())
    settings = Settings.from_environment()
    configure(settings.log_level)
    set_up_django(settings, server_of(settings), "none")
    from comity.matching.serving.errors import UnusableTokens  # noqa: PLC0415 -- after Django
    from comity.matching.serving.running import application as answering  # noqa: PLC0415 -- the same

    hosts = frozenset(host.strip() for host in settings.match_hosts.split(",") if host.strip())
    catalogue = catalogue_folder(settings) if settings.match_catalogue else None
    try:
        return answering(settings.home, tokens_file(settings), WallClock(), hosts=hosts, catalogue=catalogue)
    except UnusableTokens as failure:
        message = f"COMITY_MATCH_TOKENS_FILE: {failure}"
        raise UnusableSettings(message) from failure
