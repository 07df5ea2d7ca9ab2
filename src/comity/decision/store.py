"""The only reader and writer of the decision room's tables."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.casefile.documents.decision import StandingRule
from comity.decision.errors import NoDraft, NoSuchRule
from comity.decision.models import DraftRow, StandingRuleRow
from comity.decision.rules import RuleFacts


def facts(row: StandingRuleRow) -> RuleFacts:
    """A row as the rules judge it."""
    return RuleFacts(
        rule=row.id.hex,
        instrument=row.instrument,
        authority=row.authority,
        channels=tuple(row.channels),
        valid_from=Instant(row.valid_from),
        valid_until=Instant(row.valid_until),
        approved=bool(row.approved_by),
        withdrawn=row.withdrawn,
    )


def facts_of(document: StandingRule) -> RuleFacts:
    """The same of an entered rule."""
    return RuleFacts(
        rule=document.rule,
        instrument=document.instrument,
        authority=document.authority,
        channels=document.channels,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
        approved=document.approved_by is not None,
        withdrawn=document.withdrawn,
    )


def rules_for(authority: str) -> tuple[RuleFacts, ...]:
    """Every rule for one authority, newest first."""
    rows = StandingRuleRow.objects.filter(authority=authority).order_by("-valid_from")
    return tuple(facts(row) for row in rows)


def all_rules() -> tuple[StandingRuleRow, ...]:
    """Every rule, newest first."""
    return tuple(StandingRuleRow.objects.order_by("-valid_from"))


def rule(identifier: str) -> StandingRuleRow:
    """One rule, locked for this unit of work."""
    row = StandingRuleRow.objects.select_for_update().filter(id=identifier).first()
    if row is None:
        raise NoSuchRule
    return row


def save_rule(document: StandingRule, entry: str) -> None:
    """Write a rule as its newest entry states it."""
    StandingRuleRow.objects.update_or_create(
        id=document.rule,
        defaults={
            "entry": entry,
            "instrument": document.instrument,
            "authority": document.authority,
            "channels": list(document.channels),
            "proposed_by": document.proposed_by.id,
            "approved_by": document.approved_by.id if document.approved_by else "",
            "valid_from": document.valid_from.utc,
            "valid_until": document.valid_until.utc,
            "withdrawn": document.withdrawn,
        },
    )


def draft(case: str) -> DraftRow:
    """The first approval that waits."""
    row = DraftRow.objects.filter(case_id=case).first()
    if row is None:
        raise NoDraft
    return row


def find_draft(case: str) -> DraftRow | None:
    """The first approval that waits, if one does."""
    return DraftRow.objects.filter(case_id=case).first()


def save_draft(row: DraftRow) -> None:
    """Keep a first approval."""
    row.save(force_insert=True)


def drop_draft(case: str) -> None:
    """The draft was decided or disagreed with; its entries remain."""
    DraftRow.objects.filter(case_id=case).delete()
