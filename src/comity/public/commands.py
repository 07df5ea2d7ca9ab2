"""What the public door needs from the docket: one object, found at ``django.conf.settings.COMITY_DOCKET``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from comity.casefile.clock import Instant
from comity.casefile.documents import Json


class ComplaintShown(Protocol):
    """No more than the notice itself said."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses that were disabled."""
        ...

    @property
    def remedies(self) -> Json:
        """The remedies as the notice listed them."""
        ...


class Vouching(Protocol):
    """One verified signature under the checkpoint."""

    @property
    def name(self) -> str:
        """Who signed."""
        ...

    @property
    def key_type(self) -> str:
        """``Ed25519`` or ``ML-DSA-44``."""
        ...

    @property
    def at(self) -> Instant | None:
        """When, by the signer's own clock."""
        ...

    @property
    def outside(self) -> bool:
        """Whether a witness signed."""
        ...


class StampShown(Protocol):
    """A time stamp over a checkpoint."""

    @property
    def size(self) -> int:
        """The checkpoint's size."""
        ...

    @property
    def at(self) -> Instant:
        """When, by the authority's clock."""
        ...

    @property
    def authority(self) -> str:
        """Who stamped."""
        ...


class LogShown(Protocol):
    """What the page about the log says; ``docket.shown_log`` describes each."""

    @property
    def origin(self) -> str:
        """The log's name."""
        ...

    @property
    def size(self) -> int:
        """How many entries."""
        ...

    @property
    def root(self) -> str:
        """In hexadecimal."""
        ...

    @property
    def note(self) -> str:
        """The signed checkpoint."""
        ...

    @property
    def signatures(self) -> tuple[Vouching, ...]:
        """Each verified."""
        ...

    @property
    def required(self) -> int:
        """How many witnesses must cosign before anything is done outside."""
        ...

    @property
    def vkeys(self) -> tuple[str, ...]:
        """Of the log."""
        ...

    @property
    def witness_vkeys(self) -> tuple[str, ...]:
        """Of its witnesses."""
        ...

    @property
    def stamps(self) -> tuple[StampShown, ...]:
        """Newest first."""
        ...


class ProvisionShown(Protocol):
    """An article behind a published fact."""

    @property
    def citation(self) -> str:
        """``2021/784 Art 15(1)``."""
        ...

    @property
    def certainty(self) -> str:
        """``official``, ``secondary`` or ``unconfirmed``."""
        ...


class FactShown(Protocol):
    """One published fact; ``docket.publishing`` describes each."""

    @property
    def part(self) -> str:
        """The part of the page to which it belongs."""
        ...

    @property
    def id(self) -> str:
        """Which fact of that part."""
        ...

    @property
    def kind(self) -> str:
        """``text``, ``host``, ``state``, ``language``, ``email`` or ``link``."""
        ...

    @property
    def values(self) -> tuple[str, ...]:
        """Never empty."""
        ...

    @property
    def provisions(self) -> Sequence[ProvisionShown]:
        """The articles that ask for it."""
        ...


class PublicCommands(Protocol):
    """Everything that anybody may ask."""

    def checkpoint(self) -> str:
        """The newest signed checkpoint (C2SP tlog-checkpoint)."""
        ...

    def tile(self, path: str) -> bytes | None:
        """A published tile or entry bundle by its C2SP path under ``tile/``: ``0/000``, ``entries/x001/067.p/12``."""
        ...

    def log_shown(self) -> LogShown | None:
        """The published head and everything that vouches for it; nothing before the first entry."""
        ...

    def stamp_file(self, name: str) -> bytes | None:
        """A file of a time stamp: ``<size>.txt`` or ``<size>.tsr``."""
        ...

    def complaint_form(self, token: str) -> ComplaintShown | None:
        """What the complaint page may show to whoever holds this token, or nothing.

        Nothing for a token that is unknown, closed, or of a case about which silence is ordered.
        """
        ...

    def file_complaint(self, token: str, text: str, language: str) -> None:
        """Enter a complaint; ``language`` (BCP 47) is that of the page it was written on."""
        ...

    def published(self) -> Sequence[FactShown]:
        """What the provider must publish about itself and has declared, in the order of the page."""
        ...
