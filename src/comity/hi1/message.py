"""A message as values: who sends it to whom, under which identifiers, and what it asks, one action after another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from comity.casefile.clock import Instant
from comity.hi1.signatures import Signed
from comity.hi1.tree import Tree


class Encoding(StrEnum):
    """How a message is written; its answer is written the same way."""

    XML = "application/xml"
    JSON = "application/json"


class Verb(StrEnum):
    """What an action asks for (clause 6.4)."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    GET = "GET"
    LIST = "LIST"
    DELIVER = "DELIVER"
    CONFIG = "GETCSPCONFIG"


@dataclass(frozen=True)
class Party:
    """A sender or receiver: ISO 3166-1 country and what identifies it there."""

    country: str
    identifier: str


@dataclass(frozen=True)
class Action:
    """One action; ``number`` is unique inside its message, and its answer carries it again."""

    number: int
    verb: Verb
    body: Tree
    """What stands inside the verb: an ``HI1Object`` for CREATE and UPDATE, an identifier for GET, filters for LIST."""

    @property
    def object(self) -> Tree:
        """The object that CREATE and UPDATE carry; empty for the others."""
        found = self.body.get("HI1Object")
        one = found[0] if isinstance(found, list) and found else found
        return one if isinstance(one, dict) else {}


@dataclass(frozen=True)
class Message:
    """One request."""

    sender: Party
    receiver: Party
    transaction: str
    """UUID, lower case."""
    at: Instant
    """The sender's claim."""
    etsi_version: str
    profile_owner: str
    profile_version: str
    actions: tuple[Action, ...]
    encoding: Encoding
    signed: bool = False
    """Whether a signature stands inside it (clause 9.2.3)."""
    signature: Signed | None = None
    """What cryptography says about it; nothing where nobody looked: then it proves nothing."""

    @property
    def created(self) -> tuple[Tree, ...]:
        """The objects that it creates, in their order."""
        return tuple(action.object for action in self.actions if action.verb is Verb.CREATE)
