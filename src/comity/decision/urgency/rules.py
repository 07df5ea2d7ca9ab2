"""The verdict on an emergency demand: what bars it, what is shown, what is needed, what goes first. Pure.

Barred means: not released as an emergency. The demand keeps its ordinary way, with its own clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category
from comity.decision.errors import EmergencyBarred, ReleasersMissing, RestWaits, SamePersonTwice, SupervisorNotCalled
from comity.decision.urgency.decoys import Decoys
from comity.decision.urgency.facts import Budget, Call, Claim, Limits, Past, Sender, Statement
from comity.registry.lookalikes import lookalike_of
from comity.registry.officers_signals import signals

RELEASERS = 2
_EMPTY_WORDS = frozenset(
    {
        *("n/a", "na", "none", "unknown", "urgent", "emergency", "see attached", "see attachment", "as above", "tbd"),
        *("néant", "inconnu", "urgence", "voir pièce jointe", "voir ci-joint", "voir ci-dessus"),
        *("keine", "unbekannt", "dringend", "notfall", "siehe anlage", "siehe oben", "entfällt"),
    }
)
"""Words that fill a field and say nothing."""


class Bar(StrEnum):
    """Why a demand may not be released as an emergency."""

    NO_DANGER = "no_danger"
    NO_WHY_NOW = "no_why_now"
    NO_WHY_NO_COURT = "no_why_no_court"
    FIRST_DEMAND = "first_demand"
    MAILBOX_ONLY = "mailbox_only"
    UNVERIFIED = "unverified"
    DENIED = "denied"
    """Somebody was called and did not confirm."""
    OFFICER_BUDGET = "officer_budget"
    AUTHORITY_BUDGET = "authority_budget"
    DECOY = "decoy"
    WRITTEN_OVERDUE = "written_overdue"
    DOUBTFUL_BEFORE = "doubtful_before"
    NOTHING_ASKED = "nothing_asked"


class Sign(StrEnum):
    """What whoever releases has to see. None of it decides."""

    OFFICER_FIRST = "officer_first"
    OFFICER_RATE = "officer_rate"
    ODD_HOUR = "odd_hour"
    NEW_DEVICE = "new_device"
    DEVICE_UNKNOWN = "device_unknown"
    REUSED_DOCUMENT = "reused_document"
    REPEATED_WORDS = "repeated_words"
    LOOKALIKE = "lookalike"


class Need(StrEnum):
    """What is still needed before anything leaves."""

    TWO_RELEASERS = "two_releasers"
    SUPERVISOR_CALL = "supervisor_call"


@dataclass(frozen=True)
class Reason:
    """One bar, sign or need, with what was seen."""

    code: Bar | Sign | Need
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What is to be said of an emergency demand now; a call, an hour or another demand may change it."""

    bars: tuple[Reason, ...]
    signs: tuple[Reason, ...]
    needs: tuple[Reason, ...]
    first: tuple[Category, ...]
    """What may leave at once."""
    delayed: tuple[Category, ...]
    """What may leave ``Limits.rest_after`` after that."""

    @property
    def is_barred(self) -> bool:
        """Whether nothing may leave as an emergency, whoever signs."""
        return bool(self.bars)


def judge(claim: Claim, sender: Sender, past: Past, limits: Limits, decoys: Decoys, *, at: Instant) -> Verdict:
    """Judge an emergency demand at an instant. What is not known never opens anything."""
    asked = sorted(claim.categories, key=list(Category).index)
    return Verdict(
        bars=tuple(_bars(claim, sender, past, limits, decoys, at)),
        signs=tuple(_signs(claim, sender, past)),
        needs=tuple(_needs(claim, sender, limits, at)),
        first=tuple(one for one in asked if one in limits.first),
        delayed=tuple(one for one in asked if one not in limits.first),
    )


def statement_faults(statement: Statement) -> tuple[Bar, ...]:
    """Each of the three mandatory fields that says nothing."""
    fields = {
        Bar.NO_DANGER: statement.danger,
        Bar.NO_WHY_NOW: statement.why_now,
        Bar.NO_WHY_NO_COURT: statement.why_no_court,
    }
    return tuple(bar for bar, text in fields.items() if not _says_something(text))


def is_verified(claim: Claim, calls: Iterable[Call], limits: Limits, at: Instant) -> bool:
    """Whether a call after the demand, to a number held before it, confirmed it not too long ago."""
    return any(call.confirmed and _counts(call, claim, limits, at) for call in calls)


def check_release(
    verdict: Verdict,
    releasers: Sequence[str],
    categories: Collection[Category],
    limits: Limits,
    *,
    at: Instant,
    first_released_at: Instant | None = None,
) -> None:
    """Refuse an emergency release that the verdict does not let go.

    ``releasers``: who signs; ``first_released_at``: when the first data left, if they did. Raises ``EmergencyBarred``,
    ``SupervisorNotCalled``, ``SamePersonTwice``, ``ReleasersMissing`` or ``RestWaits``.
    """
    if verdict.is_barred:
        raise EmergencyBarred(", ".join(reason.code for reason in verdict.bars))
    if any(need.code is Need.SUPERVISOR_CALL for need in verdict.needs):
        raise SupervisorNotCalled
    if len(set(releasers)) != len(releasers):
        raise SamePersonTwice
    if len(releasers) < RELEASERS:
        raise ReleasersMissing
    late = set(categories) - set(verdict.first)
    if late - set(verdict.delayed):
        raise EmergencyBarred("what was not asked is not released")
    if late and (first_released_at is None or at < first_released_at.plus(limits.rest_after)):
        raise RestWaits(", ".join(sorted(late)))


def _bars(claim: Claim, sender: Sender, past: Past, limits: Limits, decoys: Decoys, at: Instant) -> Iterable[Reason]:
    named = decoys.named(claim.identifiers)
    checks: tuple[tuple[bool, Bar], ...] = (
        (not claim.categories, Bar.NOTHING_ASKED),
        (not sender.earlier_demands, Bar.FIRST_DEMAND),
        (sender.mailbox_only, Bar.MAILBOX_ONLY),
        (not is_verified(claim, sender.calls, limits, at), Bar.UNVERIFIED),
        (any(not call.confirmed for call in sender.calls), Bar.DENIED),
        (_exceeds(past.officer_emergencies, limits.officer, at), Bar.OFFICER_BUDGET),
        (_exceeds(past.authority_emergencies, limits.authority, at), Bar.AUTHORITY_BUDGET),
        (past.written_overdue, Bar.WRITTEN_OVERDUE),
        (past.doubtful, Bar.DOUBTFUL_BEFORE),
    )
    yield from (Reason(bar) for bar in statement_faults(claim.statement))
    yield from (Reason(bar) for applies, bar in checks if applies)
    if named:
        yield Reason(Bar.DECOY, {"number": str(len(named))})


_OF_OFFICERS = {
    "officer_first_demand": Sign.OFFICER_FIRST,
    "officer_rate": Sign.OFFICER_RATE,
    "officer_hour": Sign.ODD_HOUR,
}


def _signs(claim: Claim, sender: Sender, past: Past) -> Iterable[Reason]:
    for code, seen in signals(sender.state, sender.officer_times, claim.received_at):
        yield Reason(_OF_OFFICERS[code], {"seen": seen} if seen else {})
    if sender.new_device is not False:
        yield Reason(Sign.NEW_DEVICE if sender.new_device else Sign.DEVICE_UNKNOWN)
    again = sorted({case for one in claim.documents for case in past.documents.get(one, ())} - {claim.case})
    if again:
        yield Reason(Sign.REUSED_DOCUMENT, {"cases": ", ".join(again)})
    said = claim.statement
    if len({_plain(text) for text in (said.danger, said.why_now, said.why_no_court)}) < 3:
        yield Reason(Sign.REPEATED_WORDS)
    like = lookalike_of(sender.domain, sender.known_domains) if sender.domain else None
    if like is not None:
        yield Reason(Sign.LOOKALIKE, {"domain": like.domain, "known": like.known})


def _needs(claim: Claim, sender: Sender, limits: Limits, at: Instant) -> Iterable[Reason]:
    yield Reason(Need.TWO_RELEASERS)
    if not is_verified(claim, (call for call in sender.calls if call.supervisor), limits, at):
        yield Reason(Need.SUPERVISOR_CALL)


def _counts(call: Call, claim: Claim, limits: Limits, at: Instant) -> bool:
    follows = claim.received_at <= call.at <= at
    return follows and call.held_since < claim.received_at and at.since(call.at) <= limits.call_is_fresh


def _exceeds(earlier: Iterable[Instant], budget: Budget, at: Instant) -> bool:
    """Whether this demand is one too many. A time that lies ahead counts: a clock that moved opens nothing."""
    return sum(1 for one in earlier if at.since(one) < budget.within) + 1 > budget.most


def _says_something(text: str) -> bool:
    plain = _plain(text)
    return any(sign.isalpha() for sign in plain) and plain not in _EMPTY_WORDS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!-–—:;")
