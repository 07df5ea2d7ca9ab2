"""The only reader and writer of the table of matching rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from comity.matching.banks import store as banks
from comity.matching.policy.errors import NoSuchRule
from comity.matching.policy.models import RuleRow


def all_rules() -> tuple[MatchingRule, ...]:
    """Every rule, the newest first."""
    return tuple(_document(row) for row in RuleRow.objects.order_by("-valid_from", "id"))


def in_force(at: Instant) -> tuple[MatchingRule, ...]:
    """The rules that speak at an instant."""
    rows = RuleRow.objects.filter(active=True, valid_from__lte=at.utc, valid_until__gt=at.utc).order_by("id")
    return tuple(_document(row) for row in rows)


def rule(identifier: str) -> MatchingRule:
    """One rule, locked for this unit of work; raises ``NoSuchRule``."""
    try:
        row = RuleRow.objects.select_for_update().filter(id=UUID(identifier)).first()
    except ValueError:
        row = None
    if row is None:
        raise NoSuchRule
    return _document(row)


def as_entered(document: MatchingRule) -> str | None:
    """The entry that a rule stands on, if its row says what two people entered; anybody could have written a row.

    Whoever proposed it entered the first document of it, and whoever approved it the one that says so.
    """
    entries = [one.entry for one in audit.entries_of(document.rule, kind=MatchingRule.kind)]
    try:
        said = [audit.find(entry, MatchingRule) for entry in entries]
    except AuditFailure:
        return None
    if not said or said[-1].document != document:
        return None
    authors = {f"staff:{document.proposed_by.id}": False}
    if document.approved_by is not None:
        authors[f"staff:{document.approved_by.id}"] = True
    for one in said:
        if one.actor in authors and (one.document.approved_by is not None) == authors[one.actor]:
            del authors[one.actor]
    return None if authors else entries[-1]


def snapshot() -> list[dict[str, Any]]:
    """The rules that people made and nobody ended, for the match service; whoever reads them looks at the instants."""
    names = {bank.id: bank.name for bank in banks.banks()}
    rows = [_document(row) for row in RuleRow.objects.filter(active=True).order_by("id")]
    return [_told(one, names) for one in rows if one.bank is None or one.bank in names]


def save(document: MatchingRule, entry: str) -> None:
    """Keep a rule as its entry states it."""
    approved = document.approved_by
    values = {
        "entry": UUID(entry),
        "bank": UUID(document.bank) if document.bank else None,
        "bank_name": document.bank_name,
        "signal_type": document.signal_type or "",
        "content_type": document.content_type or "",
        "most_distance": document.most_distance,
        "measure": document.measure.value,
        "proposed_by": document.proposed_by.id,
        "proposed_role": document.proposed_by.role,
        "approved_by": approved.id if approved else "",
        "approved_role": approved.role if approved else "",
        "valid_from": document.valid_from.utc,
        "valid_until": document.valid_until.utc,
        "withdrawn": document.withdrawn,
        "active": document.made and not document.withdrawn,
        "why": document.why,
        "said_at": document.at.utc,
    }
    RuleRow.objects.update_or_create(id=UUID(document.rule), defaults=values)


def _document(row: RuleRow) -> MatchingRule:
    return MatchingRule(
        rule=row.id.hex,
        bank=row.bank.hex if row.bank else None,
        bank_name=row.bank_name,
        signal_type=row.signal_type or None,
        content_type=row.content_type or None,
        most_distance=row.most_distance,
        measure=MatchMeasure(row.measure),
        why=row.why,
        proposed_by=Person(id=row.proposed_by, role=row.proposed_role),
        approved_by=Person(id=row.approved_by, role=row.approved_role) if row.approved_by else None,
        valid_from=Instant(row.valid_from),
        valid_until=Instant(row.valid_until),
        withdrawn=row.withdrawn,
        at=Instant(row.said_at),
    )


def _told(document: MatchingRule, names: dict[str, str]) -> dict[str, Any]:
    return {
        "rule": document.rule,
        "bank": names[document.bank] if document.bank else None,
        "signal_type": document.signal_type,
        "content_type": document.content_type,
        "most_distance": document.most_distance,
        "measure": document.measure.value,
        "valid_from": document.valid_from.z(),
        "valid_until": document.valid_until.z(),
    }
