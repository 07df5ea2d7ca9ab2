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

    ``read_one`` gets the identifier of a kept message (``store.by_id``). Its failure ends the round and frees the
    message for another worker. Called outside of any transaction.
    """
    done = _read_all(read_one, enrolled_only=True)
    while True:
        with _place(places) as held:
            if not held:
                return done + _read_all(read_one, enrolled_only=True)
            done += _read_strangers(read_one)
        # A message may have been kept after the last look while its own job found no free place: look once more.
        if not store.waiting(enrolled_only=False, most=1) or not _claimable():
            return done


def _read_strangers(read_one: Callable[[str], None]) -> int:
    """One by one, and after each of them all enrolled ones that came meanwhile."""
    done = 0
    while _read_next(read_one, enrolled_only=False):
        done += 1 + _read_all(read_one, enrolled_only=True)
    return done


def _read_all(read_one: Callable[[str], None], *, enrolled_only: bool) -> int:
    done = 0
    while _read_next(read_one, enrolled_only=enrolled_only):
        done += 1
    return done


def _read_next(read_one: Callable[[str], None], *, enrolled_only: bool) -> bool:
    for id_ in store.waiting(enrolled_only=enrolled_only):
        if not store.claim(id_):
            continue
        try:
            # Between the look and the claim another worker may have read it.
            if store.by_id(id_).state == "kept":
                read_one(id_)
                return True
        finally:
            store.unclaim(id_)
    return False


def _claimable() -> bool:
    """Whether a waiting message is free; one that another worker is reading is no reason to stay."""
    for id_ in store.waiting(enrolled_only=False):
        if store.claim(id_):
            store.unclaim(id_)
            return True
    return False


@contextmanager
def _place(places: int) -> Iterator[bool]:
    """One of the strangers' places, if one is free."""
    held = next((number for number in range(places) if store.claim(f"place-{number}")), None)
    try:
        yield held is not None
    finally:
        if held is not None:
            store.unclaim(f"place-{held}")
