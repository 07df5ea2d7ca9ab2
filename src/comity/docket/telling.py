"""The notice's part of the procedure: tell the content provider, or keep silent until non-disclosure ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from comity import law
from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Deadline
from comity.casefile.documents.demand import Demand
from comity.casefile.records import UnitOfWork
from comity.decision import rules as decision_rules
from comity.docket import clocks, customs, effects, retention, store
from comity.docket.ending import UNTIL_SOMEBODY_LOOKED
from comity.docket.errors import NotExtensible
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.content import looking
from comity.law.asking import about_users
from comity.platform import LegalNote
from comity.transparency import rules as secrecy_rules
from comity.transparency import service as transparency
from comity.transparency.noticing import Telling


def secret_until(row: Case) -> Instant | None:
    """Until when nobody may be told of this case, by its assessment or a later extension.

    Of a demand about users ``disclosures.telling`` judges, by its own law.
    """
    if row.instrument in about_users():
        return None
    extended = transparency.silent_until(row.id.hex)
    if extended is not None or row.assessment is None:
        return extended
    if customs.acts_by_other_law(row):
        return effects.events(row).get("recipients_informed_by")
    computed = _computed(row)
    return computed.due_at if computed else None


def _computed(row: Case) -> Deadline | None:
    """The end of non-disclosure by the assessment.

    An order that asks for it without a usable date is kept secret from its receipt on: in doubt nobody is told.
    """
    assert row.assessment is not None  # every caller looked
    assessment = audit.find(row.assessment.hex, Assessment).document
    found = next((one for one in assessment.deadlines if one.id == clocks.NONDISCLOSURE), None)
    if found is None and secrecy_rules.asks_for_silence(audit.find(row.demand.hex, Demand).document.form):
        events = {"nondisclosure_decided_at": Instant(row.received_at)}
        return law.deadline(row.instrument, clocks.NONDISCLOSURE, events)
    return found


def extend(work: UnitOfWork, row: Case, decided_at: Instant, basis: str) -> Instant:
    """Let silence last longer, once: six weeks more, decided before its end (Article 11(3)); gives the new end."""
    case, form = row.id.hex, audit.find(row.demand.hex, Demand).document.form
    until = transparency.silent_until(case)
    open_still = until is not None and decided_at <= work.at < until
    if customs.acts_by_other_law(row):
        raise NotExtensible
    if row.status != Status.IN_EFFECT.value or not open_still or transparency.extended_by(case) is not None:
        raise NotExtensible
    began = secrecy_rules.decided_at(form) or Instant(row.received_at)
    events = {"nondisclosure_decided_at": began, "nondisclosure_extended_at": decided_at}
    longer = law.deadline(row.instrument, clocks.NONDISCLOSURE, events)
    if longer is None or until is None or longer.due_at <= until:
        raise NotExtensible
    entry = transparency.extend_silence(work, case, longer.due_at, basis)
    clocks.begin(work, row, longer, entry, warn_at=())
    store.update(row, entry)
    return longer.due_at


def is_secret(row: Case, parts: Parts) -> bool:
    """Whether nobody may be told now."""
    return secrecy_rules.is_secret(secret_until(row), parts.clock.now())


def legal_note(row: Case, parts: Parts) -> LegalNote:
    """What visitors may learn about a removal that is no secret (RFC 7725)."""
    reference = secrecy_rules.plain(row.reference, 100) or None
    return LegalNote(blocked_by=f"{parts.public_url}/contact", reference=reference)


def telling(row: Case, parts: Parts) -> Telling:
    """Everything that a notice is made from."""
    demand = audit.find(row.demand.hex, Demand)
    back = row.status == Status.REINSTATED.value
    return Telling(
        demand=demand,
        account=looking.account_of(row.id.hex),
        urls=looking.restored_urls(row.id.hex) if back else looking.disabled_urls(row.id.hex),
        restored_at=looking.last_restored_at(row.id.hex) if back else None,
        measured_at=looking.last_disabled_at(row.id.hex),
        secret_until=secret_until(row),
        complaint_base=parts.public_url,
        ground_labels=_grounds(row, demand.document),
        territories=decision_rules.territories(demand.document) if customs.acts_by_other_law(row) else (),
    )


def _in_their_language(what: Telling, parts: Parts) -> Telling:
    """The same, in the language that the platform says its user reads, before it is entered; English where none is.

    The platform is not asked while silence is kept: nothing is written then.
    """
    silent = secrecy_rules.is_secret(what.secret_until, parts.clock.now())
    language = None if silent or not what.account else parts.messages.language(what.account)
    return replace(what, language=language) if language else what


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
    if not transparency.began(case):
        what = _in_their_language(what, parts)
    with parts.work() as work:
        if store.locked(case).status == Status.ANSWERED.value and not transparency.began(case):
            transparency.tell_or_keep_silent(work, what)
    transparency.send(case, parts.messages, parts.work, what)
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status == Status.ANSWERED.value:
            _start_what_follows(work, locked, what, parts)
            store.walk(work, locked, "noticed", "told, or silent as long as it must be", due_at=None, due_duty="")
    return True


def end_silence(row: Case, parts: Parts) -> bool | timedelta | None:
    """When non-disclosure has ended, tell by itself, and let visitors see why the item is gone."""
    case = row.id.hex
    if not transparency.may_tell_now(case, parts.clock.now()):
        return _send_what_is_due(row, parts)
    if not clocks.surely_over(case, clocks.NONDISCLOSURE):
        return UNTIL_SOMEBODY_LOOKED
    what = _in_their_language(telling(row, parts), parts)
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status != row.status or not transparency.may_tell_now(case, work.at):
            return True  # what the notice says depends on whether it stands again
        transparency.tell_or_keep_silent(work, what)
        entry = store.walk(work, locked, "secrecy ended", "non-disclosure ended")
        clocks.meet(work, locked, clocks.NONDISCLOSURE, "non-disclosure ended")
        if customs.acts_by_other_law(row):
            retention.begin_after_act(work, locked, parts, entry)
    return _send_what_is_due(row, parts)


def tell_late(row: Case, parts: Parts) -> bool | None:
    """An order that ended before its notice went out: its content provider learns all the same that it was away."""
    case = row.id.hex
    if transparency.began(case) or looking.last_disabled_at(case) is None:
        return None
    what = _in_their_language(telling(row, parts), parts)
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status == row.status and not transparency.began(case):
            transparency.tell_or_keep_silent(work, what)
            _start_what_follows(work, locked, what, parts)
    transparency.send(case, parts.messages, parts.work, what)
    return True


def _start_what_follows(work: UnitOfWork, row: Case, what: Telling, parts: Parts) -> None:
    """One clock either way, with one leaf of the log after 48 hours either way, so that strangers see the same.

    Told, it is the end of the content provider's 48 hours (Article 4(4)); silent, a reminder that silence is kept.
    """
    clocks.meet(work, row, customs.of(row).informed, "told, or silent as long as it must be")
    entry = row.entry.hex
    if customs.acts_by_other_law(row):
        if secrecy_rules.is_secret(what.secret_until, work.at):
            assert what.secret_until is not None  # it is secret until then
            clocks.begin(work, row, _informed_later(what.secret_until), entry, warn_at=())
        else:
            retention.begin_after_act(work, row, parts, entry)
        return
    told = law.deadline(row.instrument, clocks.USER_SCRUTINY, {"content_provider_informed_at": work.at})
    assert told is not None  # its start is known
    silence = _computed(row) if secrecy_rules.is_secret(what.secret_until, work.at) else None
    if silence is None:
        clocks.begin(work, row, told, entry, warn_at=())
    else:
        clocks.begin(work, row, silence, entry, warn_at=(told.due_at,))


def _informed_later(until: Instant) -> Deadline:
    """The end of the time for which an order of another law lets its recipient not be told."""
    return Deadline(
        id=clocks.NONDISCLOSURE,
        duty="Inform the recipient, at the latest now",
        due_at=until,
        citations=("2022/2065 Art 9(5)",),
        computation=(f"The authority set this time: {until.z()}",),
    )


def _send_what_is_due(row: Case, parts: Parts) -> bool | None:
    """After its entry is inside a signed checkpoint: let visitors see why the item is gone, and tell its owner."""
    case = row.id.hex
    if not transparency.is_due(case):
        return None
    transparency.wait_until_proven(case)
    looking.show_note(case, parts.means(), legal_note(row, parts))
    transparency.send(case, parts.messages, parts.work, telling(row, parts))
    return True
