"""The part of the store that reads and writes officers, passkeys and one-time codes. It judges nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from comity.casefile.clock import Instant
from comity.registry import models
from comity.registry.errors import UnknownOfficerError
from comity.registry.officers_means import (
    Application,
    CodePurpose,
    HeldCode,
    HeldOfficer,
    HeldPasskey,
    OfficerState,
)
from comity.registry.store import held_authority, identifier

OPEN = ("applied", "proposed", "approved")
_EVER = (OfficerState.ENROLLED, OfficerState.SUSPENDED, OfficerState.WITHDRAWN)
_LONGEST_CREDENTIAL = 1023
"""WebAuthn section 6.5.2: a credential's identifier has at most 1023 bytes."""


def officer(id_: str, *, lock: bool = False) -> HeldOfficer:
    """An officer in any state, the row locked until the transaction ends if asked."""
    rows = models.Officer.objects.select_for_update() if lock else models.Officer.objects
    row = rows.filter(pk=identifier(id_)).first()
    if row is None:
        raise UnknownOfficerError(id_[:64])
    return _officer(row)


def officers(
    *, authority: str | None = None, states: tuple[str, ...] | None = None, most: int = 500
) -> list[HeldOfficer]:
    """Officers, newest application first."""
    rows = models.Officer.objects.select_related("authority").order_by("-applied_at")
    if authority is not None:
        rows = rows.filter(authority_id=identifier(authority))
    if states is not None:
        rows = rows.filter(state__in=states)
    return [_officer(row) for row in rows[:most]]


def address_of(id_: str) -> str:
    """An officer's e-mail address, or nothing where there is no such officer; one question either way."""
    return models.Officer.objects.filter(pk=identifier(id_)).values_list("address", flat=True).first() or ""


def count_open() -> int:
    """How many applications wait for staff."""
    return models.Officer.objects.filter(state__in=OPEN).count()


def enrolled_before(authority: str, address: str, *, but: str = "") -> HeldOfficer | None:
    """The newest enrolment of a person with this address at this authority, also one that was ended since."""
    rows = models.Officer.objects.filter(authority_id=identifier(authority), address=address, state__in=_EVER)
    row = rows.exclude(pk=identifier(but)).order_by("-applied_at").first()
    return None if row is None else _officer(row)


def insert(id_: str, application: Application, *, at: Instant, entry: str) -> None:
    """Write an application down."""
    models.Officer.objects.create(
        id=UUID(hex=id_),
        claimed_authority=application.authority,
        name=application.name,
        post=application.post,
        address=application.address.lower(),
        language=application.language,
        state=OfficerState.APPLIED,
        applied_at=at.utc,
        entry=UUID(hex=entry),
    )


def update(id_: str, *, entry: str, **fields: Any) -> None:
    """Change an officer's row, naming the entry that says so; identifiers as texts."""
    ids = ("authority_id", "proposed_by_id", "confirmed_by_id", "succeeds")
    values = {name: UUID(hex=value) if name in ids and value else value for name, value in fields.items()}
    models.Officer.objects.filter(pk=UUID(hex=id_)).update(**values, entry=UUID(hex=entry))


def forget(id_: str, *, entry: str) -> None:
    """Of an application that came to nothing only that there was one is left; the database refuses any other's."""
    row = models.Officer.objects.get(pk=identifier(id_))
    state = OfficerState.REFUSED if row.state in OPEN else OfficerState(row.state)
    update(id_, entry=entry, state=state, name="", post="", address="", claimed_authority="")


def passkey(credential: bytes, *, lock: bool = False) -> HeldPasskey | None:
    """The passkey with this identifier, whoever's it is."""
    if not 0 < len(credential) <= _LONGEST_CREDENTIAL:
        return None
    rows = models.Passkey.objects.select_for_update() if lock else models.Passkey.objects
    row = rows.filter(credential=credential).first()
    return None if row is None else _passkey(row)


def passkey_by_id(id_: str) -> HeldPasskey | None:
    """The passkey with our own identifier."""
    row = models.Passkey.objects.filter(pk=identifier(id_)).first()
    return None if row is None else _passkey(row)


def passkeys(kind: str, holder: str) -> list[HeldPasskey]:
    """Every passkey of a holder, oldest first."""
    rows = models.Passkey.objects.filter(kind=kind, holder=identifier(holder)).order_by("registered_at")
    return [_passkey(row) for row in rows]


def every_passkey() -> list[HeldPasskey]:
    """Every passkey of everybody."""
    return [_passkey(row) for row in models.Passkey.objects.order_by("registered_at", "id")]


def insert_passkey(new: HeldPasskey, *, entry: str) -> None:
    """Write a passkey down."""
    models.Passkey.objects.create(
        id=UUID(hex=new.id),
        kind=new.kind,
        holder=UUID(hex=new.holder),
        credential=new.credential,
        key=new.key,
        counter=new.counter,
        registered_at=new.registered_at.utc,
        active_from=new.active_from.utc,
        entry=UUID(hex=entry),
    )


def end_passkeys(kind: str, holder: str, *, at: Instant, entry: str) -> None:
    """End every passkey of a holder that has no earlier end."""
    rows = models.Passkey.objects.filter(kind=kind, holder=identifier(holder))
    for row in rows:
        if row.ends_at is None or row.ends_at > at.utc:
            models.Passkey.objects.filter(pk=row.pk).update(ends_at=at.utc, entry=UUID(hex=entry))


def move_counter(id_: str, counter: int, *, entry: str) -> None:
    """The authenticator's signature counter as last seen."""
    models.Passkey.objects.filter(pk=UUID(hex=id_)).update(counter=counter, entry=UUID(hex=entry))


def insert_code(new: HeldCode, mark: str, *, by: str, entry: str) -> None:
    """Keep a code's mark; codes of the same purpose that the person got earlier are good no more."""
    key = UUID(hex=entry)
    models.OneTimeCode.objects.filter(
        kind=new.kind, holder=identifier(new.holder), purpose=new.purpose, spent=False
    ).update(spent=True, entry=key)
    models.OneTimeCode.objects.create(
        id=UUID(hex=new.id),
        kind=new.kind,
        holder=UUID(hex=new.holder),
        purpose=new.purpose,
        mark=mark,
        until=new.until.utc,
        entry=key,
        given_by_id=UUID(hex=by),
    )


def good_code(mark: str, at: Instant) -> HeldCode | None:
    """The code with this mark, if it is still good at ``at``."""
    row = models.OneTimeCode.objects.filter(mark=mark, spent=False, until__gt=at.utc).first()
    return None if row is None else _code(row)


def code(id_: str, at: Instant) -> HeldCode | None:
    """The same by our own identifier, its row locked until the transaction ends."""
    rows = models.OneTimeCode.objects.select_for_update().filter(pk=identifier(id_), spent=False, until__gt=at.utc)
    row = rows.first()
    return None if row is None else _code(row)


def open_code(kind: str, holder: str, purpose: CodePurpose, at: Instant) -> HeldCode | None:
    """The code of this purpose that a holder has and that is still good, its row locked."""
    rows = models.OneTimeCode.objects.select_for_update().filter(
        kind=kind, holder=identifier(holder), purpose=purpose, spent=False, until__gt=at.utc
    )
    row = rows.first()
    return None if row is None else _code(row)


def open_codes() -> list[HeldCode]:
    """Every code that nobody has used, also those whose time is over."""
    return [_code(row) for row in models.OneTimeCode.objects.filter(spent=False).order_by("id")]


def spend_code(id_: str, *, entry: str) -> None:
    """A code was used."""
    models.OneTimeCode.objects.filter(pk=UUID(hex=id_)).update(spent=True, entry=UUID(hex=entry))


def _code(row: models.OneTimeCode) -> HeldCode:
    return HeldCode(row.id.hex, row.kind, row.holder.hex, CodePurpose(row.purpose), Instant(row.until))


def _passkey(row: models.Passkey) -> HeldPasskey:
    return HeldPasskey(
        id=row.id.hex,
        kind=row.kind,
        holder=row.holder.hex,
        credential=bytes(row.credential),
        key=bytes(row.key),
        counter=row.counter,
        registered_at=Instant(row.registered_at),
        active_from=Instant(row.active_from),
        ends_at=Instant(row.ends_at) if row.ends_at else None,
    )


def _officer(row: models.Officer) -> HeldOfficer:
    return HeldOfficer(
        id=row.id.hex,
        authority=held_authority(row.authority) if row.authority else None,
        claimed_authority=row.claimed_authority,
        name=row.name,
        post=row.post,
        address=row.address,
        language=row.language,
        state=OfficerState(row.state),
        applied_at=Instant(row.applied_at),
        proposed_by=row.proposed_by_id.hex if row.proposed_by_id else None,
        confirmed_by=row.confirmed_by_id.hex if row.confirmed_by_id else None,
        succeeds=row.succeeds.hex if row.succeeds else None,
    )
