"""What the console needs for nights and workload, beside ``commands``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from comity.casefile.clock import Instant
from comity.docket.nights.forecast import Forecast
from comity.docket.nights.tally import Stated, Workload
from comity.docket.nights.views import AlarmLine, NightPage, WatchLine


class Figures(Protocol):
    """What the house carried, and what a load takes."""

    def workload(self, viewer: str) -> Workload:
        """The last thirteen weeks."""
        ...

    def forecast(self, viewer: str, stated: Stated) -> tuple[Forecast, ...]:
        """For more and more people; the last is the answer."""
        ...


class Nights(Figures, Protocol):
    """Rosters, the ladder, rules for the night, alarms."""

    def nights(self, viewer: str) -> NightPage:
        """Everything on the page of nights."""
        ...

    def night_gaps(self, viewer: str) -> tuple[WatchLine, ...]:
        """Stretches of the next days in which nobody is on call."""
        ...

    def save_roster(self, viewer: str, *, roster: str, name: str, zone: str, lines: tuple[str, str]) -> str:
        """Make a roster, or change one; ``lines``: shifts, exceptions."""
        ...

    def end_roster(self, viewer: str, roster: str) -> None:
        """A roster holds no more."""
        ...

    def save_ladder(self, viewer: str, *, lines: str, unanswered_minutes: int) -> None:
        """Set in which order people are called."""
        ...

    def save_contact(self, viewer: str, *, ways: Mapping[str, str], staff: str = "") -> None:
        """Say how one is called."""
        ...

    def acknowledge(self, viewer: str, alarm: str) -> None:
        """A person has it."""
        ...

    def link_of(self, viewer: str, token: str) -> AlarmLine:
        """The alarm behind a one-time link."""
        ...

    def answer_page(self, viewer: str, token: str) -> int:
        """Acknowledge by a one-time link; gives the case's number."""
        ...

    def propose_night_rule(
        self, viewer: str, *, authority: str, channels: tuple[str, ...], minutes: int, terms: tuple[Instant, str]
    ) -> None:
        """Propose what happens when nobody answers; ``terms``: until when it holds, and why."""
        ...

    def approve_night_rule(self, viewer: str, rule: str) -> None:
        """Agree to a rule that somebody else proposed."""
        ...

    def withdraw_night_rule(self, viewer: str, rule: str, because: str) -> None:
        """End a rule at once."""
        ...
