# ruff: noqa: ARG002 -- a docket in memory ignores part of what the protocol gives it
"""Nights for the docket in memory: a Saturday with one alarm that rings, one that was answered, and a gap ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from comity.casefile.clock import Instant
from comity.docket.nights.errors import LinkSpent, UnreadableRoster
from comity.docket.nights.forecast import Forecast, Load, people_for
from comity.docket.nights.tally import DAYS, Shift, Stated, Took, Workload
from comity.docket.nights.views import AlarmLine, NightPage, NightRuleLine, PageLine, RosterLine, WatchLine
from support.console_shapes import NOW

TOKEN = "5" * 64


def _alarm(number: int, state: str, **changes: Any) -> AlarmLine:
    pages = (
        PageLine("Camille Moreau", "push", 0, "sent", NOW, "HTTP 200"),
        PageLine("Jonas Weber", "email", 1, "failed", NOW, "the relay did not take it (SMTPResponseException 451)"),
    )
    fields: dict[str, Any] = {
        "drill": False,
        "began_at": NOW.plus(timedelta(minutes=-12)),
        "due_at": NOW.plus(timedelta(minutes=21)),
        "answered_by": "",
        "unanswered": False,
        "pages": pages,
        "draft": None,
    }
    return AlarmLine(alarm=f"{number:032x}", number=number, reason="person", state=state, **(fields | changes))


class NightsInMemory:
    """The part of the docket in memory that answers ``commands_nights``."""

    calls: list[tuple[str, Any]]

    def nights(self, viewer: str) -> NightPage:
        del viewer
        draft = {"reason": ["FORCE_MAJEURE_OR_DE_FACTO_IMPOSSIBILITY"], "explanation": "Nobody acknowledged."}
        following = WatchLine(NOW.plus(timedelta(hours=6)), NOW.plus(timedelta(hours=18)), ("Jonas Weber",))
        rule = ("7" * 32, "Office central de test", ("api",), 15, "Odile Petit", "Jonas Weber")
        proposed = ("8" * 32, "Office central de test", ("email",), 10, "Odile Petit", None)
        return NightPage(
            rosters=(
                RosterLine(
                    "6" * 32, "First line", "Europe/Paris", ("Camille Moreau",), following,
                    "mon,tue 20:00-08:00 Camille Moreau", "2026-12-24 18:00 - 2026-12-25 08:00 nobody",
                ),
            ),
            gaps=self.night_gaps(""),
            ladder="0 First line\n5 Jonas Weber [push, email]",
            unanswered_minutes=10,
            rules=(
                NightRuleLine(*rule, NOW, NOW.plus(timedelta(days=90)), "in_force"),
                NightRuleLine(*proposed, NOW, NOW.plus(timedelta(days=90)), "proposed"),
            ),
            alarms=(
                _alarm(417, "ringing"),
                _alarm(415, "ringing", unanswered=True, draft=draft),
                _alarm(413, "acknowledged", answered_by="Jonas Weber", drill=True),
            ),
            ways=("push", "email"),
            mine={"push": "topic-camille"},
            unreachable=("Jonas Weber",),
            now=NOW,
        )  # fmt: skip

    def night_gaps(self, viewer: str) -> tuple[WatchLine, ...]:
        del viewer
        return (WatchLine(NOW.plus(timedelta(hours=30)), NOW.plus(timedelta(hours=38)), ()),)

    def save_roster(self, viewer: str, *, roster: str, name: str, zone: str, lines: tuple[str, str]) -> str:
        if "Anna" in lines[0]:
            raise UnreadableRoster("Nobody of the staff is called “Anna”.")
        self.calls.append(("save_roster", (roster, name, zone, lines)))
        return roster or "6" * 32

    def end_roster(self, viewer: str, roster: str) -> None:
        self.calls.append(("end_roster", roster))

    def save_ladder(self, viewer: str, *, lines: str, unanswered_minutes: int) -> None:
        self.calls.append(("save_ladder", (lines, unanswered_minutes)))

    def save_contact(self, viewer: str, *, ways: Mapping[str, str], staff: str = "") -> None:
        self.calls.append(("save_contact", dict(ways)))

    def acknowledge(self, viewer: str, alarm: str) -> None:
        self.calls.append(("acknowledge", alarm))

    def link_of(self, viewer: str, token: str) -> AlarmLine:
        if token != TOKEN:
            raise LinkSpent
        return _alarm(417, "ringing", drill=True)

    def answer_page(self, viewer: str, token: str) -> int:
        if token != TOKEN or ("answer_page", token) in self.calls:
            raise LinkSpent
        self.calls.append(("answer_page", token))
        return 417

    def propose_night_rule(
        self, viewer: str, *, authority: str, channels: tuple[str, ...], minutes: int, terms: tuple[Instant, str]
    ) -> None:
        self.calls.append(("propose_night_rule", (authority, channels, minutes, terms)))

    def approve_night_rule(self, viewer: str, rule: str) -> None:
        self.calls.append(("approve_night_rule", rule))

    def withdraw_night_rule(self, viewer: str, rule: str, because: str) -> None:
        self.calls.append(("withdraw_night_rule", (rule, because)))

    def workload(self, viewer: str) -> Workload:
        grid = tuple(
            tuple((day * hour) % 9 if (day * hour) % 9 > 2 else None for hour in range(24)) for day in range(7)
        )
        return Workload(
            grid=grid,
            shown=sum(cell or 0 for day in grid for cell in day),
            met=118,
            missed=None,
            first_look=Took(3.2, 11.0),
            decision=Took(9.5, 27.4),
            shifts=(Shift(0, 8, 0.084, 1), Shift(8, 16, 0.4, None), Shift(16, 24, None, None)),
            samples=61,
            since=NOW.plus(timedelta(days=-DAYS)),
            now=NOW,
        )

    def forecast(self, viewer: str, stated: Stated) -> tuple[Forecast, ...]:
        return people_for(Load(stated.arrivals, stated.minutes, stated.shape), stated.bound, seed=stated.seed)
