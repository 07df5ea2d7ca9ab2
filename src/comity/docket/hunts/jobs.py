"""The job of hunts, by the name under which it is deferred. It may run twice, late, or after a kill."""

from __future__ import annotations

from collections.abc import Callable

from comity.docket import store as cases
from comity.docket.hunts import entering, searching, store
from comity.docket.hunts.models import State
from comity.docket.hunts.ordering import SEARCH
from comity.docket.parts import Parts


def run(hunt: str, parts: Parts) -> None:
    """Search, or go on entering; nothing where a hunt is held, failed or over."""
    with cases.alone_with(hunt):
        row = store.hunt(hunt)
        if row.state == State.ORDERED.value:
            searching.search(row, parts)
        elif row.state == State.ENTERING.value:
            entering.enter(row, parts)


def jobs(parts: Parts) -> dict[str, Callable[..., None]]:
    """Name → job, bound to the parts of this process."""

    def search(hunt: str) -> None:
        run(hunt, parts)

    return {SEARCH: search}
