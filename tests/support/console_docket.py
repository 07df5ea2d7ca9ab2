# ruff: noqa: ARG002 -- a docket in memory ignores part of what the protocol gives it
"""A docket in memory that answers the console's and the public door's protocols: real documents, no database.

It keeps the rules that pages depend on (who may what, second persons, purposes): page tests are quick and honest.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.decision import Person
from comity.casefile.documents.demand import ChannelKind
from comity.docket.hunts.views import Offer
from comity.docket.views import (
    CaseLine,
    CaseView,
    ComplaintLine,
    DocketPage,
    Draft,
    RuleLine,
    TimelineLine,
)
from comity.registry.duties import Role
from comity.registry.errors import NotYourDutyError, SamePersonError, UnknownAuthorityError
from comity.registry.means import (
    AuthorityState,
    CallOutcome,
    CredentialKind,
    HeldAuthority,
    HeldCallBack,
    HeldCredential,
)
from support.console_nights import NightsInMemory
from support.console_reviews import ReviewsInMemory
from support.console_shapes import (
    CHECKPOINT,
    FR_AUTHORITY,
    NOW,
    InMemoryApprover,
    InMemoryAuthority,
    InMemoryCase,
    InMemoryClient,
    InMemoryComplaintForm,
    InMemoryHead,
    InMemoryPerson,
    InMemoryReport,
    InMemoryStaff,
    NoSuchCaseHere,
    NotYourTurnHere,
    make_case,
    verify,
)


class ConsoleDocket(NightsInMemory, ReviewsInMemory):
    """The object at ``settings.COMITY_DOCKET`` in page tests."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self.clock = clock or FixedClock(NOW)
        self.people: dict[int, InMemoryPerson] = {}
        self.cases: dict[int, InMemoryCase] = {}
        self.bytes: dict[str, tuple[str, bytes]] = {}
        self.calls: list[tuple[str, Any]] = []
        self.rule_lines: list[RuleLine] = []
        self.not_undone = ""
        self.complaint_lines: list[ComplaintLine] = []
        self.held: dict[str, HeldAuthority] = {}
        self.tiles: dict[str, bytes] = {}
        self.tokens: dict[str, InMemoryComplaintForm] = {}
        self.filed: list[tuple[str, str, str]] = []
        self.jumped = False

    # who

    def add_person(self, user: int, name: str, *roles: Role) -> InMemoryPerson:
        person = InMemoryPerson(
            hashlib.sha256(name.encode()).hexdigest()[:32], name, frozenset(role.value for role in roles)
        )
        self.people[user] = person
        return person

    def member(self, user: int) -> InMemoryPerson | None:
        return self.people.get(user)

    def _require(self, viewer: str, duty: str) -> InMemoryPerson:
        person = next(person for person in self.people.values() if person.id == viewer)
        if duty not in person.duties:
            raise NotYourDutyError(f"{duty} is not yours.")
        return person

    def staff(self) -> tuple[InMemoryStaff, ...]:
        return tuple(
            InMemoryStaff(person.id, person.name, tuple(sorted(person.roles)), "active", "Odile Petit", "Jonas Weber")
            for person in self.people.values()
        )

    # cases

    def hunt_offer(self, case: str, viewer: str) -> Offer:
        return Offer(case, possible=False, secret=False, hunts=())

    def page(self, *, tab: str, search: str, cursor: str | None, viewer: str) -> DocketPage:
        every = sorted(self.cases.values(), key=lambda case: (case.line.due_at is None, case.line.due_at or NOW))
        lines = [case.line for case in every if self._on(tab, case.line)]
        if search:
            lines = [line for line in lines if search.casefold() in f"{line.authority} {line.reference}".casefold()]
        start = int(cursor) if cursor and cursor.isdecimal() else 0
        counts = {name: sum(self._on(name, case.line) for case in every) for name in ("pending", "running", "all")}
        more = str(start + 50) if len(lines) > start + 50 else None
        return DocketPage(tuple(lines[start : start + 50]), counts, more, self.clock.now())

    @staticmethod
    def _on(tab: str, line: CaseLine) -> bool:
        if tab == "pending":
            return line.needs_person
        if tab == "running":
            return not line.needs_person and line.status not in {"closed", "dismissed", "refused"}
        return tab == "all"

    def _case(self, case: str) -> InMemoryCase:
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

    def _may(self, held: InMemoryCase, viewer: str) -> tuple[str, ...]:
        person = next(person for person in self.people.values() if person.id == viewer)
        status = held.line.status
        may: list[str] = []
        if status == "waiting" and "decide" in person.duties:
            may += ["decide", "dismiss"] + (["call_back"] if held.call_back else [])
        if status == "second_person" and "approve_decision" in person.duties:
            may += ["approve", "disagree"]
        if status == "clarifying" and "decide" in person.duties:
            may.append("clarified")
        if status == "in_effect" and "decide" in person.duties:
            may += ["scrutiny", "extend_silence", "extend_preservation", "hold"]
        return tuple(may)

    def opened(self, case: str, viewer: str) -> None:
        held = self._case(case)
        times = held.demand.times.model_copy(update={"opened_at": self.clock.now()})
        held.demand = held.demand.model_copy(update={"times": times})
        self.calls.append(("opened", case))

    def _move(self, held: InMemoryCase, status: str, says: str, viewer: str) -> None:
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
            by = Person(id=viewer, role=min(person.roles))
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
            verify(held)

    def clarified(
        self, case: str, viewer: str, *, received_at: Instant, changes: Json, grounds_ceased: bool, note: str
    ) -> None:
        self._require(viewer, "decide")
        said = {"received_at": received_at, "changes": changes, "grounds_ceased": grounds_ceased, "note": note}
        self.calls.append(("clarified", said))
        self._move(self._case(case), "received", "The clarification came: a new hour.", viewer)

    def clock_is_sane(self) -> bool:
        return not self.jumped

    def settle_clock(self, viewer: str, because: str) -> int:
        self._require(viewer, "approve_rule")
        self.calls.append(("settle_clock", because))
        self.jumped = False
        return 1

    def hold(self, case: str, viewer: str, digest: str, *, because: str) -> None:
        self._require(viewer, "decide")
        self.calls.append(("hold", {"digest": digest, "because": because}))

    def scrutiny(self, case: str, viewer: str, *, authority: str, infringement: bool, **more: Any) -> None:
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

    def log_head(self) -> InMemoryHead:
        return InMemoryHead(CHECKPOINT, 4711, ("comity.example/log+1a2b3c4d+AQ0f" + "x" * 40,))

    # rules and complaints

    def cannot_undo(self) -> str:
        return self.not_undone

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
        self.complaint_lines[self.complaint_lines.index(line)] = dataclasses.replace(line, state=outcome)

    # registry

    def authorities(self) -> tuple[HeldAuthority, ...]:
        return tuple(self.held.values())

    def authority(self, authority: str, viewer: str) -> InMemoryAuthority:
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
        return InMemoryAuthority(
            held,
            (InMemoryApprover("Odile Petit", NOW.plus(timedelta(days=-41))),) if confirmed else (),
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

    def enrol_client(self, viewer: str, authority: str, *, label: str) -> InMemoryClient:
        self._require(viewer, "enrol_credential")
        return InMemoryClient("client-1", f"secret of {label}")

    def record_call_back(self, viewer: str, authority: str, *, number: str, spoken_to: str, outcome: str) -> None:
        self._require(viewer, "record_call_back")
        self.calls.append(("record_call_back", (number, spoken_to, outcome)))

    def import_register(self, viewer: str, *, body: bytes, source: str) -> InMemoryReport:
        self._require(viewer, "import_register")
        return InMemoryReport(("Bundeskriminalamt",), ("line 7: no telephone number",))

    # the public door

    def checkpoint(self) -> str:
        return CHECKPOINT

    def tile(self, path: str) -> bytes | None:
        return self.tiles.get(path)

    def complaint_form(self, token: str) -> InMemoryComplaintForm | None:
        return self.tokens.get(token)

    def file_complaint(self, token: str, text: str, language: str) -> bool:
        if token not in self.tokens:
            return False
        self.filed.append((token, text, language))
        return True

    def contact_point(self) -> Json:
        return {
            "name": "Example Board",
            "legal_name": "Example Board SAS",
            "home_state": "FR",
            "email": "orders@board.example",
            "languages": ["fr", "en"],
            "hosts": ["board.example"],
        }  # fmt: skip
