"""Whether a demand may be released as an emergency, from what the registry and the record know of its sender."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.documents.demand import ChannelKind
from comity.docket.disclosures.judging import Judged
from comity.registry import store as register

_FIRST = "The first demand of an authority is never released as an emergency."
_UNKNOWN = "Its sender is not authenticated."
_MAILBOX = "It came by mail, and a mailbox gives no authority: call back on a number held beforehand."
_BY_CALL = "call_back"


@dataclass(frozen=True)
class Urgent:
    """What bars the release, and what the releaser is shown."""

    bars: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def judged(found: Judged) -> Urgent:
    """What stands against releasing this demand as an emergency."""
    demand = found.demand.document
    authority, channel = demand.sender.authority, demand.channel
    checks = (
        (channel.sender_verified is not True, _UNKNOWN),
        (authority is None or register.filings(authority) <= 1, _FIRST),
        (channel.kind is ChannelKind.EMAIL and demand.sender.method != _BY_CALL, _MAILBOX),
    )
    return Urgent(bars=tuple(why for holds, why in checks if holds))
