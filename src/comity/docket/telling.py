"""The notice's part of the procedure: tell the content provider, or keep silent until non-disclosure ends."""

from __future__ import annotations

from comity import law
from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.demand import Demand
from comity.casefile.records import UnitOfWork
from comity.docket import clocks, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.content import looking
from comity.platform import LegalNote
from comity.transparency import rules as secrecy_rules
from comity.transparency import service as transparency


def secret_until(row: Case) -> Instant | None:
    """Until when nobody may be told of this case, by its assessment or a later extension."""
    extended = transparency.silent_until(row.id.hex)
    if extended is not None or row.assessment is None:
        return extended
    assessment = audit.find(row.assessment.hex, Assessment).document
    return secrecy_rules.silent_until(assessment.deadlines)


def is_secret(row: Case, parts: Parts) -> bool:
    """Whether nobody may be told now."""
    return secrecy_rules.is_secret(secret_until(row), parts.clock.now())


def legal_note(row: Case, parts: Parts) -> LegalNote:
    """What visitors may learn about a removal that is no secret (RFC 7725)."""
    return LegalNote(blocked_by=f"{parts.public_url}/contact", reference=row.reference or None)


def telling(row: Case, parts: Parts) -> transparency.Telling:
    """Everything that a notice is made from."""
    demand = audit.find(row.demand.hex, Demand)
    return transparency.Telling(
        demand=demand,
        account=looking.account_of(row.id.hex),
        urls=looking.disabled_urls(row.id.hex),
        measured_at=looking.last_disabled_at(row.id.hex),
        secret_until=secret_until(row),
        complaint_base=parts.public_url,
        ground_labels=_grounds(row, demand.document),
    )


def _grounds(row: Case, demand: Demand) -> tuple[str, ...]:
    """The boxes that the order ticks, in the words of its form; an unknown one as it was written."""
    options = {
        option.value: option.label
        for field in law.instrument(row.instrument).order_form.form.fields
        if field.key == "grounds"
        for option in field.options
    }
    ticked = demand.form.get("grounds")
    return tuple(options.get(str(value), str(value)) for value in (ticked if isinstance(ticked, list) else []))


def tell(row: Case, parts: Parts) -> bool:
    """Enter the notice or the silence, send what is due, move on."""
    case, what = row.id.hex, telling(row, parts)
    with parts.work() as work:
        if store.locked(case).status == Status.ANSWERED.value and not transparency.began(case):
            transparency.tell_or_keep_silent(work, what)
    transparency.send(case, parts.messages, parts.work, what)
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status == Status.ANSWERED.value:
            _start_what_follows(work, locked, what)
            store.walk(work, locked, "noticed", "told, or silent as long as it must be", due_at=None, due_duty="")
    return True


def end_silence(row: Case, parts: Parts) -> bool | None:
    """When non-disclosure has ended, tell by itself, and let visitors see why the item is gone."""
    case = row.id.hex
    if not transparency.may_tell_now(case, parts.clock.now()):
        return _send_what_is_left(row, parts)
    what = telling(row, parts)
    with parts.work() as work:
        locked = store.locked(case)
        if not transparency.may_tell_now(case, work.at):
            return True
        transparency.tell_or_keep_silent(work, what)
        store.walk(work, locked, "secrecy ended", "non-disclosure ended")
        clocks.meet(work, locked, clocks.NONDISCLOSURE, "non-disclosure ended")
    looking.show_note(case, parts.means(), legal_note(row, parts))
    transparency.send(case, parts.messages, parts.work, what)
    return True


def _start_what_follows(work: UnitOfWork, row: Case, what: transparency.Telling) -> None:
    """One clock either way, so that the log shows the same for both: the end of silence, or of the user's 48 hours."""
    clocks.meet(work, row, clocks.INFORM, "told, or silent as long as it must be")
    if secrecy_rules.is_secret(what.secret_until, work.at):
        form = what.demand.document.form
        issued = form.get("nondisclosure_decided_at") or form.get("issued_at")
        clocks.start(
            work, row, clocks.NONDISCLOSURE, {"nondisclosure_decided_at": Instant.parse(str(issued))}, row.entry.hex
        )
    else:
        clocks.start(work, row, clocks.USER_SCRUTINY, {"content_provider_informed_at": work.at}, row.entry.hex)


def _send_what_is_left(row: Case, parts: Parts) -> bool | None:
    """A crash between entering the notice and sending it leaves it due: send it."""
    if not transparency.is_due(row.id.hex):
        return None
    looking.show_note(row.id.hex, parts.means(), legal_note(row, parts))
    transparency.send(row.id.hex, parts.messages, parts.work, telling(row, parts))
    return True
