"""What the public door needs from the docket: one object, found at ``django.conf.settings.COMITY_DOCKET``."""

from __future__ import annotations

from typing import Protocol

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


class PublicCommands(Protocol):
    """Everything that anybody may ask."""

    def checkpoint(self) -> str:
        """The newest signed checkpoint (C2SP tlog-checkpoint)."""
        ...

    def tile(self, path: str) -> bytes | None:
        """A published tile or entry bundle by its C2SP path under ``tile/``: ``0/000``, ``entries/x001/067.p/12``."""
        ...

    def complaint_form(self, token: str) -> ComplaintShown | None:
        """What the complaint page may show to whoever holds this token, or nothing.

        Nothing for a token that is unknown, closed, or of a case about which silence is ordered.
        """
        ...

    def file_complaint(self, token: str, text: str, language: str) -> None:
        """Enter a complaint; ``language`` (BCP 47) is that of the page it was written on."""
        ...

    def contact_point(self) -> Json:
        """The contact point (Article 15(1)): name, legal_name, home_state, email, languages, hosts."""
        ...
