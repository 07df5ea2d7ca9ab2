"""The watch over the nights as a program."""

from __future__ import annotations

from comity.casefile.clock import Clock
from comity.main.programs import stop_event
from comity.settings import Settings


def configured(settings: Settings) -> bool:
    """Whether anybody can be called at all; without a way the watch does not run."""
    return bool(settings.nights_push_url or settings.nights_webhook_url or settings.nights_mail_from)


def nights(settings: Settings, clock: Clock | None = None) -> int:
    """Watch the docket and call people, until told to stop."""
    from comity.main.house import server_of, set_up_django  # noqa: PLC0415 -- Django first

    set_up_django(settings, server_of(settings), "none")
    from comity.docket.nights.watch import run_watch  # noqa: PLC0415 -- after Django
    from comity.main.compose import parts_of  # noqa: PLC0415 -- the same

    run_watch(parts_of(settings, clock), stop_event())
    return 0
