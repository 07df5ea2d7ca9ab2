"""A message that changes something: all of it in one unit of work, or nothing but that it came.

What can go wrong between a machine and us, and what then happens:

* lost (we die before the unit of work commits): nothing is there, the same message again is the first;
* repeated, also side by side: one identifier is one message, its answer the same bytes;
* late (after another change, or after the case is over): the generation or the case's end refuses it, by its code;
* taken, and our answer lost on the way: it comes again and is answered as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Clarification, Demand
from comity.casefile.records import UnitOfWork
from comity.docket import beside, filing
from comity.docket import store as cases
from comity.docket.hi1 import answering, rules, showing, store
from comity.docket.hi1.models import ObjectRow
from comity.docket.hi1.rules import Change, Held, Plan
from comity.docket.hi1.views import MachineCall
from comity.docket.models import Case
from comity.docket.orders import OrderDesk
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.hi1 import Action, Answer, Hi1Error, Message, Party, Verb
from comity.hi1.bodies import Body, body_of
from comity.hi1.certificates import INSTRUMENTS, certificate
from comity.hi1.tree import TYPE, Tree, text_at
from comity.intake import service as intake
from comity.intake.machines import read_objects
from comity.intake.reading import Read

_WITHDRAWN = "its authority's machine set the desired status Cancelled"


@dataclass(frozen=True)
class _Brought:
    """A message, read before the unit of work began."""

    message: Message
    read: Read | None = None
    """The certificate that it makes."""
    bodies: Mapping[int, Body] = field(default_factory=dict)
    """Files of documents that join a case, by action."""
    refused: Hi1Error | None = None


def take(parts: Parts, call: MachineCall, message: Message, party: Party) -> bytes:
    """Do what a message wants, and answer it; the same message again is answered as before."""
    before = store.transaction(call.client, message.transaction) is not None
    brought = _Brought(message) if before else _brought(parts, message)
    with parts.work(f"authority:{call.authority}") as work:
        store.lock(call.authority)
        known = store.transaction(call.client, message.transaction)
        if known is not None:
            return answering.repeated(parts, call, known)
        held = store.objects(call.authority, rules.identifiers(message))
        plan = rules.plan(message, party, {name: _held(row) for name, row in held.items()}, brought.refused)
        file = _carry_out(work, parts, call, plan, brought)
        answers = [Answer(one.number, one.verb.value, _said(call, party, plan, one)) for one in message.actions]
        answer = answering.written(parts, call, message, answers)
        store.settle(work, answering.settled(call, message.transaction, file, answer))
    return answer


def _brought(parts: Parts, message: Message) -> _Brought:
    """Read what costs time before the unit of work: documents, in a process of their own."""
    try:
        if rules.makes_certificate(message):
            return _Brought(message, read_objects(message, parts.intake.reader))
        creates = [one for one in message.actions if one.verb is Verb.CREATE and one.object.get(TYPE) == rules.DOCUMENT]
        return _Brought(message, bodies={one.number: body_of(one.object) for one in creates})
    except Hi1Error as error:
        return _Brought(message, refused=error)


def _held(row: ObjectRow) -> Held:
    status = cases.case(row.case_id.hex).status
    return Held(row.type, row.generation, row.case_id.hex, status, store.content(row) or {})


def _said(call: MachineCall, party: Party, plan: Plan, action: Action) -> Tree | Hi1Error:
    if action.number in plan.faults:
        return plan.faults[action.number]
    if action.verb in (Verb.CREATE, Verb.UPDATE):
        return {"Identifier": text_at(action.object, "ObjectIdentifier")}
    return showing.read(call, party, action)


def _carry_out(work: UnitOfWork, parts: Parts, call: MachineCall, plan: Plan, brought: _Brought) -> str:
    """Do it; gives the case, or the file of a message of which nothing is done."""
    if plan.faults:
        error = plan.faults[min(plan.faults)]
        return answering.put_aside(work, parts, call, error).case
    if plan.case is not None:
        return _joined(work, parts, call, plan, brought)
    message, read = brought.message, brought.read
    assert read is not None  # a plan without faults that makes a case was read
    incoming = answering.incoming(call, message.transaction)
    kept = intake.keep(work, incoming, parts.intake)
    filed = filing.enter(work, parts, incoming, read, kept)
    for action in plan.creates:
        _create(work, filed.row.id.hex, call, action)
    return filed.row.id.hex


def _create(work: UnitOfWork, case: str, call: MachineCall, action: Action) -> None:
    said = rules.without_body(action.object)
    kind, name = str(said.pop(TYPE)), text_at(said, "ObjectIdentifier")
    store.create(work, case, call.authority, name, said, kind)


def _joined(work: UnitOfWork, parts: Parts, call: MachineCall, plan: Plan, brought: _Brought) -> str:
    """Change the objects of a case: the bytes lie in its file, and what it means is the docket's to say."""
    assert plan.case is not None  # its caller looked
    row = cases.still_open(plan.case)
    case = row.id.hex
    kept = intake.keep(work, answering.incoming(call, brought.message.transaction), parts.intake)
    if kept.state == "kept":
        beside.set_aside(work, kept, parts, f"about case C-{row.number}")
    purpose = "a message about this case"
    taken = [(call.body, call.encoding.value, "message")]
    taken += [(body.data, body.media_type, body.name) for body in brought.bodies.values()]
    raw = tuple(
        parts.vault.take_in(work, case, [data], media_type=kind, name=name, purpose=purpose).digest
        for data, kind, name in taken
    )
    for action in plan.creates:
        _create(work, case, call, action)
    held = store.objects(call.authority, [change.identifier for change in plan.changes])
    for change in plan.changes:
        said = {name: item for name, item in change.content.items() if name != TYPE}
        store.change(work, held[change.identifier], said)
    _mean(work, parts, call, row, plan, tuple(dict.fromkeys(raw)))
    return case


def _mean(work: UnitOfWork, parts: Parts, call: MachineCall, row: Case, plan: Plan, raw: tuple[str, ...]) -> None:
    """What a change means: the order is taken back, or it is the clarification we asked for; else a person looks."""
    desk = OrderDesk(parts)
    wanted = {rules.desired(change.content, change.held.type): change for change in plan.changes}
    ended = wanted.get(rules.CANCELLED)
    if ended is not None and ended.held.type == rules.AUTHORISATION:
        desk.take_withdrawal(work, row, call.received, raw[0], _WITHDRAWN)
        return
    demand = audit.find(row.demand.hex, Demand)
    changes = _clarified(row, demand, plan.changes)
    if changes:
        news = Clarification(
            case=row.id.hex,
            received_at=call.received,
            restarts="clarification_received_at",
            changes=changes,
            raw=raw,
        )
        desk.take_clarification(work, row, demand, news)
        return
    said = f"its authority's machine wrote: {rules.meaning(plan.changes)}"
    entry = cases.note(work, row, "person called", said[:500])
    cases.update(row, entry, needs_person=True)


def _clarified(row: Case, demand: Entered[Demand], changes: tuple[Change, ...]) -> Json:
    """The sections that read otherwise now, where we asked and the objects still make a certificate."""
    if row.status != Status.CLARIFYING.value or not changes:
        return {}
    whole = [{TYPE: one.type, **(store.content(one) or {})} for one in store.of_case(row.id.hex)]
    try:
        found = certificate(whole)
    except Hi1Error:
        return {}
    form = demand.document.form
    read = {**found.form, "instrument": INSTRUMENTS[found.kind]}
    merged = {name: {**form.get(name, {}), **said} if isinstance(said, dict) else said for name, said in read.items()}
    return {name: said for name, said in merged.items() if form.get(name) != said}
