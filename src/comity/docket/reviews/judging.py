"""What follows from a detection: the rules in force now, how banks and items stand now, what was decided before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.detection import Detection, ListedMatch, Source
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from comity.docket.reviews import earlier_store
from comity.docket.reviews.rules import Earlier
from comity.matching.banks import store as banks
from comity.matching.banks.errors import BankFailure
from comity.matching.banks.store import Bank, BankEntry
from comity.matching.policy import rules
from comity.matching.policy import store as policy
from comity.matching.policy.rules import Listing, Measured


@dataclass(frozen=True)
class Judged:
    """What follows."""

    measured: Measured
    rule: str | None
    """The entry of the rule that spoke."""
    earlier: Earlier | None


def judge(detection: Detection, at: Instant) -> Judged:
    """What follows from a detection; only by a rule that two people entered is anything disabled without a person."""
    known = {one.rule: one for one in policy.in_force(at)}
    measured = _measured(detection, known.values(), at)
    entry = policy.as_entered(known[measured.rule]) if measured.rule is not None else None
    if measured.measure is MatchMeasure.DISABLE_AND_REVIEW:
        why = _why_a_person(measured, entry, detection)
        if why:
            measured, entry = replace(measured, measure=MatchMeasure.REVIEW, rule=None, why=why), None
    elif measured.rule is not None and entry is None:
        why = "the rule that speaks is not as it was entered"
        measured = Measured(MatchMeasure.REVIEW, None, why, measured.match)
    return Judged(measured, entry, earlier_store.find(detection))


def _measured(detection: Detection, known: Iterable[MatchingRule], at: Instant) -> Measured:
    """What the rules and banks say; what a person's hunt sought by itself is looked at by a person."""
    if detection.sought and not detection.matches:
        return Measured(MatchMeasure.REVIEW, None, "it lies near what a person's hunt sought")
    listings = [_listing(match, at) for match in detection.matches]
    return rules.measure([rules.facts(one) for one in known], listings, detection.content_type)


def _why_a_person(measured: Measured, entry: str | None, detection: Detection) -> str:
    """Why nothing is disabled at once after all; empty where nothing speaks against it."""
    if detection.source is Source.HUNT:
        return "a hunt found it, and what hunts find is decided by a person"
    if entry is None:
        return "the rule that speaks is not as two people entered it"
    if not audit.clock_is_sane():
        return "the clock jumped, and nobody has looked at it yet"
    if measured.match is not None and earlier_store.overturned(measured.match.entry):
        return "a person let stand what the same item of the bank had matched"
    return ""


def _listing(match: ListedMatch, at: Instant) -> Listing:
    """How a match's bank and item stand now."""
    try:
        bank = banks.bank_of(match.entry)
        item = banks.item(bank, match.entry)
    except BankFailure:
        return Listing(match, None, in_force=False)
    terms = bank.terms
    return Listing(
        match=match,
        bank=bank.id,
        negative=terms.negative,
        shadow=terms.shadow,
        in_force=_bank_in_force(bank, at) and _item_in_force(item, at),
    )


def _bank_in_force(bank: Bank, at: Instant) -> bool:
    return bank.terms.enabled and (bank.terms.expires_at is None or at < bank.terms.expires_at)


def _item_in_force(item: BankEntry, at: Instant) -> bool:
    off = item.off and (item.off_until is None or at < item.off_until)
    return not (off or item.quarantined or (item.expires_at is not None and at >= item.expires_at))
