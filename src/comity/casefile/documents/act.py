"""What was done in the world: ordered, then performed or failed."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Grant


class ActState(StrEnum):
    """The three states of an act."""

    ORDERED = "ordered"
    PERFORMED = "performed"
    FAILED = "failed"


class Act(Document):
    """One execution of one grant. Each state is an entry of its own; ``act`` is the same in all of them."""

    kind: ClassVar[str] = "act"

    act: str
    case: str
    decision: str
    """The entry of the decision that granted it."""
    grant: Grant
    state: ActState
    at: Instant
    attempt: int = 1
    detail: str = ""
    """For *performed*: what a stranger saw afterwards. For *failed*: what failed and whether it is tried again."""
    exhibits: tuple[str, ...] = ()
    """Digests of what was preserved."""
    retry: bool = False
    """For *failed*: whether it will be tried again by itself."""
