"""What the match service tells its callers: the measure, by the rules as the banks' file carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.detection import ListedMatch
from comity.casefile.documents.matching_rule import MatchMeasure
from comity.matching.policy.rules import Listing, Rule, measure


def measure_told(said: Any, matches: Sequence[ListedMatch], content_type: str, at: Instant) -> str:
    """The measure for what a look-up counted; matches of allow banks are not among them.

    Rules that cannot be read say nothing, so that a person looks.
    """
    try:
        rules = [_rule(one) for one in said or () if _speaks(one, at)]
    except (KeyError, TypeError, ValueError):
        rules = []
    return measure(rules, [Listing(match, match.bank) for match in matches], content_type).measure.value


def _speaks(said: dict[str, Any], at: Instant) -> bool:
    return Instant.parse(said["valid_from"]) <= at < Instant.parse(said["valid_until"])


def _rule(said: dict[str, Any]) -> Rule:
    return Rule(
        rule=said["rule"],
        bank=said["bank"],
        signal_type=said["signal_type"],
        content_type=said["content_type"],
        most_distance=said["most_distance"],
        measure=MatchMeasure(said["measure"]),
    )
