"""A film for whoever reviews it: a sheet of its moments, made by the confined decoder; nothing of it is played."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from comity.docket.reviews.errors import FilmTooLarge, NoMoments, NoSuchPicture
from comity.matching.errors import MissingLibraries
from comity.matching.signals import children
from comity.matching.signals.children import FilmLimits
from comity.matching.signals.decoders import Decoders

MOST_BYTES = 256 * 1024 * 1024
"""Of a film, which lies in memory meanwhile: never on a disk outside custody."""
_LIMITS = FilmLimits(memory_bytes=2 * 1024**3, cpu_seconds=20, wall_seconds=30.0, answer_bytes=4 * 1024 * 1024)
_ONE = threading.Lock()
"""One film at a time in a process: whoever looks at several waits, and the machine does not."""


def sheet_of(media_type: str, chunks: Iterator[bytes]) -> bytes:
    """A JPEG by the decoder, which is believed as little as the film itself.

    Raises ``NoSuchPicture`` for what is no film, ``FilmTooLarge`` and ``NoMoments``.
    """
    if not media_type.startswith("video/"):
        raise NoSuchPicture
    with _ONE, children.nameless() as file:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise FilmTooLarge
            file.write(chunk)
        try:
            with Decoders(films=_LIMITS) as decoders:
                found = decoders.stills(file)
        except MissingLibraries as missing:
            raise NoMoments(str(missing)) from missing
    if not found.sheet:
        raise NoMoments(found.why)
    return found.sheet
