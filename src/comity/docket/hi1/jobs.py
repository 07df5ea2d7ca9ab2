"""The job of HI-1, by the name under which it is deferred. It may run twice, late, or after a kill."""

from __future__ import annotations

from collections.abc import Callable

from comity.docket.hi1 import noticing, raising
from comity.docket.parts import Parts


def jobs(parts: Parts) -> dict[str, Callable[..., None]]:
    """Name → job, bound to the parts of this process."""

    def tell_machine(notice: str) -> None:
        noticing.tell(notice, parts)

    return {raising.TELL: tell_machine}
