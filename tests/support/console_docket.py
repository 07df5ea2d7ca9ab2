"""A docket in memory that answers the console's and the public door's protocols: real documents, no database.

It keeps the rules that pages depend on (who may what, second persons, purposes) so that page tests are quick and honest.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from support.orders import order

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.assessment import Assessment, Proposal
from comity.casefile.documents.decision import Decision, Person
from comity.casefile.documents.demand import Channel, ChannelKind, Demand, Reading, ReceiptTimes, Sender
from comity.docket.views import (
    CallBack,
    CaseLine,
    CaseView,
    ComplaintLine,
    DocketPage,
    Draft,
    ExhibitLine,
    ItemLine,
    ReplyLine,
    RuleLine,
    RunningClock,
    TimelineLine,
)
from comity.law import assess, parse_provider
from comity.registry.duties import CARRIED_BY, Role
from comity.registry.errors import NotYourDutyError, SamePersonError, UnknownAuthorityError
from comity.registry.means import (
    AuthorityRole,
    AuthorityState,
    CallOutcome,
    CredentialKind,
    HeldAuthority,
    HeldCallBack,
    HeldCredential,
    HeldNumber,
)

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


class NoSuchCaseHere(Exception):  # noqa: N818
    """There is no such case, or it is not yours to see."""

    code = "no_such_case"


class NotYourTurnHere(Exception):  # noqa: N818
    """The case does not wait for this now; somebody or something else has moved it. Look at it again."""

    code = "not_your_turn"


@dataclass(frozen=True)
class Person_:
    id: str
    name: str
    roles: frozenset[str]

    @property
    def duties(self) -> frozenset[str]:
        return frozenset(duty.value for duty, roles in CARRIED_BY.items() if {r.value for r in roles} & self.roles)


@dataclass(frozen=True)
class StaffLine_:
    id: str
    name: str
    roles: tuple[str, ...]
    state: str
    added_by: str | None
    confirmed_by: str | None


@dataclass(frozen=True)
class Approver_:
    name: str
    at: Instant


@dataclass(frozen=True)
class AuthorityView_:
    held: HeldAuthority
    approvals: tuple[Approver_, ...]
    missing: tuple[str, ...]
    credentials: tuple[HeldCredential, ...]
    call_backs: tuple[HeldCallBack, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class Head_:
    checkpoint: str
    size: int
    vkeys: tuple[str, ...]


@dataclass(frozen=True)
class Report_:
    proposed: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass
class Case_:
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


class ConsoleDocket:
    """The object at ``settings.COMITY_DOCKET`` in page tests."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self.clock = clock or FixedClock(NOW)
        self.people: dict[int, Person_] = {}
        self.cases: dict[int, Case_] = {}
        self.bytes: dict[str, tuple[str, bytes]] = {}
        self.calls: list[tuple[str, Any]] = []
        self.rule_lines: list[RuleLine] = []
        self.complaint_lines: list[ComplaintLine] = []
        self.held: dict[str, HeldAuthority] = {}
        self.tiles: dict[str, bytes] = {}
        self.tokens: dict[str, Json] = {}
        self.filed: list[tuple[str, str, str]] = []

    # who

    def add_person(self, user: int, name: str, *roles: Role) -> Person_:
        person = Person_(hashlib.sha256(name.encode()).hexdigest()[:32], name, frozenset(role.value for role in roles))
        self.people[user] = person
        return person

    def member(self, user: int) -> Person_ | None:
        return self.people.get(user)

    def _require(self, viewer: str, duty: str) -> Person_:
        person = next(person for person in self.people.values() if person.id == viewer)
        if duty not in person.duties:
            raise NotYourDutyError(f"{duty} is not yours.")
        return person

    def staff(self) -> tuple[StaffLine_, ...]:
        return tuple(
            StaffLine_(person.id, person.name, tuple(sorted(person.roles)), "active", "Odile Petit", "Jonas Weber")
            for person in self.people.values()
        )

    # cases

    def page(self, *, tab: str, search: str, cursor: str | None, viewer: str) -> DocketPage:
        every = sorted(self.cases.values(), key=lambda case: (case.line.due_at is None, case.line.due_at or NOW))
        lines = [case.line for case in every if self._on(tab, case.line)]
        if search:
            lines = [line for line in lines if search.casefold() in f"{line.authority} {line.reference}".casefold()]
        start = int(cursor) if cursor and cursor.isdecimal() else 0
        counts = {name: sum(self._on(name, case.line) for case in every) for name in ("pending", "running", "mine")}
        more = str(start + 50) if len(lines) > start + 50 else None
        return DocketPage(tuple(lines[start : start + 50]), counts, more, self.clock.now())

    @staticmethod
    def _on(tab: str, line: CaseLine) -> bool:
        if tab == "pending":
            return line.needs_person
        if tab == "running":
            return not line.needs_person and line.status not in {"closed", "dismissed", "refused"}
        return tab == "all"

    def _case(self, case: str) -> Case_:
        return next(held for held in self.cases.values() if held.line.case == case)

    def case(self, number: int, viewer: str) -> CaseView:
        held = self.cases.get(number)
        if held is None:
            raise NoSuchCaseHere(NoSuchCaseHere.__doc__)
        return CaseView(
            line=held.line, demand=held.demand, assessment=held.assessment, decision=held.decision, draft=held.draft,
            clocks=held.clocks, items=held.items, timeline=tuple(held.timeline), exhibits=held.exhibits,
            replies=held.replies, call_back=held.call_back, secret_until=held.secret_until, missing=held.missing,
            may=self._may(held, viewer), now=self.clock.now(),
        )  # fmt: skip

    def _may(self, held: Case_, viewer: str) -> tuple[str, ...]:
        person = next(person for person in self.people.values() if person.id == viewer)
        status = held.line.status
        may: list[str] = []
        if status == "waiting" and "decide" in person.duties:
            may += ["decide", "dismiss"] + (["call_back"] if held.call_back else [])
        if status == "second_person" and "approve_decision" in person.duties:
            may += ["disagree"] + (["approve"] if held.draft and held.draft.by.id != viewer else [])
        if status == "clarifying" and "decide" in person.duties:
            may.append("clarify_received")
        if status == "in_effect" and "decide" in person.duties:
            may.append("scrutiny")
        return tuple(may)

    def opened(self, case: str, viewer: str) -> None:
        held = self._case(case)
        times = held.demand.times.model_copy(update={"opened_at": self.clock.now()})
        held.demand = held.demand.model_copy(update={"times": times})
        self.calls.append(("opened", case))

    def _move(self, held: Case_, status: str, says: str, viewer: str) -> None:
        held.line = dataclasses.replace(held.line, status=status, needs_person=status == "second_person")
        index = sum(len(case.timeline) for case in self.cases.values()) + 4000
        held.timeline.append(
            TimelineLine(new_id(), "decision", self.clock.now(), f"staff:{viewer[:6]}", says, index, True, False)
        )

    def decide(self, case: str, viewer: str, *, answer: str, urls: tuple[str, ...], reasons: str) -> None:
        person, held = self._require(viewer, "decide"), self._case(case)
        if held.line.status != "waiting":
            raise NotYourTurnHere(NotYourTurnHere.__doc__)
        self.calls.append(("decide", {"answer": answer, "urls": urls, "reasons": reasons}))
        proposed = held.assessment.proposed.value if held.assessment else ""
        if answer != proposed or answer != "comply":
            by = Person(id=viewer, role=sorted(person.roles)[0])
            held.draft = Draft(answer, (reasons,), by, self.clock.now())
            self._move(held, "second_person", "A first person decided; a second person is called.", viewer)
        else:
            self._move(held, "executing", "Decided: comply.", viewer)

    def approve(self, case: str, viewer: str) -> None:
        self._require(viewer, "approve_decision")
        held = self._case(case)
        if held.draft is None:
            raise NotYourTurnHere(NotYourTurnHere.__doc__)
        if held.draft.by.id == viewer:
            raise SamePersonError
        self.calls.append(("approve", held.draft.answer))
        self._move(held, "executing" if held.draft.answer.startswith("comply") else "declining", "Approved.", viewer)

    def disagree(self, case: str, viewer: str, because: str) -> None:
        self._require(viewer, "approve_decision")
        held = self._case(case)
        self.calls.append(("disagree", because))
        held.draft = None
        self._move(held, "waiting", f"The second person did not agree: {because}", viewer)

    def dismiss(self, case: str, viewer: str, because: str) -> None:
        self._require(viewer, "decide")
        self.calls.append(("dismiss", because))
        self._move(self._case(case), "second_person", f"Said to be no order: {because}", viewer)

    def authenticate(self, case: str, viewer: str, *, number: str, spoken_to: str, confirmed: bool, note: str) -> None:
        self._require(viewer, "record_call_back")
        held = self._case(case)
        self.calls.append(("authenticate", {"number": number, "spoken_to": spoken_to, "confirmed": confirmed}))
        if held.call_back is None or held.call_back.number != number:
            raise NotYourTurnHere("This is not the number held beforehand.")
        if confirmed:
            _verify(held)

    def clarified(self, case: str, viewer: str, *, changes: Json, grounds_ceased: bool, note: str) -> None:
        self._require(viewer, "decide")
        self.calls.append(("clarified", {"changes": changes, "grounds_ceased": grounds_ceased, "note": note}))
        self._move(self._case(case), "received", "The clarification came: a new hour.", viewer)

    def scrutiny(self, case: str, viewer: str, *, authority: str, infringement: bool, reasons: str) -> None:
        self._require(viewer, "decide")
        self.calls.append(("scrutiny", {"authority": authority, "infringement": infringement}))
        self._move(self._case(case), "reinstating" if infringement else "in_effect", "Scrutiny decided.", viewer)

    def file_paper(self, viewer: str, *, form: Json, scan: bytes, media_type: str, received_at: Instant) -> int:
        self._require(viewer, "decide")
        self.calls.append(("file_paper", {"form": form, "size": len(scan), "at": received_at}))
        number = max(self.cases) + 1
        self.cases[number] = make_case(
            number, form=form, channel=ChannelKind.PAPER, verified=None, received=received_at
        )
        return number

    # custody

    def exhibit(self, case: str, viewer: str, digest: str, purpose: str) -> tuple[str, Iterator[bytes]]:
        self._require(viewer, "read")
        self.calls.append(("exhibit", {"digest": digest, "purpose": purpose}))
        media_type, body = self.bytes[digest]
        return media_type, iter([body])

    def reply_pdf(self, case: str, viewer: str, entry: str) -> bytes:
        return b"%PDF-1.7 sealed"

    def proof(self, entry: str) -> bytes:
        return b"c2sp.org/tlog-proof@v1\nindex 4001\n"

    def log_head(self) -> Head_:
        return Head_(CHECKPOINT, 4711, ("comity.example/log+1a2b3c4d+AQ0f" + "x" * 40,))

    # rules and complaints

    def rules(self) -> tuple[RuleLine, ...]:
        return tuple(self.rule_lines)

    def propose_rule(
        self, viewer: str, *, authority: str, channels: tuple[str, ...], valid_until: Instant, why: str
    ) -> None:
        person = self._require(viewer, "propose_rule")
        self.calls.append(("propose_rule", {"authority": authority, "channels": channels, "until": valid_until}))
        name = self.held[authority].name
        line = RuleLine(
            new_id(), authority, name, channels, person.name, None, self.clock.now(), valid_until, "proposed", 0
        )
        self.rule_lines.append(line)

    def approve_rule(self, viewer: str, rule: str) -> None:
        person = self._require(viewer, "approve_rule")
        line = next(line for line in self.rule_lines if line.rule == rule)
        if line.proposed_by == person.name:
            raise SamePersonError
        place = self.rule_lines.index(line)
        self.rule_lines[place] = dataclasses.replace(line, approved_by=person.name, state="in_force")

    def withdraw_rule(self, viewer: str, rule: str, because: str) -> None:
        self._require(viewer, "propose_rule")
        self.calls.append(("withdraw_rule", because))
        line = next(line for line in self.rule_lines if line.rule == rule)
        self.rule_lines[self.rule_lines.index(line)] = dataclasses.replace(line, state="withdrawn")

    def complaints(self) -> tuple[ComplaintLine, ...]:
        return tuple(self.complaint_lines)

    def decide_complaint(self, viewer: str, complaint: str, *, outcome: str, reasons: str) -> None:
        self._require(viewer, "decide")
        self.calls.append(("decide_complaint", {"outcome": outcome, "reasons": reasons}))
        line = next(line for line in self.complaint_lines if line.complaint == complaint)
        self.complaint_lines[self.complaint_lines.index(line)] = dataclasses.replace(line, state="decided")

    # registry

    def authorities(self) -> tuple[HeldAuthority, ...]:
        return tuple(self.held.values())

    def authority(self, authority: str, viewer: str) -> AuthorityView_:
        held = self.held.get(authority)
        if held is None:
            raise UnknownAuthorityError(authority[:64])
        confirmed = held.state is AuthorityState.CONFIRMED
        credential = HeldCredential(
            "c3" * 16, CredentialKind.CERTIFICATE, hashlib.sha256(held.id.encode()).hexdigest(), held, "x", None, None,
            NOW.plus(timedelta(days=-300)), NOW.plus(timedelta(days=430)), withdrawn=False,
        )  # fmt: skip
        call = HeldCallBack(
            "d4" * 16, held, "x", NOW.plus(timedelta(days=-40)), held.numbers[0].held_since, "duty desk",
            CallOutcome.VERIFIED, None,
        )  # fmt: skip
        may = ("confirm", "suspend", "call_back", "enrol_certificate", "confirm_certificate")
        return AuthorityView_(
            held,
            (Approver_("Odile Petit", NOW.plus(timedelta(days=-41))),) if confirmed else (),
            () if confirmed else ("A call-back on a number held beforehand.", "A second person of ours."),
            (credential,),
            (call,) if confirmed else (),
            may,
        )

    def propose_authority(self, viewer: str, *, fields: Json) -> str:
        self._require(viewer, "propose_authority")
        self.calls.append(("propose_authority", fields))
        id_ = new_id()
        self.held[id_] = dataclasses.replace(
            self.held[FR_AUTHORITY], id=id_, name=fields["name"], state=AuthorityState.PROPOSED
        )
        return id_

    def confirm_authority(self, viewer: str, authority: str) -> None:
        self._require(viewer, "confirm_authority")
        self.calls.append(("confirm_authority", authority))

    def suspend_authority(self, viewer: str, authority: str, because: str) -> None:
        self._require(viewer, "suspend_authority")
        self.calls.append(("suspend_authority", because))

    def enrol_certificate(self, viewer: str, authority: str, *, pem: bytes, label: str) -> None:
        self._require(viewer, "enrol_credential")
        self.calls.append(("enrol_certificate", (label, len(pem))))

    def confirm_certificate(self, viewer: str, credential: str) -> None:
        self._require(viewer, "confirm_credential")
        self.calls.append(("confirm_certificate", credential))

    def record_call_back(self, viewer: str, authority: str, *, number: str, spoken_to: str, outcome: str) -> None:
        self._require(viewer, "record_call_back")
        self.calls.append(("record_call_back", (number, spoken_to, outcome)))

    def import_register(self, viewer: str, *, body: bytes, source: str) -> Report_:
        self._require(viewer, "import_register")
        return Report_(("Bundeskriminalamt",), ("line 7: no telephone number",))

    # the public door

    def checkpoint(self) -> str:
        return CHECKPOINT

    def tile(self, path: str) -> bytes | None:
        return self.tiles.get(path)

    def complaint_form(self, token: str) -> Json | None:
        return self.tokens.get(token)

    def file_complaint(self, token: str, text: str, language: str) -> bool:
        if token not in self.tokens:
            return False
        self.filed.append((token, text, language))
        return True

    def contact_point(self) -> Json:
        return {
            "name": "Example Board SAS", "home_state": "FR", "email": "orders@board.example",
            "languages": ["fr", "en"], "api": "https://api.board.example/",
        }  # fmt: skip


CHECKPOINT = (
    "comity.example/log\n4711\nq6n0VbJY0Hn3zjUOgXzBzN0lKJ2L1oZ0c8m1x0w9pBk=\n\n"
    "— comity.example/log GisrPAx0c1n2r3S4t5U6v7W8x9Y0z1A2b3C4d5E6f7G8h9I0j1K2l3M4n5O6p7Q8r9S0=\n"
)


def _verify(held: Case_) -> None:
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
) -> Case_:
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
        if isinstance(place, dict)
    )
    return Case_(
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
        ("assessment", 1, "system:docket", "Assessed: 27 findings hold, 2 are undetermined. Proposed: clarify."),
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


def picture() -> bytes:
    """A picture whose veil is worth lifting in a test: colours, and a comment that must not survive."""
    from PIL import Image

    image = Image.radial_gradient("L").resize((640, 420)).convert("RGB")
    image.paste((178, 34, 34), (60, 60, 220, 300))
    image.paste((24, 90, 140), (300, 120, 560, 360))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def example() -> ConsoleDocket:
    """A Saturday night: one order waits unverified, one waits for a second person, others run or are in effect."""
    docket = ConsoleDocket()
    numbers = (HeldNumber("e5" * 16, "+33 1 40 00 00 17", NOW.plus(timedelta(days=-40))),)
    docket.held[FR_AUTHORITY] = HeldAuthority(
        FR_AUTHORITY, PARIS, "FR", frozenset({AuthorityRole.ISSUES}), AuthorityState.CONFIRMED,
        ("authority.example",), "orders@authority.example", numbers, "FR-0001", "x",
    )  # fmt: skip
    docket.held[DE_AUTHORITY] = HeldAuthority(
        DE_AUTHORITY, "Bundeskriminalamt", "DE", frozenset({AuthorityRole.ISSUES, AuthorityRole.SCRUTINISES}),
        AuthorityState.PROPOSED, ("bka.example",), "tco@bka.example",
        (HeldNumber("f6" * 16, "+49 611 550", NOW.plus(timedelta(days=-2))),), "DE-0002", "x",
    )  # fmt: skip
    places = [
        {"url": "https://board.example/posts/1001", "additional_info": "Video in the first post"},
        {"url": "https://board.example/posts/1002"},
    ]
    docket.cases[417] = make_case(417, form=order(content_locations=places))
    shown = picture()
    digest = hashlib.sha256(shown).hexdigest()
    mail = b"From: orders@authority.example\r\nSubject: OFAC-2026-000417\r\n\r\n<script>alert(1)</script>\r\n"
    waiting = docket.cases[417]
    docket.bytes[digest] = ("image/png", shown)
    docket.bytes[waiting.exhibits[0].digest] = ("message/rfc822", mail)
    waiting.exhibits += (ExhibitLine(digest, "image/png", len(shown), "first frame.png", None, erased=False),)
    docket.cases[416] = make_case(
        416, verified=True, received=RECEIVED.plus(timedelta(minutes=-31)), status="in_effect",
        form=order(order_reference="OFAC-2026-000416"),
    )  # fmt: skip
    _answered(docket.cases[416])
    docket.cases[415] = make_case(
        415, verified=True, received=RECEIVED.plus(timedelta(minutes=-44)), status="second_person",
        form=order(order_reference="OFAC-2026-000415", redress__body=None),
    )  # fmt: skip
    docket.cases[415].draft = Draft(
        "clarify", ("Section G does not say before which court the order can be challenged (2021/784 Art 3(4)(f)).",),
        Person(id="9" * 32, role="moderator"), RECEIVED.plus(timedelta(minutes=-20)),
    )  # fmt: skip
    docket.cases[414] = make_case(
        414, verified=True, received=RECEIVED.plus(timedelta(hours=-5)), status="clarifying",
        form=order(order_reference="OFAC-2026-000409"),
    )  # fmt: skip
    docket.cases[413] = make_case(
        413, verified=None, received=RECEIVED.plus(timedelta(minutes=-63)), form=order(order_reference="BKA-77/26")
    )
    for number in range(401, 413):
        docket.cases[number] = make_case(
            number, verified=True, channel=ChannelKind.API, received=RECEIVED.plus(timedelta(hours=-number % 40)),
            status="in_effect", form=order(order_reference=f"OFAC-2026-000{number}"),
        )  # fmt: skip
    docket.rule_lines = [
        RuleLine(
            "11" * 16, FR_AUTHORITY, PARIS, ("api", "email"), "Odile Petit", "Jonas Weber",
            NOW.plus(timedelta(days=-30)), NOW.plus(timedelta(days=150)), "in_force", 214,
        ),
        RuleLine(
            "22" * 16, DE_AUTHORITY, "Bundeskriminalamt", ("api",), "Odile Petit", None,
            NOW, NOW.plus(timedelta(days=90)), "proposed", 0,
        ),
    ]  # fmt: skip
    docket.complaint_lines = [
        ComplaintLine(
            "33" * 16, docket.cases[416].line.case, 416, NOW.plus(timedelta(days=-3)), NOW.plus(timedelta(days=11)),
            "My post quotes the video in order to condemn it. I am a journalist and ask you to put it back.", "en",
            "open", may_reinstate=False,
        ),
        ComplaintLine(
            "44" * 16, docket.cases[401].line.case, 401, NOW.plus(timedelta(days=-9)), NOW.plus(timedelta(days=5)),
            "The authority withdrew its order.", "en", "open", may_reinstate=True,
        ),
    ]  # fmt: skip
    return docket


def hostile() -> ConsoleDocket:
    """The same house, but everything that outsiders wrote is an attack."""
    docket = example()
    form = order(
        order_reference=HOSTILE, additional_reasons=HOSTILE, grounds=[HOSTILE], issuer__name=HOSTILE,
        content_locations=[{"url": f"javascript:alert(1)//{HOSTILE}", "additional_info": HOSTILE}],
    )  # fmt: skip
    form[HOSTILE] = {HOSTILE: [HOSTILE]}
    bad = make_case(666, form=form)
    sender = bad.demand.sender.model_copy(update={"why": HOSTILE, "officer": HOSTILE, "reply_to": HOSTILE})
    bad.demand = bad.demand.model_copy(update={"sender": sender})
    bad.line = dataclasses.replace(bad.line, authority=HOSTILE, reference=HOSTILE)
    bad.exhibits = tuple(dataclasses.replace(line, name=HOSTILE) for line in bad.exhibits)
    bad.items = tuple(dataclasses.replace(item, detail=HOSTILE) for item in bad.items)
    bad.timeline = [dataclasses.replace(line, says=HOSTILE, who=HOSTILE) for line in bad.timeline]
    bad.missing = (HOSTILE,)
    bad.draft = None
    bad.call_back = CallBack(HOSTILE, HOSTILE, "+33", HOSTILE)
    docket.cases[666] = bad
    docket.bytes[bad.exhibits[0].digest] = ("message/rfc822", HOSTILE.encode())
    docket.held[FR_AUTHORITY] = dataclasses.replace(docket.held[FR_AUTHORITY], name=HOSTILE, mail_domains=(HOSTILE,))
    docket.rule_lines[0] = dataclasses.replace(docket.rule_lines[0], authority_name=HOSTILE, proposed_by=HOSTILE)
    docket.complaint_lines[0] = dataclasses.replace(docket.complaint_lines[0], text=HOSTILE)
    return docket


def _answered(held: Case_) -> None:
    at = held.line.received_at.plus(timedelta(seconds=2))
    held.decision = Decision(
        case=held.line.case, answer=Proposal.COMPLY, grants=(), basis="0" * 32, standing_rule="11" * 16,
        reasons=("A standing rule covers orders of this authority on this channel (2021/784 Art 3(3)).",),
    )  # fmt: skip
    held.replies = (ReplyLine("77" * 16, "annex-2", at, at.plus(timedelta(seconds=1)), "250 2.0.0 accepted", "0" * 64),)
    held.missing, held.call_back = (), None
