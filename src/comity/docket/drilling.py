"""What a drill sends and what came of it: an order as any authority's, to this house, under a name that is nobody's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit import EntryRow
from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.docket.errors import DocketRefused
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.law.provider import Provider
from comity.registry import store as register
from comity.registry import store_credentials
from comity.registry.lookalikes import within_one_edit
from comity.registry.means import CredentialKind

NAME = "Comity drill"
"""Of the issuer that a drill names; an authority enrolled for drills has a name that begins so."""
_OVER = frozenset(
    {Status.DISMISSED, Status.REFUSED, Status.CLOSED, Status.ANSWERED, Status.IN_EFFECT, Status.CLARIFYING}
)


class DrillRefused(DocketRefused):
    """This drill could be taken for something real."""

    code = "drill_refused"


@dataclass(frozen=True)
class Stage:
    """One thing that happened in a drill, and how long after its receipt."""

    what: str
    at: Instant
    after: timedelta


@dataclass(frozen=True)
class Progress:
    """How far a drill has come."""

    number: int
    status: str
    marked: bool
    over: bool
    stages: tuple[Stage, ...]


def is_drill_name(name: str) -> bool:
    """Whether a name in the register is one of those enrolled for drills."""
    return _plain(name).startswith(_plain(NAME))


def check_name(name: str) -> None:
    """Refuse a name that an enrolled authority bears, or that could be taken for it; raises ``DrillRefused``."""
    wanted = _plain(name)
    if not is_drill_name(name):
        raise DrillRefused(f"A drill's issuer is called “{NAME} …”, so that nobody takes it for a real authority.")
    for held in register.authorities():
        real = _plain(held.name)
        if not is_drill_name(held.name) and (real in wanted or within_one_edit(real, wanted)):
            raise DrillRefused(f"“{name[:80]}” could be taken for {held.name}.")


def name_of_client(client: str) -> str:
    """The name of the authority behind an API client, if it is one that was enrolled for drills."""
    held = store_credentials.by_mark(CredentialKind.CLIENT, client)
    if held is None:
        raise DrillRefused("There is no such API client.")
    if not is_drill_name(held.authority.name):
        raise DrillRefused(f"This client belongs to {held.authority.name}: nobody drills in a real authority's name.")
    return held.authority.name


def order(provider: Provider, *, reference: str, url: str, at: Instant, issuer: str) -> Json:
    """Annex I, complete, naming one address of ours; every text in it says that it is a drill."""
    said = "This is a drill. It is no order of any authority and has no legal effect."
    return {
        "issuing_member_state": provider.home_state,
        "addressee": provider.legal_name,
        "contact_point": "the contact point",
        "home_member_state": provider.home_state,
        "issued_at": str(at),
        "order_reference": reference,
        "content_locations": [{"url": url, "additional_info": said}],
        "grounds": ["INCITES"],
        "additional_reasons": said,
        "nondisclosure": False,
        "home_is_other_member_state": False,
        "issuer": {
            "type": "OTHER_COMPETENT_AUTHORITY",
            "name": issuer,
            "representative": "the operator of this house",
            "file_no": reference[:22],
            "address": "nowhere",
            "tel": "+10000000000",
            "email": "drill@drill.invalid",
            "date": at.utc.date().isoformat(),
            "stamp_signature": {"kind": "none", "evidence": said},
        },
        "followup": {"issuer_contact": "drill@drill.invalid"},
        "redress": {
            "body": "none: this is a drill",
            "deadline": {"n": 1, "unit": "days", "from": "never"},
            "legal_link": "https://drill.invalid/",
        },
    }


def progress(reference: str) -> Progress | None:
    """How far the drill of this reference has come; nothing before it arrived."""
    row = Case.objects.filter(reference=reference).order_by("-number").first()
    if row is None:
        return None
    received = Instant(row.received_at)
    seen: dict[str, Instant] = {"received": received}
    for entry in audit.entries_of(row.id.hex):
        what = _what(entry)
        if what:
            seen.setdefault(what, entry.at)
    stages = tuple(Stage(what, at, at.since(received)) for what, at in sorted(seen.items(), key=lambda pair: pair[1]))
    return Progress(row.number, row.status, row.test, Status(row.status) in _OVER, stages)


def _what(entry: EntryRow) -> str:
    """The stage that an entry ends; nothing for most."""
    body: Json = json.loads(entry.body) if entry.body else {}
    if entry.kind == "alarm":
        return {"began": "alarm", "acknowledged": "acknowledged", "unanswered": "nobody answered"}.get(
            body["change"], ""
        )
    if entry.kind == "page":
        return "first page sent" if body["state"] == "sent" else ""
    if entry.kind == "act":
        return "disabled" if body["state"] == "performed" else ""
    if entry.kind == "receipt":
        return "answered" if body["delivered"] else ""
    known = {
        "assessment": "assessed",
        "decision": "decided",
        "dismissal": "ended before the act",
        "access": "first look",
    }
    return known.get(entry.kind, "")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
