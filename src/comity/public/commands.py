"""What the public door needs from the docket: one object, found at ``django.conf.settings.COMITY_DOCKET``."""

from __future__ import annotations

from typing import Protocol

from comity.casefile.documents import Json


class PublicCommands(Protocol):
    """Everything that anybody may ask."""

    def checkpoint(self) -> str:
        """The newest signed checkpoint (C2SP tlog-checkpoint)."""
        ...

    def tile(self, path: str) -> bytes | None:
        """A tile or entry bundle by its C2SP path (``tile/0/000``, ``tile/entries/x001/067.p/12``), if published."""
        ...

    def complaint_form(self, token: str) -> Json | None:
        """What the complaint page may show to whoever holds this token, or nothing.

        ``{"subject": …, "urls": […], "language": …}``: no more than the notice itself said. Nothing for a token that
        is unknown, used up, closed, or of a case about which silence is ordered.
        """
        ...

    def file_complaint(self, token: str, text: str, language: str) -> None:
        """Enter a complaint. For a token that opens nothing it does nothing, and says nothing."""
        ...

    def contact_point(self) -> Json:
        """The contact point of Article 15(1): ``name``, ``home_state``, ``email``, ``languages``, ``api``."""
        ...
