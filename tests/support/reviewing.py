"""A night on which content matches: banks, rules, detections as the match service enters them, and reviewers."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.casefile.clock import FixedClock
from comity.casefile.documents.bank import BankTerms
from comity.casefile.documents.detection import Detection, ListedMatch, Source
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from comity.casefile.documents.review import Exclusion, Limb, Outcome, Standing
from comity.casefile.records import unit_of_work

if TYPE_CHECKING:
    from comity.docket.reviews.models import ItemRow, ReviewRow
    from comity.docket.reviews.rules import Choice
    from support.night import Night, Staff

BANK = "KNOWN"
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
FAR = "07070f311f0b57b006370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
"""As PDQ, with its first 64 bits turned."""
_SAID = {"owner": "us", "source": "an exchange", "reason": "known copies", "legal_basis": "2021/784 Art 5"}


def digest(seed: object) -> str:
    """A SHA-256 that stands for a file."""
    return hashlib.sha256(str(seed).encode()).hexdigest()


def bits(signal: str, count: int) -> str:
    """The same PDQ hash with so many of its last bits turned."""
    return f"{int(signal, 16) ^ ((1 << count) - 1):064x}"


@dataclass
class Gallery:
    """One bank, and everything that reviewers do."""

    night: Night
    staff: Staff
    listed: dict[str, int] = field(default_factory=dict)

    @classmethod
    def begin(cls, night: Night) -> Gallery:
        made = cls(night, night.staff())
        made.bank(BANK)
        return made

    @property
    def clock(self) -> FixedClock:
        return self.night.clock

    def bank(self, name: str, **more: Any) -> None:
        from comity.matching.banks import service

        with unit_of_work(self.clock.now(), "system:test") as work:
            service.create_bank(work, BankTerms.model_validate({"name": name, **_SAID, **more}))

    def listing(self, signal: str, kind: str = "pdq", bank: str = BANK) -> int:
        """An item of a bank, listed once."""
        from comity.matching.banks import service

        known = f"{bank}/{kind}/{signal}"
        if known not in self.listed:
            with unit_of_work(self.clock.now(), "system:test") as work:
                said = {"source": "them", "member": "ESP 42", "reason": "listed"}
                self.listed[known] = service.add_entry(work, bank, {kind: signal}, **said).number
        return self.listed[known]

    def rule(
        self, measure: MatchMeasure = MatchMeasure.DISABLE_AND_REVIEW, *, approve: bool = True, **more: Any
    ) -> MatchingRule:
        """A rule that Carla proposes and Ben approves."""
        from comity.casefile.documents.decision import Person
        from comity.matching.policy import service
        from comity.matching.policy.rules import Terms

        said: dict[str, Any] = {"bank": BANK, "signal_type": "pdq", "content_type": "", "most_distance": None, **more}
        until = self.clock.now().plus(timedelta(days=300))
        carla, ben = Person(id=self.staff.carla, role="legal"), Person(id=self.staff.ben, role="approver")
        with unit_of_work(self.clock.now(), f"staff:{carla.id}") as work:
            made = service.propose(work, Terms(measure=measure, valid_until=until, why="known copies", **said), carla)
        if approve:
            with unit_of_work(self.clock.now(), f"staff:{ben.id}") as work:
                made = service.approve(work, made.rule, ben)
        return made

    def match(self, signal: str = PDQ, kind: str = "pdq", bank: str = BANK, **more: Any) -> ListedMatch:
        said = {"bank": bank, "bank_version": 1, "entry": self.listing(signal, kind, bank), "member": "ESP 42"}
        said |= {"signal_type": kind, "listed": signal, "distance": 0.0, "threshold": 31.0}
        return ListedMatch.model_validate(said | more)

    def detect(self, item: str, url: str | None = None, *, matches: Any = None, work: bool = True, **more: Any) -> str:
        """A detection as the match service or a hunt enters it; gives its case."""
        from comity.casefile import audit
        from comity.casefile.documents import new_id

        case = new_id()
        kind = more.get("signal_type", "pdq")
        said = {"case": case, "source": Source.UPLOAD, "item": item, "url": url, "account": "ada"}
        said |= {"content_type": "photo", "signal_type": kind, "signal": PDQ, "recipe": None, "at": self.clock.now()}
        document = Detection.model_validate(said | {"matches": matches or (self.match(),)} | more)
        with unit_of_work(self.clock.now(), "system:match") as unit:
            entry = audit.enter(unit, case, document).entry
            unit.defer("detected", lock=case, case=case, detection=entry)
        if work:
            self.night.work_on()
        return case

    def upload(self, title: str = "A title", **more: Any) -> tuple[str, str]:
        """A post that matches; gives its public address and the detection's case."""
        url = self.night.publish(title)
        item = self.night.board_adapter.resolve(url).item
        assert item is not None
        return url, self.detect(item, url, **{"account": self.account_of(item), **more})

    def account_of(self, item: str) -> str:
        """Who published an item, by the platform's own identifier."""
        return self.night.board_adapter.describe(item).account

    # -- people --------------------------------------------------------------------------------------------------------

    def choice(self, outcome: str = "disable", **more: Any) -> Choice:
        from comity.docket.reviews.rules import Choice

        if outcome == "disable":
            said: dict[str, Any] = {"limbs": (Limb.INCITES,), "exclusion": Exclusion(why="No sign of any purpose.")}
        else:
            said = {"standing": Standing.NO_GROUND}
        return Choice(Outcome(outcome), reasons="As listed.", **{**said, **more})

    def decide(
        self, number: int = 1, outcome: str = "disable", *, by: str = "", work: bool = True, **more: Any
    ) -> None:
        """Claim and decide, and run what follows."""
        viewer = by or self.staff.mia
        self.night.docket.claim_review(viewer, number)
        self.night.docket.decide_review(viewer, number, self.choice(outcome, **more), upto=10_000)
        if work:
            self.night.work_on()

    def token(self, case: str) -> str:
        """What the link of a statement of reasons carries."""
        from comity.casefile import audit
        from comity.casefile.documents.answer import Notice

        entries = [one.entry for one in audit.entries_of(case) if one.kind == Notice.kind]
        return audit.find(entries[-1], Notice).document.complaint_token

    def complain(self, words: str = "It was satire.") -> None:
        """Whoever published the newest detection complains by that link."""
        self.night.docket.file_complaint(self.token(self.items()[-1].id.hex), words, "en")

    def answer(self, outcome: str, reasons: str = "So it is.", *, work: bool = True) -> None:
        """Mia answers the one complaint."""
        (line,) = self.night.docket.complaints()
        self.night.docket.decide_complaint(self.staff.mia, line.complaint, outcome=outcome, reasons=reasons)
        if work:
            self.night.work_on()

    # -- what became of it ---------------------------------------------------------------------------------------------

    def review(self, number: int = 1) -> ReviewRow:
        from comity.docket.reviews import store

        return store.by_number(number)

    def item(self, case: str) -> ItemRow:
        from comity.docket.reviews import store

        found = store.item(case)
        assert found is not None
        return found

    def items(self) -> list[ItemRow]:
        """Every detection, the oldest first."""
        from comity.docket.reviews.models import ItemRow

        return list(ItemRow.objects.order_by("detected_at", "place", "id"))

    def gone(self, url: str) -> bool | None:
        return self.night.board_adapter.seen_by_stranger(url, "EU").gone

    def messages(self) -> list[str]:
        """Everything that the platform told anybody."""
        return self.inbox("")

    def inbox(self, url: str) -> list[str]:
        """What the platform told anybody about an address."""
        with sqlite3.connect(self.night.board.directory / "data" / "board.sqlite") as readable:
            rows = readable.execute("SELECT body FROM message WHERE body LIKE ? ORDER BY id", (f"%{url}%",)).fetchall()
        readable.close()
        return [str(body) for (body,) in rows]
