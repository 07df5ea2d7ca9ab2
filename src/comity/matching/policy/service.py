"""What makes and ends matching rules. Each change is entered in the same unit of work, under the rule's identifier."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.documents import new_id
from comity.casefile.documents.decision import Person
from comity.casefile.documents.matching_rule import MatchingRule
from comity.casefile.records import UnitOfWork
from comity.matching.banks import store as banks
from comity.matching.policy import rules, store
from comity.matching.policy.errors import RuleSettled, SamePersonTwice
from comity.matching.policy.rules import Terms


def propose(work: UnitOfWork, terms: Terms, person: Person) -> MatchingRule:
    """Make a rule. One that disables without a person does nothing until another person approves it.

    Raises ``UnusableRule`` or ``UnknownBank``.
    """
    terms = rules.checked(terms, work.at)
    bank = banks.bank(terms.bank) if terms.bank else None
    document = MatchingRule(
        rule=new_id(),
        bank=bank.id if bank else None,
        bank_name=terms.bank,
        signal_type=terms.signal_type or None,
        content_type=terms.content_type or None,
        most_distance=terms.most_distance,
        measure=terms.measure,
        why=terms.why,
        proposed_by=person,
        valid_from=work.at,
        valid_until=terms.valid_until,
        at=work.at,
    )
    return _entered(work, document)


def approve(work: UnitOfWork, rule: str, person: Person) -> MatchingRule:
    """A second person agrees. Raises ``NoSuchRule``, ``SamePersonTwice`` or ``RuleSettled``."""
    held = store.rule(rule)
    if held.proposed_by.id == person.id:
        raise SamePersonTwice
    if held.approved_by is not None or held.withdrawn:
        raise RuleSettled
    return _entered(work, held.model_copy(update={"approved_by": person, "at": work.at}))


def withdraw(work: UnitOfWork, rule: str, because: str) -> MatchingRule:
    """End a rule at once; one person suffices to be more careful."""
    held = store.rule(rule)
    if held.withdrawn:
        raise RuleSettled
    return _entered(work, held.model_copy(update={"withdrawn": True, "why": because, "at": work.at}))


def _entered(work: UnitOfWork, document: MatchingRule) -> MatchingRule:
    document = MatchingRule.model_validate(document.model_dump())
    store.save(document, audit.enter(work, document.rule, document).entry)
    banks.lock()
    banks.tell(0)  # whoever follows the banks writes the rules anew beside them
    return document
