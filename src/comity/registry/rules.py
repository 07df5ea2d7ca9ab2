"""Who may demand: judgement over what the registry holds. Pure.

How a sender is authenticated, in this order; the first *no* is the answer, and each *no* says why:

1. the claim names something the registry holds (a certificate, a client, a call-back about this very case);
2. what it names was confirmed by a second person and has not been withdrawn;
3. its cooling period is over, and a certificate is within its validity;
4. the authority behind it is confirmed: not proposed, suspended or withdrawn;
5. for a signature: it is intact and covers the whole file; for a call-back: the number was held before
   the message came.

A mailbox gives no authority: an e-mail address never authenticates anybody, it only tells a person whom to call.
What the caller must still do: enter the result, and never execute automatically without an ``AuthenticatedSender``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.registry.duties import TwoPeople
from comity.registry.errors import NotReadyError, SamePersonError
from comity.registry.lookalikes import Lookalike, lookalike_of
from comity.registry.means import (
    AuthorityProposal,
    AuthorityState,
    CallOutcome,
    HeldAuthority,
    HeldCallBack,
    HeldCredential,
    HeldNumber,
    NumberFound,
    SourceKind,
)
from comity.registry.roles import member_states, roles

COOLING = timedelta(hours=24)
"""How long a credential that replaces or joins another one waits, so that its owner can disown it."""

LONGEST_TEXT = 300
MOST_ITEMS = 20
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}", re.ASCII)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{4,253}")


@dataclass(frozen=True)
class AuthenticatedSender:
    """A sender whom the registry vouches for. Only ``authenticate`` and its siblings here make one."""

    authority: HeldAuthority
    method: str
    """``oauth2``, ``pades``, ``cms`` or ``call_back``."""
    why: str


@dataclass(frozen=True)
class NotAuthenticated:
    """Why nobody vouches for a sender, and whom a person should call to find out."""

    why: str
    method: str = "none"
    authority: HeldAuthority | None = None
    """The authority that the message points to, unproven."""
    call: tuple[HeldNumber, ...] = ()
    lookalike: Lookalike | None = None


@dataclass(frozen=True)
class SignatureFacts:
    """What the verifier found about a signature, without any registry."""

    method: str
    """``pades`` or ``cms``."""
    intact: bool
    covers_whole_file: bool


def authenticate_client(held: HeldCredential | None, at: Instant) -> AuthenticatedSender | NotAuthenticated:
    """Judge an API client that presented a valid token."""
    return _by_credential(held, at, method="oauth2")


def authenticate_signature(
    facts: SignatureFacts, held: HeldCredential | None, at: Instant
) -> AuthenticatedSender | NotAuthenticated:
    """Judge a signed file by the facts of its signature and the certificate that the registry holds for it."""
    authority = held.authority if held else None
    if not facts.intact:
        return _no("The signature does not fit the bytes of the file.", facts.method, authority)
    if not facts.covers_whole_file:
        return _no(
            "The signature does not cover the whole file: something was added after signing.", facts.method, authority
        )
    return _by_credential(held, at, method=facts.method)


def authenticate_call_back(
    call: HeldCallBack | None, *, case: str, received: Instant
) -> AuthenticatedSender | NotAuthenticated:
    """Judge a paper or e-mail sender by the call-back that one of us made about ``case``, received at ``received``."""
    if call is None or call.case != case:
        return NotAuthenticated("Nobody has called the authority back about this case.", "call_back")
    if call.outcome is not CallOutcome.VERIFIED:
        return _no(f"The call-back ended: {call.outcome.replace('_', ' ')}.", "call_back", call.authority)
    if call.number_held_since >= received:
        return _no("The number called was not held before the message came.", "call_back", call.authority)
    if call.authority.state is not AuthorityState.CONFIRMED:
        return _no(f"The authority is {call.authority.state}, not confirmed.", "call_back", call.authority)
    return AuthenticatedSender(
        call.authority, "call_back", f"Confirmed by call to a number held beforehand; spoken to: {call.spoken_to}."
    )


def judge_mailbox(address: str, held: tuple[HeldAuthority, ...], known_domains: tuple[str, ...]) -> NotAuthenticated:
    """Say what an e-mail address is worth: never an authentication, at best whom to call (Article 3(5)).

    ``held``: every authority that names the address's domain as its own; several may share one.
    """
    domain = address.rpartition("@")[2][:LONGEST_TEXT]
    if held:
        names = " or ".join(item.name for item in held)
        why = f"The address is under a domain of {names}, but a mailbox proves nobody: call back before acting."
        numbers = tuple(number for item in held for number in item.numbers)
        return NotAuthenticated(why, authority=held[0] if len(held) == 1 else None, call=numbers)
    likeness = lookalike_of(domain, known_domains)
    if likeness is None:
        return NotAuthenticated(f"The domain {domain!r} belongs to no authority in the register.")
    why = f"The domain {domain!r} resembles {likeness.known!r} but is another one ({likeness.trick})."
    return NotAuthenticated(why, lookalike=likeness)


def _by_credential(held: HeldCredential | None, at: Instant, *, method: str) -> AuthenticatedSender | NotAuthenticated:
    if held is None:
        return NotAuthenticated("The registry holds no such credential for any authority.", method)
    reason = why_not_usable(held, at)
    if reason is not None:
        return _no(reason, method, held.authority)
    what = "enrolled certificate" if method != "oauth2" else "enrolled client"
    return AuthenticatedSender(
        held.authority, method, f"Verified by the {what} {held.mark[:16]}… of {held.authority.name}."
    )


def why_not_usable(held: HeldCredential, at: Instant) -> str | None:
    """The first reason why a credential proves nothing at ``at``; ``None`` when it does."""
    reasons = (
        (held.withdrawn, "The credential has been withdrawn."),
        (held.confirmed_by is None, "The credential has not been confirmed by a second person."),
        (held.active_from is None or at < held.active_from, f"Its cooling period ends {held.active_from}."),
        (held.not_before is not None and at < held.not_before, "The certificate is not valid yet."),
        (held.not_after is not None and at > held.not_after, "The certificate has expired."),
        (
            held.authority.state is not AuthorityState.CONFIRMED,
            f"The authority is {held.authority.state}, not confirmed.",
        ),
    )
    return next((reason for fails, reason in reasons if fails), None)


def _no(why: str, method: str, authority: HeldAuthority | None) -> NotAuthenticated:
    return NotAuthenticated(why, method, authority, authority.numbers if authority else ())


def active_from(at: Instant, *, others_held: bool) -> Instant:
    """When a credential confirmed at ``at`` starts to count: at once for the first of its kind, else after cooling."""
    return at.plus(COOLING) if others_held else at


def independent(found: NumberFound) -> bool:
    """Whether two of a number's sources are independent: other kinds, other places, none from the message itself."""
    outside = [source for source in found.sources if source.kind is not SourceKind.FROM_THE_MESSAGE]
    return any(
        one.kind is not other.kind and one.place.strip().casefold() != other.place.strip().casefold()
        for index, one in enumerate(outside)
        for other in outside[index + 1 :]
    )


def faults_of(proposal: AuthorityProposal) -> tuple[str, ...]:
    """Everything that is wrong with a proposal, each naming its field; empty when it can be written down."""
    checks = (
        (_is_text(proposal.name), "name: printable, at most 300 characters"),
        (_is_text(proposal.register_reference or "-"), "register_reference: printable, at most 300 characters"),
        (bool(_STATE.fullmatch(proposal.member_state)), "member_state: two capital letters (ISO 3166-1)"),
        (bool(proposal.roles), "roles: at least one is needed"),
        (_is_email(proposal.feedback_contact), "feedback_contact: an e-mail address"),
        (len(proposal.mail_domains) <= MOST_ITEMS, "mail_domains: at most 20"),
        (len(proposal.numbers) <= MOST_ITEMS, "numbers: at most 20"),
    )
    wrong = [message for holds, message in checks if not holds]
    wrong += [
        f"roles: {role[:40]!r} is none of {', '.join(roles())}"
        for role in sorted(proposal.roles)
        if role not in roles()
    ]
    wrong += [
        f"member_state: {proposal.member_state!r} is no Member State of the Union, and {role} is a role of those alone"
        for role in sorted(proposal.roles & roles().keys())
        if roles()[role].union and proposal.member_state not in member_states()
    ]
    wrong += [
        f"mail_domains: {domain[:LONGEST_TEXT]!r} is not a domain in lower-case ASCII (punycode for other scripts)"
        for domain in proposal.mail_domains[: MOST_ITEMS + 1]
        if not _DOMAIN.fullmatch(domain)
    ]
    wrong += [
        f"numbers: {found.number[:LONGEST_TEXT]!r} is not E.164, like +33140000000"
        for found in proposal.numbers[: MOST_ITEMS + 1]
        if not E164.fullmatch(found.number)
    ]
    return tuple(wrong)


def _is_text(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST_TEXT and text.isprintable()


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text)) and text.isprintable()


@dataclass(frozen=True)
class ConfirmationFacts:
    """What was done in an authority's current round, to judge whether another approval may confirm it."""

    proposed_by: str
    numbers: tuple[NumberFound, ...]
    verified_calls: int
    approved_by: tuple[str, ...] = field(default=())


def agree(facts: ConfirmationFacts, by: str) -> TwoPeople | None:
    """Judge the approval of ``by``: ``None`` when it is the first, the two people when it completes the round.

    Raises ``SamePersonError`` when ``by`` approved before, ``NotReadyError`` when the numbers lack two independent
    sources or nobody has called back yet. Two different people approve, so the proposer is never alone.
    """
    if by in facts.approved_by:
        raise SamePersonError("You have already approved this.")
    if not any(independent(found) for found in facts.numbers):
        raise NotReadyError("No call-back number has two independent sources outside the message.")
    if facts.verified_calls < 1:
        raise NotReadyError("Nobody has called the authority back on a number held beforehand.")
    return TwoPeople(facts.approved_by[0], by) if facts.approved_by else None
