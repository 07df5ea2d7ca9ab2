"""What the docket in memory holds: the values behind the pages, and a case as it stands after assessment."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.decision import Decision
from comity.casefile.documents.demand import Channel, ChannelKind, Demand, Reading, ReceiptTimes, Sender
from comity.docket.views import (
    CallBack,
    CaseLine,
    Draft,
    ExhibitLine,
    ItemLine,
    ReplyLine,
    RunningClock,
    TimelineLine,
)
from comity.law import assess, parse_provider
from comity.registry.duties import CARRIED_BY
from comity.registry.means import (
    HeldAuthority,
    HeldCallBack,
    HeldCredential,
)
from support.orders import order

PROVIDER = parse_provider(
    "name: Example Board\nlegal_name: Example Board SAS\nhome_state: FR\n"
    "establishments: [{state: FR, kind: main}]\nsubject_to: [FR, EU]\noffers_services_in: [EU]\n"
    "hosts: [board.example]\nlanguages: [fr, en]\nservices: [hosting, public]\n"
)
NOW = Instant.parse("2026-11-23T01:22:30Z")
RECEIVED = Instant.parse("2026-11-23T01:13:04Z")
FR_AUTHORITY = "a1" * 16
DE_AUTHORITY = "b2" * 16
PARIS = "Office central de lutte contre la criminalité liée aux technologies"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7|add:7 }}{% csrf_token %}"


CHECKPOINT = (
    "comity.example/log\n4711\nq6n0VbJY0Hn3zjUOgXzBzN0lKJ2L1oZ0c8m1x0w9pBk=\n\n"
    "— comity.example/log GisrPAx0c1n2r3S4t5U6v7W8x9Y0z1A2b3C4d5E6f7G8h9I0j1K2l3M4n5O6p7Q8r9S0=\n"
)


class NoSuchCaseHere(Exception):  # noqa: N818
    """There is no such case, or it is not yours to see."""

    code = "no_such_case"


class NotYourTurnHere(Exception):  # noqa: N818
    """The case does not wait for this now; somebody or something else has moved it. Look at it again."""

    code = "not_your_turn"


@dataclass(frozen=True)
class InMemoryPerson:
    id: str
    name: str
    roles: frozenset[str]

    @property
    def duties(self) -> frozenset[str]:
        return frozenset(duty.value for duty, roles in CARRIED_BY.items() if {r.value for r in roles} & self.roles)


@dataclass(frozen=True)
class InMemoryStaff:
    id: str
    name: str
    roles: tuple[str, ...]
    state: str
    added_by: str | None
    confirmed_by: str | None


@dataclass(frozen=True)
class InMemoryApprover:
    name: str
    at: Instant


@dataclass(frozen=True)
class InMemoryAuthority:
    held: HeldAuthority
    approvals: tuple[InMemoryApprover, ...]
    missing: tuple[str, ...]
    credentials: tuple[HeldCredential, ...]
    call_backs: tuple[HeldCallBack, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class InMemoryHead:
    checkpoint: str
    size: int
    vkeys: tuple[str, ...]


@dataclass(frozen=True)
class InMemoryClient:
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class InMemoryComplaintForm:
    urls: tuple[str, ...]
    remedies: Json


@dataclass(frozen=True)
class InMemoryReport:
    proposed: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass
class InMemoryCase:
    """One case with everything that its page shows."""

    line: CaseLine
    demand: Demand
    assessment: Assessment | None
    clocks: tuple[RunningClock, ...]
    items: tuple[ItemLine, ...]
    exhibits: tuple[ExhibitLine, ...] = ()
    timeline: list[TimelineLine] = field(default_factory=list)
    replies: tuple[ReplyLine, ...] = ()
    decision: Decision | None = None
    draft: Draft | None = None
    call_back: CallBack | None = None
    secret_until: Instant | None = None
    missing: tuple[str, ...] = ()


def verify(held: InMemoryCase) -> None:
    """What a confirmed call-back changes: the sender is verified and the assessment made anew."""
    held.line = dataclasses.replace(held.line, verified=True)
    sender = held.demand.sender.model_copy(update={"method": "call_back", "why": "Confirmed by call-back."})
    channel = held.demand.channel.model_copy(update={"sender_verified": True})
    held.demand = held.demand.model_copy(update={"sender": sender, "channel": channel})
    held.assessment = judged(held.demand, resolved=True)


def judged(demand: Demand, *, resolved: bool) -> Assessment:
    """The law room's own assessment of a demand."""
    urls = {place["url"]: resolved for place in demand.form.get("content_locations", []) if isinstance(place, dict)}
    facts = {**demand.form, "channel": demand.channel.model_dump(mode="json"), "content": {"urls_resolved": urls}}
    return _judged(json.dumps(facts), str(demand.times.transport_received_at))


@functools.cache
def _judged(facts: str, received: str) -> Assessment:
    return assess(json.loads(facts), received=Instant.parse(received), provider=PROVIDER, instrument="eu-tco")


def make_case(
    number: int,
    *,
    form: Json | None = None,
    channel: ChannelKind = ChannelKind.EMAIL,
    verified: bool | None = False,
    received: Instant = RECEIVED,
    status: str = "waiting",
) -> InMemoryCase:
    """A case as it stands after assessment."""
    form = form if form is not None else order()
    case, raw = new_id(), hashlib.sha256(f"mail {number}".encode()).hexdigest()
    demand = Demand(
        case=case,
        instrument="eu-tco",
        channel=Channel(
            kind=channel, sender_verified=verified, authority_in_register=True, first_order_from_authority=False
        ),
        sender=Sender(
            authority=FR_AUTHORITY,
            officer=None,
            method="pades" if verified else "none",
            why="The signature inside the PDF verifies against the certificate enrolled for this authority."
            if verified
            else "The PDF carries no signature that verifies; a mailbox proves nothing.",
            reply_to="orders@authority.example",
        ),
        times=ReceiptTimes(
            sent_at=Instant.parse("2026-11-23T02:12:41+01:00"),
            transport_received_at=received,
            acknowledged_at=received.plus(timedelta(seconds=1)),
        ),
        raw=(raw,),
        reading=Reading.FORM,
        form=form,
    )
    assessment = judged(demand, resolved=True)
    running = status in {"waiting", "second_person", "executing"}
    clocks = tuple(
        RunningClock(deadline, "running" if running or deadline.id != "remove_or_disable" else "met", deadline.due_at)
        for deadline in assessment.deadlines
    )
    first = next((clock for clock in clocks if clock.deadline.id == "remove_or_disable"), None)
    line = CaseLine(
        case, number, status, "eu-tco", channel.value, PARIS, str(form.get("order_reference", "")), received,
        first.due_at if first and running else None, "remove_or_disable" if running else "", verified,
        status in {"waiting", "second_person"},
    )  # fmt: skip
    state = "performed" if status == "in_effect" else "unknown"
    done = received.plus(timedelta(seconds=2)) if status == "in_effect" else None
    items = tuple(
        ItemLine(str(place.get("url")), state, "", done, None, ())
        for place in form.get("content_locations", [])
        if status == "in_effect"
    )
    return InMemoryCase(
        line, demand, assessment, clocks, items,
        exhibits=(ExhibitLine(raw, "message/rfc822", 48211, "message as it arrived.eml", None, erased=False),),
        timeline=_timeline(case, received, number, status),
        call_back=None if verified else CallBack(
            FR_AUTHORITY, PARIS, "+33 1 40 00 00 17", "Held since 14 Oct 2026, from the register of the Commission and "
            "the ministry's directory",
        ),
        missing=() if verified else ("Who sent this is not verified: call back before you comply.",),
    )  # fmt: skip


def _timeline(case: str, received: Instant, number: int, status: str) -> list[TimelineLine]:
    told = [
        ("demand", 0, "system:intake", "A removal order arrived by e-mail and was kept as it arrived."),
        ("custody", 0, "system:intake", "The message was taken into custody, encrypted under a key of its own."),
        ("deadline", 0, "system:docket", "The hour of Article 3(3) runs."),
        ("assessment", 1, "system:docket", "Assessed, with every finding, its article and its reason."),
    ]
    if status == "in_effect":
        told += [
            ("decision", 1, "system:docket", "Comply, by the standing rule that two people made."),
            ("act", 1, "system:docket", "Ordered: disable everywhere in the Union."),
            ("act", 2, "system:docket", "Performed: a stranger sees 451 and no part of the post."),
            ("form_reply", 2, "system:docket", "Annex II was filled and sealed."),
            ("receipt", 3, "system:docket", "Delivered: 250 2.0.0 accepted as 4Zk1."),
        ]
    return [
        TimelineLine(
            hashlib.sha256(f"{number}{place}".encode()).hexdigest()[:32], kind, received.plus(timedelta(seconds=after)),
            who, says, number * 11 + place, place < len(told) - 1 or status == "in_effect", erased=False,
        )
        for place, (kind, after, who, says) in enumerate(told)
    ]  # fmt: skip
