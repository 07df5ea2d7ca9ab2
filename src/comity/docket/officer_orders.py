"""What an officer may do: file on Annex I, follow, clarify, withdraw, fetch the answer, write. Colleagues share it all.

Every command asks the register anew who this is; orders of another authority do not exist. A sign-in that is not
confirmed may file and nothing else: what arrives is kept, a person looks at it first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import rfc8785

from comity import law
from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import ChannelKind, Demand, Fault
from comity.casefile.documents.thread import AdvanceInformation
from comity.docket import answering, beside, filing, store, thread
from comity.docket.errors import NoSuchCase, NothingSaid, RoleMayNot
from comity.docket.models import Case, Thread
from comity.docket.officer_signs import FILES, seen, signs
from comity.docket.order_views import AnswerFile, Message
from comity.docket.orders import OrderDesk
from comity.docket.portal_views import Acting, AnswerLine, Checked, OrderLine, OrderPage, Told
from comity.docket.procedure import Status
from comity.intake import rules as reading
from comity.intake.message import FromPortal, Incoming
from comity.intake.recognising import instrument_of
from comity.registry import officers, officers_store
from comity.registry import store as register
from comity.registry.means import HeldAuthority
from comity.registry.officers_means import HeldOfficer
from comity.registry.roles import may_file
from comity.registry.rules import NotAuthenticated

_INSTRUMENT = "eu-tco"
_MOST_TOLD = 50
_ENDED = frozenset({Status.REFUSED, Status.DISMISSED, Status.CLOSED, Status.REINSTATED, Status.REINSTATING})


@dataclass(frozen=True)
class Filing:
    """An order as the portal hands it over."""

    form: Json
    key: str
    """From the page: what is sent twice is one order."""
    attached: bytes | None = field(default=None, repr=False)
    peer: str = ""

    @property
    def identifier(self) -> str:
        """Key and document: the same order sent again with another document is another message, and none is lost."""
        return f"{self.key[:60]}:{hashlib.sha256(self.attached or b'').hexdigest()}"


class OfficerDesk(OrderDesk):
    """The officers' commands."""

    def blank_order(self, acting: Acting) -> Json:
        """What is known before the officer writes anything."""
        held, authority = self._may_file(acting, _INSTRUMENT)
        home = self.parts.provider.home_state
        return {
            "issuing_member_state": authority.member_state,
            "addressee": self.parts.provider.legal_name,
            "contact_point": self.parts.contact_email,
            "home_member_state": home,
            "home_is_other_member_state": authority.member_state != home,
            "issuer": {"name": authority.name, "email": held.address, "representative": f"{held.name}, {held.post}"},
            "followup": {"issuer_contact": f"{held.name}, {authority.feedback_contact}"},
        }

    def check_order(self, acting: Acting, form: Json) -> Checked:
        """Everything that would be found if this were filed now; nothing is kept.

        No address is looked up: that each of ours leads to content is assumed until the order is there.
        """
        _, authority = self._may_file(acting, _INSTRUMENT)
        now = self.parts.clock.now()
        faults = (*self._faults(form, authority), *signs(authority, acting, now, _INSTRUMENT))
        order = {**form, "channel": self._channel(acting, authority)}
        ours = [url for _place, url in reading.locations(form) if law.is_ours(url, self.parts.provider.hosts)]
        order["content"] = {"urls_resolved": dict.fromkeys(ours, True)}
        listed = [f"{one.code} {one.field}: {one.message}" for one in faults]
        order["message"] = {"reading": "form", "faults": listed, "duplicate_of": None}
        informed = self._informed_at(authority.id)
        order["events"] = {"advance_information_at": str(informed)} if informed else {}
        assessment = law.assess(order, received=now, provider=self.parts.provider, instrument=_INSTRUMENT)
        return Checked(assessment, faults)

    def file_order(self, acting: Acting, order: Filing) -> tuple[str, bool]:
        """Enter an order; gives our reference and whether it had come before. Nothing that arrives is refused."""
        _covered(authority := self._known(acting)[1], instrument_of(order.form))
        now = self.parts.clock.now()
        known = FromPortal(
            officer=acting.officer,
            passkey=acting.passkey,
            confirmed=acting.confirmed,
            attached=order.attached,
            signals=seen(authority, acting, now),
            informed_at=self._informed_at(authority.id),
        )
        message = Incoming(
            channel=ChannelKind.PORTAL,
            identifier=order.identifier,
            body=rfc8785.dumps(order.form),
            received_at=now,
            media_type="application/json",
            name="order",
            client=authority.id,
            peer=order.peer,
            portal=known,
        )
        filed = filing.file(self.parts, message, f"authority:{authority.id}")
        if not filed.repeated:
            with self.parts.work(f"authority:{authority.id}") as work:
                officers.note(work, acting.officer, FILES, "", {"case": filed.row.id.hex})
        return filed.row.id.hex, filed.repeated

    def my_orders(self, acting: Acting, *, search: str = "", before: int | None = None) -> tuple[OrderLine, ...]:
        """The orders of the officer's authority, the newest first, a page at a time."""
        _, authority = self._whole(acting)
        rows = store.of_authority(authority.id, search=search, before=before)
        known = [row.id for row in rows]
        answered = set(Thread.objects.filter(id__in=known, waits_since=None).values_list("id", flat=True))
        return tuple(
            OrderLine(
                reference=row.id.hex,
                order_reference=row.reference,
                received_at=Instant(row.received_at),
                status=row.status,
                due_at=Instant(row.due_at) if row.due_at else None,
                number=row.number,
                unread=row.id in answered,
            )
            for row in rows
        )

    def my_order(self, acting: Acting, reference: str) -> OrderPage:
        """One order of the officer's authority."""
        row = self._mine(acting, reference)
        demand = audit.find(row.demand.hex, Demand).document
        return OrderPage(
            view=self.order_status(acting.authority, reference),
            number=row.number,
            form=demand.form,
            filed_by=_name_of(demand.sender.officer),
            answers=tuple(AnswerLine(one.document.form, one.at, one.entry) for one in answering.replies(row)),
            thread=tuple(thread.messages(row.id.hex, officers_read=True)),
            may=_may(row, demand),
            now=self.parts.clock.now(),
            instrument=row.instrument,
        )

    def my_answer(self, acting: Acting, reference: str, form: str) -> AnswerFile:
        """The sealed answer; fetching it is entered and is the proof of its delivery."""
        self._mine(acting, reference)
        return self.answer(acting.authority, acting.authority, reference, form=form, pdf=True)

    def my_proof(self, acting: Acting, reference: str, entry: str) -> bytes:
        """The ``.tlog-proof`` of an answer to this order."""
        row = self._mine(acting, reference)
        if entry not in {one.entry for one in audit.entries_of(row.id.hex) if one.kind == FormReply.kind}:
            raise NoSuchCase
        return audit.tlog_proof(entry)

    def clarify_order(self, acting: Acting, reference: str, *, changes: Json, grounds_ceased: bool, note: str) -> None:
        """Answer an Annex III: a new hour begins."""
        self._mine(acting, reference)
        said = {"changes": changes, "grounds_ceased": grounds_ceased, "note": note}
        message = self._said(acting, reference, said)
        self.clarify(reference, message, changes=changes, grounds_ceased=grounds_ceased, note=note)

    def withdraw_order(self, acting: Acting, reference: str, reasons: str) -> None:
        """Take one's own order back."""
        self._mine(acting, reference)
        if not reasons.strip():
            raise NothingSaid
        self.withdraw(reference, self._said(acting, reference, {"withdrawn": reasons}), reasons=reasons)

    def lengthen_silence(self, acting: Acting, reference: str, *, decided_at: Instant, basis: str) -> None:
        """Extend non-disclosure once, before its end (Article 11(3))."""
        self._mine(acting, reference)
        if not basis.strip():
            raise NothingSaid
        said = {"decided_at": str(decided_at), "basis": basis.strip()[:2000]}
        self.extend_silence(reference, self._said(acting, reference, said), decided_at=decided_at)

    def write(self, acting: Acting, reference: str, text: str) -> None:
        """Write to the provider's staff about an order."""
        self._mine(acting, reference)
        held, authority = self._whole(acting)
        with self.parts.work(f"authority:{authority.id}") as work:
            store.still_open(reference)
            name = f"{held.name}, {authority.name}"
            thread.say(work, reference, by=f"officer:{held.id}", name=name, text=text)

    def inform_beforehand(self, acting: Acting, text: str) -> None:
        """The information of Article 3(2), at least twelve hours before a first order; it lengthens nothing."""
        held, authority = self._whole(acting)
        _covered(authority, _INSTRUMENT)
        kept = text.strip()[: thread.LONGEST]
        if not kept:
            raise NothingSaid
        with self.parts.work(f"authority:{authority.id}") as work:
            document = AdvanceInformation(authority=authority.id, officer=held.id, text=kept, received_at=work.at)
            beside.inform(work, document, self.parts)

    def informed_beforehand(self, acting: Acting) -> tuple[Told, ...]:
        """What this authority told us beforehand, newest first."""
        _, authority = self._whole(acting)
        return tuple(Told(one.received_at, one.text) for one in reversed(_informed(authority.id)))

    def _known(self, acting: Acting) -> tuple[HeldOfficer, HeldAuthority]:
        """The officer and the authority as they stand at this moment; nobody else files."""
        held = officers_store.officer(acting.officer)
        if held.authority is None or held.authority.id != acting.authority:
            raise RoleMayNot("You do not act for this authority.")
        if not may_file(held.authority.roles):
            raise RoleMayNot("Your authority is enrolled under no role that lets it file anything here.")
        return held, held.authority

    def _may_file(self, acting: Acting, instrument: str) -> tuple[HeldOfficer, HeldAuthority]:
        """The same for what is filed: some role of the authority covers this law."""
        _covered((known := self._known(acting))[1], instrument)
        return known

    def _whole(self, acting: Acting) -> tuple[HeldOfficer, HeldAuthority]:
        """The same for what is handed out or moved: it takes a confirmed sign-in and a key that counts."""
        judged = self.parts.intake.registry.authenticate_officer(
            acting.officer, acting.passkey, self.parts.clock.now(), confirmed=acting.confirmed
        )
        if isinstance(judged, NotAuthenticated):
            raise RoleMayNot(judged.why)
        return self._known(acting)

    def _mine(self, acting: Acting, reference: str) -> Case:
        self._whole(acting)
        if not store.belongs(reference, acting.authority):
            raise NoSuchCase
        return store.case(reference)

    def _said(self, acting: Acting, reference: str, said: Json) -> Message:
        now = self.parts.clock.now()
        body = rfc8785.dumps({"case": reference, "officer": acting.officer, "at": str(now), **said})
        return Message(acting.authority, acting.authority, body, "application/json", "", now, None, "")

    def _channel(self, acting: Acting, authority: HeldAuthority) -> Json:
        return {
            "kind": ChannelKind.PORTAL.value,
            "sender_verified": True if acting.confirmed else None,
            "authority_in_register": True,
            "first_order_from_authority": not register.has_filed(authority.id),
        }

    def _faults(self, form: Json, authority: HeldAuthority) -> tuple[Fault, ...]:
        provider = self.parts.provider
        single = (
            reading.addressee_fault(form, (provider.name, provider.legal_name)),
            reading.issuer_fault(form, authority),
        )
        return (*(one for one in single if one), *reading.url_faults(form, provider.hosts))

    def _informed_at(self, authority: str) -> Instant | None:
        told = audit.entries_of(authority, kind=AdvanceInformation.kind, newest=_MOST_TOLD)
        return told[0].at if told else None  # its words may be erased by now: that it came is known all the same


def _covered(authority: HeldAuthority, instrument: str) -> None:
    """Raises ``RoleMayNot`` where no role of the authority covers this law."""
    if instrument not in may_file(authority.roles):
        if instrument == _INSTRUMENT:
            raise RoleMayNot("Only an authority designated under Article 12(1)(a) issues removal orders.")
        raise RoleMayNot("Your authority is enrolled under no role that covers demands under this law.")


def _informed(authority: str) -> list[AdvanceInformation]:
    rows = audit.entries_of(authority, kind=AdvanceInformation.kind, newest=_MOST_TOLD)
    return [AdvanceInformation.from_canonical(one.body) for one in rows if one.body]


def _name_of(officer: str | None) -> str:
    return officers_store.officer(officer).name if officer else ""


def _may(row: Case, demand: Demand) -> tuple[str, ...]:
    """What the page offers; every command is refused below all the same where it does not fit."""
    status = Status(row.status)
    offered = [] if status is Status.CLOSED else ["write"]
    if status is Status.CLARIFYING:
        offered.append("clarify")
    if status not in _ENDED:
        offered.append("withdraw")
    if status is Status.IN_EFFECT and demand.form.get("nondisclosure") is True:
        offered.append("extend")
    return tuple(offered)
