"""What follows from matches, and which rules can be made. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.casefile.documents.detection import ListedMatch
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from comity.matching.errors import UnknownSignalType
from comity.matching.policy.errors import UnusableRule
from comity.matching.signals import ContentType, type_named

LONGEST = timedelta(days=366)
"""A rule that acts by itself is looked at again after a year, as standing rules are."""
_MOST_WORDS = 8_000


@dataclass(frozen=True)
class Rule:
    """What must be known of a rule to judge whether it speaks; ``bank`` is whatever the caller knows banks by."""

    rule: str
    bank: str | None
    signal_type: str | None
    content_type: str | None
    most_distance: float | None
    measure: MatchMeasure

    def speaks(self, match: ListedMatch, bank: str, content_type: str) -> bool:
        """Whether a match is of this rule."""
        return (
            self.bank in (None, bank)
            and self.signal_type in (None, match.signal_type)
            and self.content_type in (None, content_type)
            and (self.most_distance is None or match.distance <= self.most_distance)
        )

    @property
    def rank(self) -> tuple[int, float, int]:
        """The most particular rule first; of two that are equally so, the one by which a person looks first."""
        named = (self.bank, self.signal_type, self.content_type)
        near = math.inf if self.most_distance is None else self.most_distance
        return (-sum(one is not None for one in named), near, _MILDER.index(self.measure))


_MILDER = (MatchMeasure.REVIEW, MatchMeasure.DISABLE_AND_REVIEW, MatchMeasure.LET_PASS)
_STRONGER = (MatchMeasure.LET_PASS, MatchMeasure.REVIEW, MatchMeasure.DISABLE_AND_REVIEW)


@dataclass(frozen=True)
class Listing:
    """A match, and how its bank and its item stand now."""

    match: ListedMatch
    bank: str | None
    """Nothing where it is listed no more."""
    negative: bool = False
    shadow: bool = False
    in_force: bool = True
    """Neither the item nor its bank is switched off, held back or expired."""


@dataclass(frozen=True)
class Measured:
    """What follows, by which rule if one spoke, and why in words."""

    measure: MatchMeasure
    rule: str | None
    why: str
    match: ListedMatch | None = None
    """The match from which it follows."""


def measure(rules: Iterable[Rule], listings: Sequence[Listing], content_type: str) -> Measured:
    """What follows from everything that one content matched.

    An allow bank ends it; banks that are only tried, and items not in force now, say nothing; of what the others say
    the strongest counts. Where no rule speaks a person looks.
    """
    if any(one.negative and one.in_force and not _tried(one) for one in listings):
        return Measured(MatchMeasure.LET_PASS, None, "an allow bank knows it")
    counting = [one for one in listings if one.in_force and one.bank is not None and not one.negative]
    if not counting:
        return Measured(MatchMeasure.LET_PASS, None, "nothing that it matched is listed in force any more")
    live = [one for one in counting if not _tried(one)]
    if not live:
        return Measured(MatchMeasure.LET_PASS, None, "every bank that knows it is only tried")
    ranked = sorted(rules, key=lambda rule: rule.rank)
    return max((_of(ranked, one, content_type) for one in live), key=lambda said: _STRONGER.index(said.measure))


def _tried(listing: Listing) -> bool:
    return listing.shadow or listing.match.shadow


def _of(ranked: Sequence[Rule], listing: Listing, content_type: str) -> Measured:
    match = listing.match
    for rule in ranked:
        if rule.speaks(match, listing.bank or "", content_type):
            return Measured(rule.measure, rule.rule, f"a matching rule for {match.bank}", match)
    return Measured(MatchMeasure.REVIEW, None, f"it matches {match.bank}, and no rule says otherwise", match)


def facts(document: MatchingRule) -> Rule:
    """An entered rule as it is judged."""
    return Rule(
        rule=document.rule,
        bank=document.bank,
        signal_type=document.signal_type,
        content_type=document.content_type,
        most_distance=document.most_distance,
        measure=document.measure,
    )


@dataclass(frozen=True)
class Terms:
    """What a new rule should say. Empty texts restrict nothing."""

    bank: str
    """Its name."""
    signal_type: str
    content_type: str
    most_distance: float | None
    measure: MatchMeasure
    valid_until: Instant
    why: str


def checked(terms: Terms, at: Instant) -> Terms:
    """Terms that can be used; raises ``UnusableRule`` naming what is wrong."""
    kind = _signal_type(terms.signal_type)
    if terms.content_type and terms.content_type not in {one.value for one in ContentType}:
        raise UnusableRule("There is no such type of content.")
    far = terms.most_distance
    if far is not None and (math.isnan(far) or far < 0 or not kind):
        raise UnusableRule("A distance belongs to one type of signal and is not below 0.")
    if terms.measure is MatchMeasure.DISABLE_AND_REVIEW and not (terms.bank and kind):
        raise UnusableRule("What is disabled without a person is of one named bank and one type of signal.")
    if not at < terms.valid_until <= at.plus(LONGEST):
        raise UnusableRule("A matching rule ends within a year.")
    if not 0 < len(terms.why.strip()) <= _MOST_WORDS:
        raise UnusableRule("Say why the rule is made.")
    return Terms(terms.bank, kind, terms.content_type, far, terms.measure, terms.valid_until, terms.why.strip())


def _signal_type(name: str) -> str:
    try:
        return type_named(name).name if name else ""
    except UnknownSignalType as unknown:
        raise UnusableRule("There is no such type of signal.") from unknown
