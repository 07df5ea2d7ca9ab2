"""What may be taken in, released and erased, judged from stated facts alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.evidence.errors import (
    HoldStands,
    InvalidExhibit,
    PeriodRunning,
    PeriodUnknown,
    PurposeMissing,
    UnknownHold,
)

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.ASCII)
_NAME_LENGTH = 200
_PURPOSE_LENGTH = 2000


@dataclass(frozen=True)
class Hold:
    """A reason not to erase: until a legal period ends (``until``), or until a person releases it (``None``)."""

    id: str
    because: str
    until: Instant | None
    released: bool = False

    def stands(self, at: Instant) -> bool:
        """Whether it still forbids erasure at an instant; a period stands to its last microsecond."""
        return not self.released and (self.until is None or at < self.until)


def digest(text: str) -> str:
    """The same text if it is a SHA-256 in lower-case hexadecimal; raises ``InvalidExhibit``."""
    if not _DIGEST.fullmatch(text):
        raise InvalidExhibit("a digest is 64 hexadecimal digits, lower case")
    return text


def media_type(text: str) -> str:
    """The type in lower case without parameters (RFC 6838 section 4.2); raises ``InvalidExhibit``."""
    plain = text.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(plain):
        raise InvalidExhibit("a media type is like application/pdf")
    return plain


def name(text: str) -> str:
    """The name as a person may safely see it: no control, format or surrogate character, at most 200 characters."""
    shown = "".join("\ufffd" if unicodedata.category(mark) in {"Cc", "Cf", "Cs"} else mark for mark in text)
    return shown[:_NAME_LENGTH]


def purpose(text: str) -> str:
    """The stated purpose, in at most 2,000 characters; raises ``PurposeMissing`` when there is none."""
    stated = text.replace("\x00", "\ufffd").strip()
    if not stated:
        raise PurposeMissing
    return stated[:_PURPOSE_LENGTH]


def may_erase(exhibits: dict[str, tuple[Hold, ...]], at: Instant) -> None:
    """Raise unless every exhibit (by digest, with its holds) may be erased at ``at``.

    The period of a case is the longest one set on any of its exhibits (2021/784 Art 6(2)); where none was ever set
    nobody knows when it ends, and what nobody knows is never *yes*.
    """
    for one, holds in exhibits.items():
        for hold in holds:
            if not hold.stands(at):
                continue
            if hold.until is None:
                raise HoldStands(f"exhibit {one[:12]}, hold {hold.id}: {hold.because}")
            raise PeriodRunning(f"exhibit {one[:12]}, until {hold.until.z()}: {hold.because}")
    if not any(hold.until for holds in exhibits.values() for hold in holds):
        raise PeriodUnknown


def to_release(holds: Iterable[Hold], named: str | None, at: Instant) -> Hold:
    """The one hold that a release ends; raises ``UnknownHold``, or ``PeriodRunning`` for a legal period."""
    standing = [hold for hold in holds if hold.stands(at) and (named is None or hold.id == named)]
    open_ended = [hold for hold in standing if hold.until is None]
    if len(open_ended) == 1:
        return open_ended[0]
    if standing and not open_ended:
        raise PeriodRunning(f"a legal period is not released, it ends: {standing[0].because}")
    raise UnknownHold
