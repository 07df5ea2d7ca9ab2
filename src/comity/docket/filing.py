"""Commands that bring demands in: from the API, from the mail receiver, from staff with a paper in hand."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import ChannelKind, Demand
from comity.casefile.records import UnitOfWork
from comity.docket import beside, drills, letters, people, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.retention import INFORMATION
from comity.intake import service as intake
from comity.intake import store as kept_messages
from comity.intake.mailbox import Place
from comity.intake.message import Incoming
from comity.intake.reading import Read
from comity.intake.recognising import issuer_stated
from comity.intake.store import KeptMessage
from comity.registry import store as register
from comity.registry.duties import Duty
from comity.registry.errors import RegistryError


@dataclass(frozen=True)
class Filed:
    """A demand that is on the docket now."""

    row: Case
    demand: Entered[Demand]
    repeated: bool
    """The same message came before; nothing new was made."""


def file(parts: Parts, message: Incoming, actor: str) -> Filed:
    """Keep, read and enter a message in one go; its case opens and the first job is deferred with it."""
    read = intake.examine(message, parts.intake)
    with parts.work(actor) as work:
        return enter(work, parts, message, read, intake.keep(work, message, parts.intake))


def enter(work: UnitOfWork, parts: Parts, message: Incoming, read: Read, kept: KeptMessage) -> Filed:
    """The same in a unit of work that is open, for a message that was kept and read."""
    repeated = kept.demand is not None
    demand = intake.receive(work, message, parts.intake, read, kept)
    row = store.case(demand.case) if repeated else _open(work, demand, parts, read.reference)
    return Filed(row, demand, repeated)


def keep(parts: Parts, message: Incoming, place: Place | None = None) -> str:
    """Only keep a message, durably, before its sender is told that it arrived; a job reads it.

    ``place``: where it lay in a mailbox of ours, so that it is not taken from there again.
    """
    with parts.work("system:mail") as work:
        kept = intake.keep(work, message, parts.intake)
        if place is not None:
            kept_messages.taken_from(kept, place.mailbox, place.uidvalidity, place.uid)
        if kept.demand is None:
            work.defer("read")
    return kept.id


def read_kept(parts: Parts, kept_id: str) -> None:
    """Read a message that was kept, and put its demand on the docket; machine-made answers are set aside."""
    with parts.work("system:intake") as work:
        kept = kept_messages.by_id(kept_id)
        if kept.demand is not None or kept.state == "set_aside":
            return
        loading = intake.load(work, kept, parts.intake)
    message = loading.message()
    read = intake.examine(message, parts.intake)
    with parts.work("system:intake") as work:
        kept = kept_messages.by_id(kept_id)
        if kept.demand is not None:
            return
        if letters.settle(work, parts, kept, message, read):
            return
        if read.automatic and not read.order:
            beside.set_aside(work, kept, parts, beside.AUTOMATIC)
            return
        _open(work, intake.receive(work, message, parts.intake, read, kept), parts)


def inform(work: UnitOfWork, parts: Parts, message: Incoming) -> str:
    """Information before a first order (Article 3(2)): kept with its instant of receipt; it lengthens nothing.

    It is no order, so it is set aside at once: else the next reading of the mail would take it for one.
    """
    kept = intake.keep(work, message, parts.intake)
    if kept.state == "kept":
        beside.set_aside(work, kept, parts, "information, which is no order", what=INFORMATION)
    return kept.case


def file_paper(parts: Parts, viewer: str, *, form: Json, scan: bytes, media_type: str, received_at: Instant) -> int:
    """A paper order, typed in by a member of staff beside its scan. It is never verified before a call-back."""
    people.member_with(viewer, Duty.DECIDE)
    message = Incoming(
        channel=ChannelKind.PAPER,
        identifier="",
        body=scan,
        received_at=received_at,
        media_type=media_type,
        name="paper",
        typed=form,
        typed_by=viewer,
    )
    return file(parts, message, f"staff:{viewer}").row.number


def _open(work: UnitOfWork, demand: Entered[Demand], parts: Parts, reference: str = "") -> Case:
    authority = demand.document.sender.authority
    row = store.create(demand, authority_name=_name(demand.document, authority), reference=reference)
    drills.mark(work, row, demand, parts)
    work.defer("advance", lock=demand.case, case=demand.case)
    return row


def _name(demand: Demand, authority: str | None) -> str:
    """The register's name of the authority; of an unverified sender what the form says, marked as a claim."""
    try:
        if authority:
            return register.authority(authority).name
    except RegistryError:
        pass
    _state, (_field, claimed) = issuer_stated(demand.form)
    return f"“{claimed[:200]}” (not verified)" if claimed else ""


def demand_of(row: Case) -> Entered[Demand]:
    """The demand of a case as it reads now."""
    return audit.find(row.demand.hex, Demand)
