"""How people are called: the ways out, as the composition root joins them. Values only; the nights use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from comity.casefile.clock import Instant


@dataclass(frozen=True)
class Call:
    """What one page says. There is no field for a name, an address of content, an authority or a reason."""

    id: str
    """The page's identifier, the same in every attempt: by it the other side knows a repetition."""
    to: str
    """The person's own address on this way."""
    number: int
    """Short number of the case, or of the incident."""
    due_at: Instant | None
    link: str
    """One-time link to the console, which asks for a log-in."""
    at: Instant
    loud: bool = False
    """Nobody has answered so far."""
    drill: bool = False
    incident: bool = False
    """It is an incident that calls, not a case."""


class Way(Protocol):
    """One way to reach people."""

    def call(self, call: Call) -> str:
        """Send it; gives what the other side said. Raises ``NotCalled``. The same call twice rings once."""
        ...


class NotCalled(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """The page did not get through."""

    code = "nights.not_called"


@dataclass(frozen=True)
class NightMeans:
    """What the nights work with. Without ways nobody can be called, and nothing pretends that somebody was."""

    ways: Mapping[str, Way] = field(default_factory=dict)
    console_url: str = ""
    key: bytes = field(default=b"", repr=False)
    """Signs the one-time links and the mark of drills."""
    drill_account: str = ""
    """The platform's account whose items may be disabled in a drill; empty: drills stop before the act."""
