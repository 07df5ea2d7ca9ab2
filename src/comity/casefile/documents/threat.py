"""A threat to life of which authorities are told (2021/784 Art 14(5), 2022/2065 Art 18): raised, decided, sent."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Person


class Origin(StrEnum):
    """What a person looked at when they saw it."""

    INCIDENT = "incident"
    REVIEW = "review"
    CASE = "case"


class Ground(StrEnum):
    """The two duties. One matter may fall under both."""

    IMMINENT = "imminent"
    """Terrorist content involving an imminent threat to life (2021/784 Art 14(5))."""
    SUSPICION = "suspicion"
    """Suspicion of an offence involving a threat to life or safety (2022/2065 Art 18(1))."""


class Tell(StrEnum):
    """Who is told, as the provisions name them."""

    STATE = "state"
    """The authorities for criminal matters of a Member State concerned."""
    HOME_CONTACT = "home_contact"
    """The contact point of the home Member State (2021/784 Art 12(2))."""
    HOME_STATE = "home_state"
    """The law-enforcement or judicial authorities of the state of establishment or representative."""
    EUROPOL = "europol"


class Recipient(Document):
    """Who is told of a threat, as a person decided it; the form that goes there follows in an entry of its own."""

    kind: ClassVar[str] = "threat_recipient"

    threat: str
    recipient: str
    """Its identifier."""
    change: str
    """``ordered``, ``delivered``, ``failed`` or ``by_hand``: a person has to bring it."""
    tell: Tell
    state: str
    """Two letters; empty for Europol."""
    name: str
    channel: str
    address: str
    because: str
    at: Instant


class ThreatChange(Document):
    """A threat to life was raised, decided to be told, found to be none, looked at by a second person, or erased."""

    kind: ClassVar[str] = "threat"

    threat: str
    """Its identifier, under which its entries lie."""
    number: int
    change: str
    """``raised``, ``decided``, ``no_threat``, ``confirmed``, ``informed`` or ``closed``."""
    origin: Origin
    file: str
    """The identifier of the incident, the review or the case in which it was seen."""
    file_number: int
    known_at: Instant
    """When we became aware of it: what is measured counts from here."""
    grounds: tuple[Ground, ...]
    states: tuple[str, ...]
    """Member States concerned, as far as a person identified them."""
    because: str
    by: Person | None
    """Nobody where the machine says that every recipient was informed, or that a period ended."""
    at: Instant
