"""An emergency demand that nothing stands against, to be spoiled one fact at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category
from comity.decision.urgency import Call, Claim, Decoys, Limits, Past, Sender, Statement, Verdict, judge

RECEIVED = Instant.parse("2026-11-24T13:13:00Z")
AT = RECEIVED.plus(timedelta(minutes=40))
LONG_AGO = RECEIVED.plus(timedelta(days=-90))
CALLED = RECEIVED.plus(timedelta(minutes=20))
OFFICER = Call(CALLED, LONG_AGO, confirmed=True)
SUPERVISOR = Call(CALLED, LONG_AGO, confirmed=True, supervisor=True)
STATEMENT = Statement(
    danger="A girl of eleven, held by a man who announced her death.",
    why_now="He announced it for midnight.",
    why_no_court="The duty judge cannot be reached before six.",
)
CLAIM = Claim(RECEIVED, STATEMENT, frozenset({Category.SUBSCRIBER, Category.LOCATION}), case="c1")
SENDER = Sender(
    state="FR",
    domain="police.example",
    known_domains=frozenset({"police.example"}),
    mailbox_only=False,
    calls=(OFFICER, SUPERVISOR),
    earlier_demands=12,
    officer_times=(LONG_AGO,),
    new_device=False,
)
LIMITS = Limits()


def verdict(
    claim: dict[str, Any] | None = None,
    sender: dict[str, Any] | None = None,
    past: dict[str, Any] | None = None,
    limits: Limits = LIMITS,
    decoys: Decoys | None = None,
    at: Instant = AT,
) -> Verdict:
    """What is said of the honest demand with some facts changed."""
    return judge(
        replace(CLAIM, **(claim or {})),
        replace(SENDER, **(sender or {})),
        Past(**(past or {})),
        limits,
        decoys or Decoys(),
        at=at,
    )


def codes(reasons: tuple[Any, ...]) -> list[str]:
    """The codes of reasons."""
    return [reason.code.value for reason in reasons]
