"""Documents that prove their past: only this room makes them, from what the database holds."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from typing import Generic, TypeVar

from comity.casefile.audit.errors import ForgedEntry
from comity.casefile.clock import Instant
from comity.casefile.documents import Document

D_co = TypeVar("D_co", bound=Document, covariant=True)

SEAL = object()
"""What the room's own service shows to make an entered document; nobody else has it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entered(Generic[D_co]):
    """A document that stands in the log, or will when the unit of work it was entered in commits."""

    entry: str
    """Its identifier: 32 hexadecimal digits."""
    case: str
    document: D_co
    at: Instant
    actor: str
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse (``ForgedEntry``) whoever does not hold the room's seal."""
        if seal is not SEAL:
            raise ForgedEntry

    def __repr__(self) -> str:
        """Kind and entry only: a document may be secret, and representations end up in logs."""
        return f"{type(self).__name__}({self.document.kind} {self.entry})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Proven(Entered[D_co]):
    """An entered document whose leaf is inside a signed checkpoint: effects on the outside world may follow it."""

    index: int
    """The leaf's index in the log."""
    tree_size: int
    """The size of the signed checkpoint that includes it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EntryRow:
    """One entry of a case, for timelines: not verified, see ``find``."""

    entry: str
    kind: str
    at: Instant
    actor: str
    index: int | None
    """``None`` until the sequencer has given it."""
    body: bytes | None
    """The document's canonical bytes; ``None`` after erasure."""
