"""The only reader and writer of the room's tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from comity.casefile.clock import Instant
from comity.casefile.clock.instants import fixed_offset
from comity.casefile.documents.demand import ChannelKind
from comity.intake.errors import NotKept
from comity.intake.models import Message, Named, Taken
from comity.intake.rules import Earlier

_LONGEST = 300
_LOCK_SPACE = 0x696E74  # advisory locks of this room ("int")


@dataclass(frozen=True)
class KeptMessage:
    """A message in custody."""

    id: str
    case: str
    channel: ChannelKind
    identifier: str
    digest: str
    received_at: Instant
    facts: dict[str, Any]
    state: str
    demand: str | None
    times_received: int


@dataclass(frozen=True)
class Turn:
    """Whose turn a message takes."""

    lane: int
    share: str


def lock(channel: str, identifier: str, digest: str) -> None:
    """Make every other transaction that receives this very message wait for the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, _hashed(channel, identifier, digest)])


def lock_order(digest: str, reference: str) -> None:
    """Make every other transaction that enters the same bytes, or an order of the same reference, wait for this one.

    Else two copies that come at the same moment through two doors would each be the first. Taken in one order by all.
    """
    numbers = sorted({_hashed("bytes", digest), *([_hashed("reference", text(reference))] if reference else [])})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE + 2, number])


def find(channel: str, identifier: str, digest: str) -> KeptMessage | None:
    """The message with these bytes under this identifier."""
    row = Message.objects.filter(channel=channel, identifier=text(identifier), digest=digest).first()
    return _kept(row) if row else None


def identifier_shared(kept: KeptMessage) -> bool:
    """Whether another message came under this message's identifier."""
    same = Message.objects.filter(channel=kept.channel.value, identifier=text(kept.identifier))
    return same.exclude(pk=UUID(hex=kept.id)).exists()


def by_id(id_: str) -> KeptMessage:
    """The message with this identifier of ours; ``NotKept`` when there is none."""
    row = Message.objects.filter(pk=UUID(hex=id_)).first()
    if row is None:
        raise NotKept
    return _kept(row)


def message_identifier(case: str) -> str | None:
    """The Message-ID of the mail that began a case, for the answer's In-Reply-To; nothing on other channels."""
    row = Message.objects.filter(case_id=UUID(hex=case), channel=ChannelKind.EMAIL.value).first()
    return row.identifier if row and row.identifier.startswith("<") and row.identifier.endswith(">") else None


def insert(kept: KeptMessage, *, size: int, turn: Turn, entry: str) -> None:
    """Write a message down as kept."""
    Message.objects.create(
        id=UUID(hex=kept.id),
        case_id=UUID(hex=kept.case),
        channel=kept.channel.value,
        identifier=text(kept.identifier),
        digest=kept.digest,
        size=size,
        received_at=kept.received_at.utc,
        offset=kept.received_at.offset_minutes,
        facts=kept.facts,
        lane=turn.lane,
        share=text(turn.share),
        entry=UUID(hex=entry),
    )


def taken_from(kept: KeptMessage, mailbox: str, uidvalidity: int, uid: int) -> None:
    """Write down where a message was taken from, with the entry that its keeping has just made."""
    row = Message.objects.get(pk=UUID(hex=kept.id))
    Taken.objects.create(
        mailbox=text(mailbox), uidvalidity=uidvalidity, uid=uid, message=row, case_id=row.case_id, entry=row.entry
    )


def taken_before(mailbox: str, uidvalidity: int, uids: Iterable[int]) -> frozenset[int]:
    """Of these numbers of a mailbox, the ones from which a message was taken."""
    rows = Taken.objects.filter(mailbox=text(mailbox), uidvalidity=uidvalidity, uid__in=list(uids))
    return frozenset(rows.values_list("uid", flat=True))


def repeated(id_: str, entry: str) -> None:
    """Count another arrival of the same message."""
    row = Message.objects.get(pk=UUID(hex=id_))
    row.times_received += 1
    row.entry = UUID(hex=entry)
    row.save(update_fields=["times_received", "entry"])


def set_aside(id_: str, entry: str) -> None:
    """No demand comes of this message."""
    Message.objects.filter(pk=UUID(hex=id_)).update(state="set_aside", entry=UUID(hex=entry))


def of_case(case: str) -> KeptMessage | None:
    """The message that began this case, or whose file it is where it was set aside."""
    row = Message.objects.filter(case_id=UUID(hex=case)).first()
    return _kept(row) if row else None


def forget(case: str, entry: str) -> None:
    """Its bytes are erased: so are the facts about who sent them from where. Receipt and identifier stay."""
    Message.objects.filter(case_id=UUID(hex=case)).update(facts={}, share="", entry=UUID(hex=entry))


def entered(id_: str, *, entry: str, authority: str, reference: str, addresses: Iterable[str]) -> None:
    """The message's demand is entered."""
    Message.objects.filter(pk=UUID(hex=id_)).update(
        state="entered", demand=UUID(hex=entry), entry=UUID(hex=entry), authority=authority, reference=text(reference)
    )
    named = {text(address, 2000) for address in addresses}
    Named.objects.bulk_create([Named(message_id=UUID(hex=id_), address=address) for address in sorted(named)])


def earlier_like(kept: KeptMessage, reference: str, addresses: Iterable[str]) -> list[Earlier]:
    """Earlier entered messages with the same bytes, the same reference or one of the same addresses, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.case_id, m.digest, m.reference, m.authority, coalesce(array_agg(n.address) FILTER
                   (WHERE n.address IS NOT NULL), '{}')
            FROM intake_message m LEFT JOIN intake_named n ON n.message_id = m.id
            WHERE m.state = 'entered' AND m.id <> %s AND m.id IN (
                (SELECT id FROM intake_message WHERE digest = %s ORDER BY received_at LIMIT 20)
                UNION (SELECT id FROM intake_message WHERE %s <> '' AND reference = %s ORDER BY received_at LIMIT 20)
                UNION (SELECT message_id FROM intake_named WHERE address = ANY(%s) LIMIT 50))
            GROUP BY m.id ORDER BY m.received_at LIMIT 60
            """,
            [
                UUID(hex=kept.id),
                kept.digest,
                text(reference),
                text(reference),
                [text(address, 2000) for address in addresses],
            ],
        )
        rows = cursor.fetchall()
    return [Earlier(row[0].hex, row[1], row[2], row[3], frozenset(row[4])) for row in rows]


def waiting(*, enrolled_only: bool, most: int = 16, but: Sequence[str] = ()) -> list[str]:
    """Messages kept and not yet read, in the order of their turns, without those in ``but``.

    Mail of enrolled domains first; within each lane every share takes one turn before any takes its second, so a
    thousand messages of one sender delay another sender's first by one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM (
                SELECT id, lane, received_at,
                       row_number() OVER (PARTITION BY lane, share ORDER BY received_at, id) AS turn
                FROM intake_message WHERE state = 'kept' AND lane <= %s AND id <> ALL(%s::uuid[])
            ) AS waiting ORDER BY lane, turn, received_at LIMIT %s
            """,
            [0 if enrolled_only else 1, [UUID(hex=one) for one in but], most],
        )
        return [row[0].hex for row in cursor.fetchall()]


def claim(id_: str) -> bool:
    """Take a message for this connection until ``unclaim``; gone by itself when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE + 1, _hashed(id_)])
        row = cursor.fetchone()
    return bool(row and row[0])


def unclaim(id_: str) -> None:
    """Give a claimed message up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE + 1, _hashed(id_)])


def text(value: str, most: int = _LONGEST) -> str:
    """A text that the database takes: no NUL, no half characters, not endless."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:most]


def _kept(row: Message) -> KeptMessage:
    return KeptMessage(
        id=row.id.hex,
        case=row.case_id.hex,
        channel=ChannelKind(row.channel),
        identifier=row.identifier,
        digest=row.digest,
        received_at=Instant(row.received_at.astimezone(fixed_offset(row.offset))),
        facts=row.facts,
        state=row.state,
        demand=row.demand.hex if row.demand else None,
        times_received=row.times_received,
    )


def _hashed(*parts: str) -> int:
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big", signed=True)
