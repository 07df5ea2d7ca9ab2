# ruff: noqa: ARG002 -- a docket in memory ignores part of what the protocol gives it
"""Reviews and matching rules for the docket in memory: one review that a viewer claims, looks at and decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.casefile.documents.decision import Person
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from support.console_shapes import NOW

if TYPE_CHECKING:
    from comity.docket.reviews.rules import Choice
    from comity.docket.reviews.views import Listed, MatchingRulesPage, ReviewLine, ReviewPage, ReviewView
    from comity.matching.policy.rules import Terms

CASE, BESIDE = "c1" * 16, "b2" * 16
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


class ReviewsInMemory:
    """The part of the docket in memory that answers ``commands_reviews``."""

    calls: list[tuple[str, Any]]
    claimed = looking = False

    def reviews(self, viewer: str) -> ReviewPage:
        from comity.docket.reviews.views import FailedLine, ReviewPage

        decided = dataclasses.replace(self._line(), number=30, state="decided", automatic=False, mine=False)
        other = dataclasses.replace(
            self._line(), number=32, content_type="video", signal_type="vpdq", claimed_by="Jonas Weber", mine=False,
            automatic=False, detections=2, earlier="disable",
        )  # fmt: skip
        hunt = dataclasses.replace(
            self._line(), number=33, hunt=True, detections=4_117, mine=False, claimed_by="", automatic=False
        )
        failed = FailedLine(CASE, 29, "https://board.example/posts/9", "platform.unavailable: the board did not answer")
        return ReviewPage((self._line(), other, hunt), (decided,), (failed,), self._looked(), NOW)

    def review(self, number: int, viewer: str, shown: str = "", after: int = 0) -> ReviewView:
        from comity.docket.reviews.views import Content, Counted, ItemLine, ReviewView, StepLine

        items = tuple(
            ItemLine(
                f"{n:032x}" if n > 1 else CASE, n, "disabled" if n == 1 else "waiting",
                f"https://board.example/posts/{n}", "ada" if n < 3 else "bela", "pdq", n == 1,
                NOW.plus(timedelta(minutes=-n)), "",
            )
            for n in (1, 2, 3)
        )  # fmt: skip
        content = Content(
            kind="post", created_at=NOW.plus(timedelta(hours=-3)), texts=True, pictures=("media-1",), files=("film",),
            films=("film",),
            words=("The words of the post.",) if self.looking else (), kept=True,
        )  # fmt: skip
        may = {"release", "decide", "ask"} if self.claimed else {"claim"}
        return ReviewView(
            line=self._line(), items=items, after=0, following=0,
            counted=Counted(3, (("ada", 2), ("bela", 1)), 0, (("photo", 3),), (("waiting", 2), ("disabled", 1))),
            upto=3, listed=(self._listed(),), content=content if self.claimed else None, shown=CASE,
            steps=(
                StepLine(NOW.plus(timedelta(minutes=-9)), "Comity", "opened", "a matching rule for INDUSTRY"),
                StepLine(NOW.plus(timedelta(minutes=-2)), "Camille Moreau", "claimed", "taken up"),
            ),
            question="Is the banner part of a news report?", asked_by="Camille Moreau", adviser="Jonas Weber",
            advice="No reporter, no voice-over; it is the group's own film.", advises="disable",
            decision=None, decided_by="", earlier=None, earlier_number=None, earlier_close=False,
            may=frozenset(may), looked=self._looked(), now=NOW,
        )  # fmt: skip

    def claim_review(self, viewer: str, number: int) -> None:
        self.claimed = True
        self.calls.append(("claim_review", number))

    def release_review(self, viewer: str, number: int) -> None:
        self.claimed = self.looking = False
        self.calls.append(("release_review", number))

    def ask_second(self, viewer: str, number: int, question: str) -> None:
        self.calls.append(("ask_second", question))

    def look_at(self, viewer: str, number: int, case: str) -> None:
        self.looking = True
        self.calls.append(("look_at", case))

    def look_away(self, viewer: str) -> None:
        self.looking = False
        self.calls.append(("look_away", None))

    def review_medium(
        self, viewer: str, number: int, case: str, name: str, *, clear: bool
    ) -> tuple[str, Iterator[bytes]]:
        from comity.docket.reviews.errors import NothingIsClear
        from support.console_cases import picture

        if clear and not self.looking:
            raise NothingIsClear
        self.calls.append(("review_medium", (name, clear)))
        return "image/png", iter([picture()])

    def review_stills(self, viewer: str, number: int, case: str, name: str) -> bytes:
        from comity.docket.reviews.errors import NothingIsClear
        from support.console_cases import picture

        if not self.looking:
            raise NothingIsClear
        return picture()

    def decide_review(self, viewer: str, number: int, choice: Choice, **about: Any) -> None:
        from comity.docket.reviews import rules

        rules.check(choice, advised=True)
        self.calls.append(("decide_review", (choice, about)))

    def matching_rules(self, viewer: str) -> MatchingRulesPage:
        from comity.docket.reviews.rules import Figures
        from comity.docket.reviews.views import BankLine, MatchingRuleLine, MatchingRulesPage

        said: dict[str, Any] = {
            "bank_name": "INDUSTRY", "content_type": "photo", "most_distance": 12.0, "why": "published attack films",
            "proposed_by": Person(id="5" * 32, role="legal"), "valid_from": NOW,
            "valid_until": NOW.plus(timedelta(days=200)), "at": NOW, "bank": "d4" * 16, "signal_type": "pdq",
        }  # fmt: skip
        acts = MatchingRule(
            rule="e5" * 16, measure=MatchMeasure.DISABLE_AND_REVIEW, approved_by=Person(id="6" * 32, role="approver"),
            **said,
        )  # fmt: skip
        waits = MatchingRule(rule="f6" * 16, measure=MatchMeasure.DISABLE_AND_REVIEW, **{**said, "most_distance": 20.0})
        return MatchingRulesPage(
            rules=(
                MatchingRuleLine(waits, "proposed", "Odile Petit", "", 0),
                MatchingRuleLine(acts, "in_force", "Odile Petit", "Jonas Weber", 12),
            ),
            banks=(
                BankLine("INDUSTRY", True, False, False, Figures("INDUSTRY", 188, 4, 160, 171, passed=3)),
                BankLine("REFERRALS", True, False, False, Figures("REFERRALS", 9, 14, 9, 171)),
                BankLine("TRIED", True, True, False, Figures("TRIED", 0, 0, 0, 171, passed=41)),
                BankLine("PRESS", True, False, True, Figures("PRESS", 0, 0, 0, 171)),
            ),
            signal_types=("sha256", "pdq"),
            content_types=("photo", "video"),
            now=NOW,
        )

    def propose_matching_rule(self, viewer: str, terms: Terms) -> None:
        from comity.matching.policy import rules

        self.calls.append(("propose_matching_rule", rules.checked(terms, NOW)))

    def approve_matching_rule(self, viewer: str, rule: str) -> None:
        self.calls.append(("approve_matching_rule", rule))

    def withdraw_matching_rule(self, viewer: str, rule: str, because: str) -> None:
        self.calls.append(("withdraw_matching_rule", (rule, because)))

    def switch_bank_off(self, viewer: str, bank: str, because: str) -> None:
        self.calls.append(("switch_bank_off", (bank, because)))

    def _line(self) -> ReviewLine:
        from comity.docket.reviews.views import ReviewLine

        return ReviewLine(
            number=31, state="open", content_type="photo", signal_type="pdq", detections=3, banks=("INDUSTRY",),
            automatic=True, hunt=False, opened_at=NOW.plus(timedelta(minutes=-9)),
            claimed_by="Camille Moreau" if self.claimed else "", mine=self.claimed, earlier="",
        )  # fmt: skip

    def _looked(self) -> Any:
        from comity.docket.reviews.views import Looked

        return Looked(14, 120, 9, CASE if self.looking else "", 118 if self.looking else 0, None, over=False)

    @staticmethod
    def _listed() -> Listed:
        from comity.docket.reviews.views import Listed

        return Listed(
            bank="INDUSTRY", bank_version=481, owner="Trust & safety", source="an exchange", reason="attack films",
            legal_basis="2021/784 Art 5", item=90_211, member="ESP 42", reference="tx:77120", signal_type="pdq",
            listed=PDQ, distance=6.0, threshold=31.0, unit="bits", shadow=False, standing="in_force", sample=BESIDE,
        )  # fmt: skip
