"""The job of threats, by the name under which it is deferred. It may run twice, late, or after a kill."""

from __future__ import annotations

from collections.abc import Callable

from comity.docket.parts import Parts
from comity.docket.threats import service


def jobs(parts: Parts) -> dict[str, Callable[..., None]]:
    """Name → job, bound to the parts of this process."""

    def tell_threat(recipient: str) -> None:
        service.tell(recipient, parts)

    return {service.TELL: tell_threat}
