"""Whose message is read next. Junk waits for junk; an enrolled sender's message never waits behind it.

A job that says "something was kept" calls ``read_in_turn``: it reads not the message that caused the job but the one
whose turn it is. All strangers together hold a fixed number of places, so that however much they send, and however much
each of their documents costs, every other worker is free for the enrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from comity.intake import store

PLACES_FOR_STRANGERS = 1


def read_in_turn(read_one: Callable[[str], None], *, places: int = PLACES_FOR_STRANGERS) -> int:
    """Read kept messages by their turns until there is none that this worker may take; gives how many it read.

    ``read_one`` gets the identifier of a kept message (``store.by_id``). One that fails is passed over, so that it
    never holds up those behind it; when the round is over its failure is raised, so that the job comes again.
    Called outside of any transaction.
    """
    turn = _Round(read_one)
    turn.read_all(enrolled_only=True)
    while True:
        with _place(places) as held:
            if not held:
                turn.read_all(enrolled_only=True)
                return turn.over()
            turn.read_strangers()
        # A message may have been kept after the last look while its own job found no free place: look once more.
        if not turn.claimable():
            return turn.over()


class _Round:
    """One worker's round: what it read, and what it could not."""

    def __init__(self, read_one: Callable[[str], None]) -> None:
        self._read_one = read_one
        self._done = 0
        self._failed: dict[str, Exception] = {}

    def over(self) -> int:
        """How many were read; raises the first failure, if there was one."""
        for failure in self._failed.values():
            raise failure
        return self._done

    def read_strangers(self) -> None:
        """One by one, and after each of them all enrolled ones that came meanwhile."""
        while self._read_next(enrolled_only=False):
            self.read_all(enrolled_only=True)

    def read_all(self, *, enrolled_only: bool) -> None:
        """As long as there are some."""
        while self._read_next(enrolled_only=enrolled_only):
            pass

    def claimable(self) -> bool:
        """Whether a waiting message is free; one that another worker is reading is no reason to stay."""
        for id_ in store.waiting(enrolled_only=False, but=tuple(self._failed)):
            if store.claim(id_):
                store.unclaim(id_)
                return True
        return False

    def _read_next(self, *, enrolled_only: bool) -> bool:
        for id_ in store.waiting(enrolled_only=enrolled_only, but=tuple(self._failed)):
            if not store.claim(id_):
                continue
            try:
                # Between the look and the claim another worker may have read it.
                if store.by_id(id_).state == "kept":
                    self._read(id_)
                    return True
            finally:
                store.unclaim(id_)
        return False

    def _read(self, id_: str) -> None:
        try:
            self._read_one(id_)
        except Exception as failure:  # noqa: BLE001 -- whatever it was, the messages behind this one must be read
            self._failed[id_] = failure
        else:
            self._done += 1


@contextmanager
def _place(places: int) -> Iterator[bool]:
    """One of the strangers' places, if one is free."""
    held = next((number for number in range(places) if store.claim(f"place-{number}")), None)
    try:
        yield held is not None
    finally:
        if held is not None:
            store.unclaim(f"place-{held}")
