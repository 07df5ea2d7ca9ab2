"""Pure judgement about reviews: what is the same, what was decided before, what a decision must say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from comity.casefile.documents.review import Exclusion, Limb, Outcome, Standing
from comity.docket.reviews.errors import AssessmentMissing, GroundMissing, SecondNeeded
from comity.docket.reviews.models import Progress
from comity.matching.signals import type_named

UNION, EVERYWHERE = ("EU",), ("*",)
LONGEST_WORDS = 8_000

MOVES: dict[Progress, frozenset[Progress]] = {
    Progress.WAITING: frozenset({Progress.DISABLING, Progress.STANDING, Progress.FAILED}),
    Progress.DISABLING: frozenset({Progress.DISABLED, Progress.FAILED, Progress.REINSTATING}),
    Progress.DISABLED: frozenset({Progress.REINSTATING, Progress.CLOSED, Progress.DISABLED}),
    Progress.FAILED: frozenset({Progress.DISABLING, Progress.STANDING, Progress.CLOSED}),
    Progress.REINSTATING: frozenset({Progress.REINSTATED, Progress.DISABLED}),
    Progress.REINSTATED: frozenset({Progress.CLOSED}),
    Progress.PASSED: frozenset({Progress.CLOSED}),
    Progress.STANDING: frozenset({Progress.CLOSED}),
    Progress.REPEATED: frozenset({Progress.CLOSED}),
    Progress.CLOSED: frozenset(),
}
"""What a detection can become; the database refuses anything else."""

AWAY = frozenset({Progress.DISABLING, Progress.DISABLED})
"""Something was disabled, or may have been."""


def alike(signal_type: str, signal: str) -> str:
    """What two detections of the same content have in common, whoever stored it."""
    return hashlib.sha256(f"{signal_type}\n{signal}".encode()).hexdigest()


def near(signal_type: str, signal: str, others: Iterable[tuple[str, str]]) -> str | None:
    """Of named signals, the name of the nearest within the type's own threshold.

    Compared with the first of each review only, so that a review does not drift from what it is about.
    """
    return _nearest(signal_type, signal, others, 1.0)


CLOSE = 0.25
"""The share of a type's own threshold within which an earlier decision is proposed: 7 of PDQ's 256 bits."""


def close(signal_type: str, signal: str, others: Iterable[tuple[str, str]]) -> str | None:
    """Of named signals that were decided, the name of the nearest that lies so near that its decision is proposed."""
    return _nearest(signal_type, signal, others, CLOSE)


def _nearest(signal_type: str, signal: str, others: Iterable[tuple[str, str]], share: float) -> str | None:
    kind = type_named(signal_type)
    found = [(kind.distance(signal, other), name) for name, other in others]
    within = [one for one in found if one[0] <= share * kind.threshold]
    return min(within)[1] if within else None


@dataclass(frozen=True)
class Earlier:
    """What was decided about the same signal, or one close to it, in the same bank's item."""

    entry: str
    outcome: Outcome
    standing: Standing | None
    account: str
    same: bool = True
    """It was the same signal; else a close one, and whatever was decided is proposed, never applied."""

    def applies_to(self, account: str) -> bool:
        """Whether it is applied without showing it again.

        What lets content stand because of what it is holds for everybody; what hangs on the purpose of a publication
        holds for whoever published it. That something is disabled is proposed, and a person decides.
        """
        if self.outcome is not Outcome.LET_STAND or not self.same:
            return False
        if self.standing in (Standing.OTHER_CONTENT, Standing.NO_GROUND):
            return True
        return bool(account) and account == self.account

    @property
    def proposed(self) -> bool:
        """Whether a person may repeat it with one key: what hangs on who published something is not repeated so."""
        if self.outcome is Outcome.DISABLE:
            return True
        return not self.same and self.standing in (Standing.OTHER_CONTENT, Standing.NO_GROUND)


@dataclass(frozen=True)
class Choice:
    """What a reviewer chose."""

    outcome: Outcome
    limbs: tuple[Limb, ...] = ()
    terms: str = ""
    standing: Standing | None = None
    exclusion: Exclusion = field(default_factory=Exclusion)
    reasons: str = ""

    @property
    def territories(self) -> tuple[str, ...]:
        """Where it is disabled: terrorist content in the Union, what breaks only the terms everywhere."""
        return UNION if self.limbs else EVERYWHERE


def check(choice: Choice, *, advised: bool) -> None:
    """Raise unless the choice says what a decision must say. ``advised``: another person gave an opinion."""
    if choice.exclusion.doubtful and not advised:
        raise SecondNeeded
    if choice.outcome is Outcome.LET_STAND:
        if choice.standing in (None, Standing.COMPLAINT):
            raise GroundMissing("Say why it may stand.")
        found = choice.exclusion.found is not None
        if found != (choice.standing is Standing.PURPOSE):
            raise AssessmentMissing("Name the purpose that Article 1(3) excludes, and no other reason.")
        return
    if not (choice.limbs or choice.terms.strip()):
        raise GroundMissing
    if choice.exclusion.found is not None:
        raise GroundMissing("What Article 1(3) excludes is not disabled as terrorist content.")
    if not choice.exclusion.why.strip():
        raise AssessmentMissing


def next_step(progress: Progress, outcome: Outcome, *, address: bool) -> Progress:
    """What becomes of a detection that is decided; the same where nothing is to be done."""
    if progress is Progress.REPEATED:
        return progress
    if outcome is Outcome.DISABLE:
        if progress in AWAY:
            return progress
        return Progress.DISABLING if address else Progress.FAILED
    return Progress.REINSTATING if progress in AWAY else Progress.STANDING


@dataclass(frozen=True)
class Figures:
    """What decisions say of one bank."""

    bank: str
    right: int
    """Reviews in which what matched is what the bank lists it for."""
    wrong: int
    """Reviews in which it was other content, or met no ground."""
    disabled: int
    """Reviews that ended with disabling and that this bank knew."""
    all_disabled: int
    """All that ended so, whichever bank knew them."""
    passed: int = 0
    """Detections that nobody looked at: banks that are tried, rules, earlier decisions."""

    @property
    def decided(self) -> int:
        """Reviews that say something of it."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """The share of right ones."""
        return self.right / self.decided if self.decided else None

    @property
    def recall(self) -> float | None:
        """Of what was disabled after any match, the share that this bank knew. What no bank knows, nobody sees."""
        return self.disabled / self.all_disabled if self.all_disabled else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Between what the precision lies, with 95 % (Wilson's interval)."""
        if not self.decided:
            return None
        n, z2, share = self.decided, 1.96**2, self.right / self.decided
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = (z2 * (share * (1 - share) / n + z2 / (4 * n * n))) ** 0.5 / (1 + z2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def errs(self) -> bool:
        """Whether it is proposed to switch it off: ten decisions, and surely more than one in ten is wrong."""
        bounds = self.bounds
        return bounds is not None and self.decided >= ENOUGH and bounds[1] < WANTED


ENOUGH = 10
WANTED = 0.9
