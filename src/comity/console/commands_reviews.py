"""What the console needs from the docket about reviews and matching rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from comity.docket.reviews.rules import Choice
from comity.docket.reviews.views import MatchingRulesPage, ReviewPage, ReviewView
from comity.matching.policy.rules import Terms


class Reviews(Protocol):
    """What matched and waits for a person."""

    def reviews(self, viewer: str) -> ReviewPage:
        """Everything on the page of reviews."""
        ...

    def review(self, number: int, viewer: str, shown: str = "", after: int = 0) -> ReviewView:
        """Everything on a review's page."""
        ...

    def claim_review(self, viewer: str, number: int) -> None:
        """Take it up."""
        ...

    def release_review(self, viewer: str, number: int) -> None:
        """Put it back."""
        ...

    def ask_second(self, viewer: str, number: int, question: str) -> None:
        """Ask for another person's opinion."""
        ...

    def advise_review(self, viewer: str, number: int, *, outcome: str, words: str) -> None:
        """Give it."""
        ...

    def decide_review(  # noqa: PLR0913 -- what is left out, named at every call
        self,
        viewer: str,
        number: int,
        choice: Choice,
        *,
        upto: int,
        left_out: frozenset[str] = frozenset(),
        places: frozenset[int] = frozenset(),
        accounts: frozenset[str] = frozenset(),
        threat: bool = False,
    ) -> None:
        """Decide about the detections up to one, but for cases, numbers and accounts that are left out."""
        ...

    def repeat_review(self, viewer: str, number: int, *, upto: int) -> None:
        """Decide as was decided before about the same."""
        ...

    def try_again(self, viewer: str, case: str) -> None:
        """Have what could not be disabled tried once more."""
        ...

    def look_at(self, viewer: str, number: int, case: str) -> None:
        """Begin to look."""
        ...

    def look_away(self, viewer: str) -> None:
        """Veil what was shown."""
        ...

    def review_medium(
        self, viewer: str, number: int, case: str, name: str, *, clear: bool
    ) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of a picture or file."""
        ...

    def review_stills(self, viewer: str, number: int, case: str, name: str) -> bytes:
        """Moments of a film as one JPEG."""
        ...


class MatchingRules(Protocol):
    """What follows from matches, and which banks err."""

    def matching_rules(self, viewer: str) -> MatchingRulesPage:
        """Everything on the page of matching rules."""
        ...

    def propose_matching_rule(self, viewer: str, terms: Terms) -> None:
        """Make a rule."""
        ...

    def approve_matching_rule(self, viewer: str, rule: str) -> None:
        """Agree to one that somebody else proposed."""
        ...

    def withdraw_matching_rule(self, viewer: str, rule: str, because: str) -> None:
        """End one."""
        ...

    def switch_bank_off(self, viewer: str, bank: str, because: str) -> None:
        """Switch off a bank that errs."""
        ...
