"""The only reader and writer of the registry's tables. Rows in, the register's values out; it judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.records import rows
from comity.registry import models
from comity.registry.errors import UnknownAuthorityError, UnknownNumberError
from comity.registry.means import (
    AuthorityProposal,
    AuthorityState,
    CallOutcome,
    HeldAuthority,
    HeldCallBack,
    HeldNumber,
    NumberFound,
    Source,
    SourceKind,
)
from comity.registry.roles import OLD
from comity.registry.rules import ConfirmationFacts

_IDENTIFIER_DIGITS = 32
_NOBODY = UUID(int=0)
_ONE = rows.Reader(models.Authority, "id = %s")
_LOCKED = rows.Reader(models.Authority, "id = %s FOR UPDATE")
_NUMBERS = rows.Reader(models.CallBackNumber, "authority_id = %s AND NOT retired ORDER BY held_since")


def identifier(text: str) -> UUID:
    """The row's key for an identifier of 32 hexadecimal digits; for any other text the one that no row has."""
    try:
        return UUID(hex=text) if len(text) == _IDENTIFIER_DIGITS else _NOBODY
    except ValueError:
        return _NOBODY


def authority(id_: str, *, lock: bool = False) -> HeldAuthority:
    """The authority as held now, its row locked until the transaction ends if asked."""
    row = (_LOCKED if lock else _ONE).first(identifier(id_))
    if row is None:
        raise UnknownAuthorityError(id_[:64])
    return held_authority(row)


def authorities() -> list[HeldAuthority]:
    """All authorities, withdrawn ones last, then by Member State and name."""
    found = models.Authority.objects.prefetch_related("held_numbers").order_by("member_state", "name")
    held = [held_authority(row, tuple(row.held_numbers.all())) for row in found]
    return sorted(held, key=lambda item: item.state is AuthorityState.WITHDRAWN)


def authorities_with_domain(domain: str) -> list[HeldAuthority]:
    """Every authority, not withdrawn, that names this mail domain as its own."""
    found = models.Authority.objects.filter(mail_domains__contains=[domain]).exclude(state=AuthorityState.WITHDRAWN)
    return [held_authority(row) for row in found]


def known_domains() -> tuple[str, ...]:
    """Every mail domain of every authority that is not withdrawn."""
    found = models.Authority.objects.exclude(state=AuthorityState.WITHDRAWN).values_list("mail_domains", flat=True)
    return tuple(sorted({domain for domains in found for domain in domains}))


def insert_authority(id_: str, proposal: AuthorityProposal, *, by: str, at: Instant, entry: str) -> None:
    """Write a new authority down as proposed."""
    models.Authority.objects.create(
        id=UUID(hex=id_), **_agreed(proposal), state=AuthorityState.PROPOSED, **_proposed(by, at, entry)
    )
    _keep_numbers(id_, proposal.numbers, at=at, entry=entry)


def begin_round(held: HeldAuthority, proposal: AuthorityProposal, *, by: str, at: Instant, entry: str) -> None:
    """Replace what is agreed on about an authority; it is proposed again, in its next round."""
    models.Authority.objects.filter(pk=UUID(hex=held.id)).update(
        **_agreed(proposal), state=AuthorityState.PROPOSED, round=held.round + 1, **_proposed(by, at, entry)
    )
    _keep_numbers(held.id, proposal.numbers, at=at, entry=entry)


def set_state(id_: str, state: AuthorityState, *, entry: str) -> None:
    """Move an authority to another state; the database checks the step."""
    models.Authority.objects.filter(pk=UUID(hex=id_)).update(state=state, entry=UUID(hex=entry))


def confirmation_facts(held: HeldAuthority) -> ConfirmationFacts:
    """What was done in the authority's current round."""
    pk = UUID(hex=held.id)
    found = models.CallBackNumber.objects.filter(authority_id=pk, retired=False)
    calls = models.CallBack.objects.filter(authority_id=pk, round=held.round, outcome=CallOutcome.VERIFIED)
    approvals = models.Approval.objects.filter(authority_id=pk, round=held.round).order_by("id")
    return ConfirmationFacts(
        proposed_by=held.proposed_by,
        numbers=tuple(NumberFound(row.number, _sources(row.sources)) for row in found),
        verified_calls=calls.count(),
        approved_by=tuple(pk.hex for pk in approvals.values_list("staff_id", flat=True)),
    )


def approvals_of(held: HeldAuthority) -> tuple[tuple[str, Instant], ...]:
    """Who agreed to the authority as it stands now, by identifier, and when."""
    found = models.Approval.objects.filter(authority_id=UUID(hex=held.id), round=held.round).order_by("id")
    return tuple((row.staff_id.hex, Instant(row.at)) for row in found)


def insert_approval(held: HeldAuthority, *, by: str, at: Instant, entry: str) -> None:
    """One person agrees to the authority as it stands."""
    models.Approval.objects.create(
        authority_id=UUID(hex=held.id), round=held.round, staff_id=UUID(hex=by), at=at.utc, entry=UUID(hex=entry)
    )


def number(id_: str) -> tuple[HeldNumber, str]:
    """A number held and the identifier of its authority."""
    row = models.CallBackNumber.objects.filter(pk=identifier(id_), retired=False).first()
    if row is None:
        raise UnknownNumberError(id_[:64])
    return _number(row), row.authority_id.hex


@dataclass(frozen=True)
class CallMade:
    """A call as one of us reports it."""

    number: str
    """Identifier of the number called."""
    spoken_to: str
    """The role of the person reached, not a name."""
    outcome: CallOutcome
    concerning: str | None = None
    """The case whose sender is to be verified; ``None`` for an enrolment."""


def insert_call_back(held: HeldAuthority, made: CallMade, *, by: str, at: Instant, entry: str) -> str:
    """Write a call down; gives its identifier."""
    id_ = new_id()
    models.CallBack.objects.create(
        id=UUID(hex=id_),
        authority_id=UUID(hex=held.id),
        number_id=UUID(hex=made.number),
        round=held.round,
        called_by_id=UUID(hex=by),
        called_at=at.utc,
        spoken_to=made.spoken_to,
        outcome=made.outcome,
        concerning=UUID(hex=made.concerning) if made.concerning else None,
        entry=UUID(hex=entry),
    )
    return id_


def call_backs(*, case: str | None = None, authority_id: str | None = None) -> list[HeldCallBack]:
    """Calls about a case, or to an authority, newest first."""
    found = models.CallBack.objects.select_related("authority", "number").order_by("-called_at")
    if case is not None:
        found = found.filter(concerning=identifier(case))
    if authority_id is not None:
        found = found.filter(authority_id=identifier(authority_id))
    return [
        HeldCallBack(
            id=row.id.hex,
            authority=held_authority(row.authority),
            called_by=row.called_by_id.hex,
            called_at=Instant(row.called_at),
            number_held_since=Instant(row.number.held_since),
            spoken_to=row.spoken_to,
            outcome=CallOutcome(row.outcome),
            case=row.concerning.hex if row.concerning else None,
        )
        for row in found
    ]


def insert_filing(authority_id: str, entry: str) -> None:
    """Count a demand of this authority, once however often its entry is named."""
    row = models.Filing(authority_id=UUID(hex=authority_id), entry=UUID(hex=entry))
    models.Filing.objects.bulk_create([row], ignore_conflicts=True)


def has_filed(authority_id: str) -> bool:
    """Whether any demand of this authority has been counted."""
    return models.Filing.objects.filter(authority_id=identifier(authority_id)).exists()


def filings(authority_id: str) -> int:
    """How many demands of this authority have been counted."""
    return models.Filing.objects.filter(authority_id=identifier(authority_id)).count()


def _agreed(proposal: AuthorityProposal) -> dict[str, Any]:
    return {
        "name": proposal.name,
        "member_state": proposal.member_state,
        "roles": sorted(proposal.roles & OLD),
        "other_roles": sorted(proposal.roles - OLD),
        "mail_domains": list(proposal.mail_domains),
        "feedback_contact": proposal.feedback_contact,
        "register_reference": proposal.register_reference,
    }


def _proposed(by: str, at: Instant, entry: str) -> dict[str, Any]:
    return {"proposed_by_id": UUID(hex=by), "proposed_at": at.utc, "entry": UUID(hex=entry)}


def _keep_numbers(authority_id: str, found: Iterable[NumberFound], *, at: Instant, entry: str) -> None:
    """Make the numbers held be exactly ``found``; one that stays keeps the day since which it is held."""
    pk, stays = UUID(hex=authority_id), {item.number: item for item in found}
    for row in models.CallBackNumber.objects.filter(authority_id=pk):
        item = stays.pop(row.number, None)
        changed: dict[str, Any] = {"retired": item is None, "entry": UUID(hex=entry)}
        if item is not None:
            changed["sources"] = stored_sources(item.sources)
            # A number that had been given up counts as new: nobody watched it in between.
            changed["held_since"] = at.utc if row.retired else row.held_since
        models.CallBackNumber.objects.filter(pk=row.pk).update(**changed)
    for item in stays.values():
        models.CallBackNumber.objects.create(
            id=UUID(hex=new_id()),
            authority_id=pk,
            number=item.number,
            sources=stored_sources(item.sources),
            held_since=at.utc,
            entry=UUID(hex=entry),
        )


def stored_sources(sources: Iterable[Source]) -> list[dict[str, str]]:
    """Sources as they are written into a row and into an entry."""
    return [
        {"kind": item.kind, "place": item.place, "looked_by": item.looked_by, "looked_at": str(item.looked_at)}
        for item in sources
    ]


def _sources(stored: list[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(
        Source(SourceKind(item["kind"]), item["place"], item["looked_by"], Instant.parse(item["looked_at"]))
        for item in stored
    )


def numbers_found(authority_id: str) -> tuple[NumberFound, ...]:
    """The numbers held now with their sources, for the screen and for amendments."""
    found = models.CallBackNumber.objects.filter(authority_id=identifier(authority_id), retired=False)
    return tuple(NumberFound(row.number, _sources(row.sources)) for row in found.order_by("held_since", "number"))


def _number(row: models.CallBackNumber) -> HeldNumber:
    return HeldNumber(row.id.hex, row.number, Instant(row.held_since))


def held_authority(row: models.Authority, read: tuple[models.CallBackNumber, ...] | None = None) -> HeldAuthority:
    """A row as the register's value; ``read``: its numbers, where they are read already."""
    kept = _NUMBERS.all(row.id) if read is None else [item for item in read if not item.retired]
    numbers = sorted(kept, key=lambda item: item.held_since)
    return HeldAuthority(
        id=row.id.hex,
        name=row.name,
        member_state=row.member_state,
        roles=frozenset((*row.roles, *row.other_roles)),
        state=AuthorityState(row.state),
        mail_domains=tuple(row.mail_domains),
        feedback_contact=row.feedback_contact,
        numbers=tuple(_number(item) for item in numbers),
        register_reference=row.register_reference,
        proposed_by=row.proposed_by_id.hex,
        round=row.round,
    )
