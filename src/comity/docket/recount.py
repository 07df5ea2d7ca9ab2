"""Whether state rows say what the entries say: the part of ``comity log fsck`` that needs the procedure.

Cases, items, standing rules, authorities, staff, officers and passkeys are recounted from what was entered; of every
other state row at least the kind of its entry is checked. Reads only, in the transaction of whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit.states import Fault, States
from comity.casefile.documents.base import Json, MalformedDocument
from comity.casefile.documents.decision import StandingRule
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.record import RegistryChange
from comity.decision import store as rulebook
from comity.docket import store
from comity.docket.models import Case
from comity.docket.recount_officers import recount_officers
from comity.docket.replay import Sum, replay
from comity.execution.content import looking
from comity.registry import store as register
from comity.registry import store_staff
from comity.registry.roles import OLD

_REGISTRY = frozenset({"registry"})
KINDS = {
    "deadline": frozenset({"deadline"}),
    "docket_thread": frozenset({"message", "erasure"}),
    "decision_draft": frozenset({"draft_decision", "draft_disclosure"}),
    "decision_standing_rule": frozenset({"standing_rule"}),
    "execution_content_item": frozenset({"act", "decision"}),
    "hi1_object": frozenset({"message_object"}),
    "hi1_transaction": frozenset({"message_answer"}),
    "hunts_hunt": frozenset({"hunt", "hunt_step"}),
    "execution_disclosure_collection": frozenset({"collection"}),
    "execution_disclosure_hold": frozenset({"records_hold"}),
    "incidents_incident": frozenset({"incident"}),
    "execution_disclosure_package": frozenset({"disclosure_package", "custody"}),
    "nights_alarm": frozenset({"alarm"}),
    "nights_contact": frozenset({"contact"}),
    "nights_ladder": frozenset({"ladder"}),
    "nights_page": frozenset({"page"}),
    "nights_roster": frozenset({"roster"}),
    "nights_rule": frozenset({"night_rule"}),
    "policy_rule": frozenset({"matching_rule"}),
    "reviews_item": frozenset({"review"}),
    "reviews_match": frozenset({"review"}),
    "reviews_review": frozenset({"review", "review_decision"}),
    "registry_approval": _REGISTRY,
    "registry_authority": _REGISTRY,
    "registry_callback": _REGISTRY,
    "registry_callbacknumber": _REGISTRY,
    "registry_credential": _REGISTRY,
    "registry_officer": _REGISTRY | {"erasure"},
    "registry_onetimecode": _REGISTRY,
    "registry_passkey": _REGISTRY,
    "registry_filing": frozenset({"demand"}),
    "registry_staff": _REGISTRY,
    "registry_staffrole": _REGISTRY,
    "threats_recipient": frozenset({"threat_recipient"}),
    "threats_threat": frozenset({"threat"}),
}
_AUTHORITY_STATES = {
    "authority_proposed": "proposed",
    "authority_amended": "proposed",
    "authority_confirmed": "confirmed",
    "authority_suspended": "suspended",
    "authority_withdrawn": "withdrawn",
}
_STAFF_STATES = {
    "staff_founded": "active",
    "staff_added": "proposed",
    "staff_readmitted": "proposed",
    "staff_confirmed": "active",
    "staff_suspended": "suspended",
}


def states() -> States:
    """What ``fsck`` is told about state rows."""
    return States(KINDS, recount)


def recount() -> Iterator[Fault]:
    """Each row that says something else than its entries."""
    for row in store.all_cases():
        try:
            yield from _case(row)
        except MalformedDocument as unreadable:
            yield Fault("state", f"docket_case {row.id.hex}: an entry cannot be read: {unreadable}")
    yield from _rules()
    yield from _authorities()
    yield from _staff()
    yield from recount_officers()


def _case(row: Case) -> Iterator[Fault]:
    case = row.id.hex
    total = replay(audit.entries_of(case))
    if total.broken:
        yield Fault("state", f"docket_case {case}: entry {total.broken} is no move of the procedure")
        return
    wrong = [name for name, said, held in _columns(row, total) if said != held]
    if wrong:
        yield Fault("state", f"docket_case {case}: {', '.join(wrong)}")
    yield from _items(case, total)


def _columns(row: Case, total: Sum) -> Iterator[tuple[str, object, object]]:
    """Name, what the entries say, what the row says."""
    if total.status is not None:
        yield "status", total.status.value, row.status
    yield "demand", _uuid(total.demand.entry if total.demand else None), row.demand
    yield "assessment", _uuid(total.assessment), row.assessment
    yield "decision", _uuid(total.decision), row.decision
    yield "reply", _uuid(total.reply), row.reply
    yield "rule", _uuid(total.rule), row.rule
    if total.demand is not None and total.demand.body is not None:
        demand = Demand.from_canonical(total.demand.body)
        yield "received_at", demand.times.transport_received_at.utc, row.received_at
        yield "instrument", demand.instrument, row.instrument
        yield "authority", demand.sender.authority or "", row.authority


def _items(case: str, total: Sum) -> Iterator[Fault]:
    rows = {row.url: row for row in looking.items(case)}
    for url in rows.keys() ^ total.items.keys():
        lacks = "act" if url in rows else "row"
        yield Fault("state", f"execution_content_item of {case}: one address has no {lacks}")
    for url in rows.keys() & total.items.keys():
        row, item = rows[url], total.items[url]
        held = (row.act.hex, row.ordered.hex)
        if row.state not in {state.value for state in item.states} or held != (item.act, item.ordered):
            yield Fault("state", f"execution_content_item {row.id}")


def _rules() -> Iterator[Fault]:
    for row in rulebook.all_rules():
        bodies = [one.body for one in audit.entries_of(row.id.hex) if one.kind == StandingRule.kind and one.body]
        if not bodies or rulebook.facts_of(StandingRule.from_canonical(bodies[-1])) != rulebook.facts(row):
            yield Fault("state", f"decision_standing_rule {row.id.hex}")


def _authorities() -> Iterator[Fault]:
    for held in register.authorities():
        state = ""
        said: Json = {}
        for change, detail in _changes(held.id):
            state = _AUTHORITY_STATES.get(change, state)
            said = detail if change in ("authority_proposed", "authority_amended") else said
        agreed: Json = {
            "name": held.name,
            "member_state": held.member_state,
            "roles": sorted(held.roles & OLD),
            "mail_domains": list(held.mail_domains),
            "feedback_contact": held.feedback_contact,
            "register_reference": held.register_reference,
        }
        others = sorted(held.roles - OLD) == said.get("other_roles", [])  # older entries know of none
        if held.state != state or not others or any(said.get(name) != value for name, value in agreed.items()):
            yield Fault("state", f"registry_authority {held.id}")


def _staff() -> Iterator[Fault]:
    for held in store_staff.everybody():
        state = ""
        said: Json = {}
        for change, detail in _changes(held.member.id):
            state = _STAFF_STATES.get(change, state)
            said = {**said, **{name: detail[name] for name in ("name", "roles") if name in detail}}
        if (held.state, held.member.name, sorted(held.member.roles)) != (state, said.get("name"), said.get("roles")):
            yield Fault("state", f"registry_staff {held.member.id}")


def _changes(subject: str) -> Iterator[tuple[str, Json]]:
    for one in audit.entries_of(subject):
        if one.kind == RegistryChange.kind and one.body is not None:
            document = RegistryChange.from_canonical(one.body)
            yield document.change, document.detail


def _uuid(entry: str | None) -> UUID | None:
    return UUID(hex=entry) if entry else None
