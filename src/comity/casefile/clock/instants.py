"""A point on the world's one time line, remembering the offset in which it was written down.

Orders state times with an offset, the law counts elapsed time, people read local time: so an instant is compared and
computed in UTC and shown, when asked, as its author wrote it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

# RFC 3339 section 5.6, without the leniency of datetime.fromisoformat: a zone is never optional.
_RFC3339 = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<time>\d{2}:\d{2}:\d{2})(?:\.(?P<fraction>\d{1,6})\d*)?"
    r"(?P<zone>[Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)


class InvalidInstant(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong, not that it is an error
    """A time is not RFC 3339 with an offset (for example 2026-11-23T02:13:00+01:00)."""


class Instant:
    """An instant. Two instants are equal when they are the same moment, whatever their offsets."""

    __slots__ = ("_moment", "_utc", "_z")

    def __init__(self, moment: datetime) -> None:
        """Take an aware ``datetime``; a naive one is refused, since no law counts from an unknown zone.

        A place's zone is replaced by the offset that held there at that moment: sums in a zone that changes its
        offset are sums of the clock on the wall, not of elapsed time.
        """
        self._z: str | None = None
        if moment.tzinfo is UTC:  # the common case, and a hot one
            self._moment = self._utc = moment
            return
        offset = moment.utcoffset()
        if offset is None:
            message = f"{moment.isoformat()} carries no offset from UTC"
            raise InvalidInstant(message)
        try:
            self._utc = moment.astimezone(UTC)
        except OverflowError as error:
            message = f"{moment.isoformat()} has no place in the calendar in UTC"
            raise InvalidInstant(message) from error
        self._moment = moment.replace(tzinfo=UTC if not offset else timezone(offset))

    @classmethod
    def parse(cls, text: str) -> Instant:
        """Read RFC 3339 with a mandatory offset; digits beyond the microsecond are dropped."""
        match = _RFC3339.fullmatch(text.strip())
        if match is None:
            message = f"{text[:64]!r} is not a time with an offset (RFC 3339, like 2026-11-23T02:13:00+01:00)"
            raise InvalidInstant(message)
        day, time, fraction, zone = match.groups()
        fraction = "" if fraction is None else f".{fraction.ljust(6, '0')}"
        try:
            return cls(datetime.fromisoformat(f"{day}T{time}{fraction}{'+00:00' if zone in 'Zz' else zone}"))
        except ValueError as error:
            message = f"{text[:64]!r} is not a time that exists: {error}"
            raise InvalidInstant(message) from error

    @property
    def utc(self) -> datetime:
        """The same moment as an aware ``datetime`` in UTC."""
        return self._utc

    @property
    def original(self) -> datetime:
        """The moment with the offset in which it was written."""
        return self._moment

    @property
    def offset_minutes(self) -> int:
        """The original offset from UTC, in minutes, east positive."""
        offset = self._moment.utcoffset()
        return int(offset.total_seconds() // 60) if offset else 0

    def z(self) -> str:
        """RFC 3339 in UTC, microseconds only where there are any: ``2026-11-23T01:13:00Z``."""
        if self._z is None:
            self._z = self._utc.isoformat().replace("+00:00", "Z")
        return self._z

    def plus(self, length: timedelta) -> Instant:
        """The instant a length of elapsed time later (earlier when negative), in the same offset."""
        return Instant(self._moment + length)

    def since(self, earlier: Instant) -> timedelta:
        """Elapsed time from ``earlier`` to this instant."""
        return self.utc - earlier.utc

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instant) and self._utc == other._utc

    def __lt__(self, other: Instant) -> bool:
        return self._utc < other._utc

    def __le__(self, other: Instant) -> bool:
        return self._utc <= other._utc

    def __gt__(self, other: Instant) -> bool:
        return self._utc > other._utc

    def __ge__(self, other: Instant) -> bool:
        return self._utc >= other._utc

    def __hash__(self) -> int:
        return hash(self._utc)

    def __str__(self) -> str:
        """RFC 3339 in the original offset; ``parse`` reads it back unchanged."""
        return self._moment.isoformat().replace("+00:00", "Z")

    def __repr__(self) -> str:
        return f"Instant({self})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Documents carry instants as RFC 3339 text in the original offset."""
        return core_schema.no_info_plain_validator_function(
            cls._validated, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def _validated(cls, value: object) -> Instant:
        if isinstance(value, Instant):
            return value
        if isinstance(value, datetime):
            return cls(value)
        if isinstance(value, str):
            return cls.parse(value)
        message = f"{type(value).__name__} is not a time"
        raise InvalidInstant(message)


def fixed_offset(minutes: int) -> timezone:
    """The zone ``minutes`` east of UTC, to show a stored instant in the offset it came with."""
    return timezone(timedelta(minutes=minutes))
