"""What the console shows beyond ``docket.views``: whoever answers may use any type that has these fields."""

from __future__ import annotations

from typing import Protocol

from comity.casefile.clock import Instant
from comity.registry.means import HeldAuthority, HeldCallBack, HeldCredential


class Member(Protocol):
    """The member of staff who is looking."""

    @property
    def id(self) -> str:
        """The ``viewer`` of every command."""
        ...

    @property
    def name(self) -> str:
        """How colleagues call this person."""
        ...

    @property
    def roles(self) -> frozenset[str]:
        """Values of ``registry.duties.Role``."""
        ...

    @property
    def duties(self) -> frozenset[str]:
        """Values of ``registry.duties.Duty`` that the roles carry: what the pages offer."""
        ...


class StaffLine(Protocol):
    """One line of the staff page."""

    @property
    def id(self) -> str:
        """Identifier."""
        ...

    @property
    def name(self) -> str:
        """Name."""
        ...

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles held now."""
        ...

    @property
    def state(self) -> str:
        """proposed, active, suspended."""
        ...

    @property
    def added_by(self) -> str | None:
        """Name of the person who proposed this member."""
        ...

    @property
    def confirmed_by(self) -> str | None:
        """Name of the person who agreed."""
        ...


class Approver(Protocol):
    """One person's agreement to an authority as it stands."""

    @property
    def name(self) -> str:
        """Who."""
        ...

    @property
    def at(self) -> Instant:
        """When."""
        ...


class AuthorityView(Protocol):
    """Everything on an authority's page."""

    @property
    def held(self) -> HeldAuthority:
        """The record."""
        ...

    @property
    def approvals(self) -> tuple[Approver, ...]:
        """Who agreed to the record as it stands now."""
        ...

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing before it is confirmed, in words."""
        ...

    @property
    def credentials(self) -> tuple[HeldCredential, ...]:
        """Certificates and clients."""
        ...

    @property
    def call_backs(self) -> tuple[HeldCallBack, ...]:
        """Calls made, newest first."""
        ...

    @property
    def may(self) -> tuple[str, ...]:
        """What this person may do here: confirm, suspend, call_back, enrol_certificate, confirm_certificate."""
        ...


class EnrolledClient(Protocol):
    """An API client as proposed; its secret is shown once."""

    @property
    def client_id(self) -> str:
        """What the authority's system calls itself."""
        ...

    @property
    def client_secret(self) -> str:
        """Told over the telephone, at the number held beforehand, and to nobody else."""
        ...


class Head(Protocol):
    """The signed head of the log."""

    @property
    def checkpoint(self) -> str:
        """The signed note (C2SP tlog-checkpoint), as published."""
        ...

    @property
    def size(self) -> int:
        """Number of leaves it covers."""
        ...

    @property
    def vkeys(self) -> tuple[str, ...]:
        """Verifier keys of the log, for ``comity-verify``."""
        ...


class ImportReport(Protocol):
    """What a register file brought."""

    @property
    def proposed(self) -> tuple[str, ...]:
        """Names of authorities that are now proposals."""
        ...

    @property
    def refused(self) -> tuple[str, ...]:
        """Lines that could not be used, each with its reason."""
        ...
