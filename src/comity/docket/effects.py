"""What an authority is told of an order under 2022/2065 Art 9: which effect was given to it, if and when (Art 9(1)).

There is no form of the law's: a letter of this house says it, in the authority's language, of every address.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Outcome, Proposal
from comity.casefile.documents.decision import Decision
from comity.casefile.documents.demand import Demand
from comity.decision import rules as decision_rules
from comity.decision.errors import OrderUnread
from comity.delivery import Particulars
from comity.delivery.letters import Letter
from comity.delivery.user_answers import Said, letter
from comity.delivery.user_words import language_for
from comity.docket import answering, customs, people, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.content import looking
from comity.execution.content.models import ContentItem, ItemState
from comity.intake.recognising import issuer_stated, stated_reference
from comity.registry import store as register
from comity.registry.errors import RegistryError
from comity.transparency.rules import plain
from comity.transparency.user_notice import Tell, verdict

_NOT_STATED = "not stated in the order"
_HOSTS = "content_on_our_hosts"


def events(row: Case) -> Mapping[str, Instant]:
    """The time that the authority set for informing the recipient, as the law room counts from it."""
    if not customs.acts_by_other_law(row):
        return {}
    until = silence(audit.find(row.demand.hex, Demand).document)
    return {"recipients_informed_by": until} if until else {}


def silence(demand: Demand) -> Instant | None:
    """Until when its recipient may not be told once effect was given, by the rows about secrecy (2022/2065 Art 9(5)).

    Raises ``OrderUnread`` for a silence whose end cannot be read: then nothing is done before it was asked about.
    """
    received = demand.times.transport_received_at
    known = {"received_at": (received,), "effect_given_at": (received,)}
    found = verdict(demand.instrument, demand.form, known, received)
    if found.tell is Tell.NOW:
        return None
    if found.until is None:
        raise OrderUnread
    return found.until


def prepare(row: Case, parts: Parts) -> None:
    """Enter and seal the letter on the effect, once a decision."""
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if Status(locked.status) not in (Status.EXECUTED, Status.DECLINING) or answering.replies(locked):
            return
        assert locked.decision is not None  # only a decision leads here
        decision = audit.find(locked.decision.hex, Decision).document
        demand = audit.find(locked.demand.hex, Demand).document
        said = Said(instrument=locked.instrument, more=_said(locked, demand, decision))
        who = _particulars(locked, demand, decision, parts)
        filled = letter(Letter.EFFECT, who, said, work.at, language=_language(locked))
        reply = parts.delivery.prepare(work, locked.id.hex, filled, answering.recipient(demand))
        store.update(locked, reply.entry, reply=reply.entry)


def _said(row: Case, demand: Demand, decision: Decision) -> dict[str, str]:
    known = {item.url: item for item in looking.items(row.id.hex)}
    urls = decision_rules.addresses(demand.form)
    complied = decision.answer in decision_rules.COMPLYING
    done = [url for url in urls if complied and url in known and known[url].disabled_at is not None]
    at = looking.last_disabled_at(row.id.hex) if done else None
    more = {
        "effect_given": "FULL" if done and len(done) == len(urls) else "PARTIAL" if done else "NONE",
        "effect_reason": "" if done else _reason(row, decision, list(known.values())),
        "effect_at": str(at) if at else "",
        "territory": ", ".join(decision_rules.territories(demand)) if done else "",
        "each_address": "\n".join(_address(url, known.get(url) if complied else None) for url in urls) or _NOT_STATED,
        "explanation": "\n".join(decision.reasons),
    }
    if decision.answer is Proposal.CLARIFY:
        more["questions"] = more.pop("explanation")
    return more


def _language(row: Case) -> str:
    """The language in which this authority is written to."""
    try:
        return language_for(register.authority(row.authority).member_state if row.authority else "")
    except RegistryError:
        return language_for("")


def _address(url: str, item: ContentItem | None) -> str:
    """One address and what became of it, in words that need no language."""
    if item is None or item.disabled_at is None:
        return f"{url}: —"
    return f"{url}: {Instant(item.disabled_at)}"


def _reason(row: Case, decision: Decision, items: list[ContentItem]) -> str:
    """Why no effect was given, as far as the record says it; what only a person knows stands in their words."""
    states = {item.state for item in items}
    if states and states <= {ItemState.ABSENT.value}:
        return "NOT_FOUND"
    if ItemState.FAILED.value in states:
        return "TECHNICALLY_IMPOSSIBLE"
    if decision.answer is Proposal.CLARIFY:
        return "DEFECTIVE_ORDER"
    assert row.assessment is not None  # nothing is decided before it was assessed
    findings = {one.id: one.outcome for one in audit.find(row.assessment.hex, Assessment).document.findings}
    return "NOT_OUR_SERVICE" if findings.get(_HOSTS) is Outcome.FAILS else ""


def _particulars(row: Case, demand: Demand, decision: Decision, parts: Parts) -> Particulars:
    signed = people.name_of(f"staff:{decision.approvals[-1].person.id}") if decision.approvals else ""
    _state, (_field, name) = issuer_stated(demand.form)
    return Particulars(
        addressee=parts.provider.legal_name,
        issuer=plain(name) or row.authority_name or _NOT_STATED,
        issuer_file_ref=plain(stated_reference(demand.form)) or _NOT_STATED,
        addressee_file_ref=f"C-{row.number}",
        order_received_at=demand.times.transport_received_at,
        authorised_person=signed or parts.authorised_person,
        contact_email=parts.contact_email,
        hsp_name=parts.provider.legal_name,
        main_establishment_ms=parts.provider.home_state,
    )
