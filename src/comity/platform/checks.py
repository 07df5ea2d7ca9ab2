"""What every adapter checks alike: what it sends, the bytes it is given, and what several looks say together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from comity.platform.errors import Unintelligible, Unsendable
from comity.platform.protocols import StrangerView

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
_TERRITORY = re.compile(r"[A-Z]{2}|\*", re.ASCII)


def sendable_key(key: str) -> str:
    """An idempotency key as it may stand in a header or in a journal."""
    if _KEY.fullmatch(key) is None:
        raise Unsendable("an idempotency key has 1 to 128 letters, digits, dots, colons, hyphens or underscores")
    return key


def sendable_territories(territories: tuple[str, ...]) -> list[str]:
    """Territories in one order, each once."""
    if not territories or not all(_TERRITORY.fullmatch(one) for one in territories):
        raise Unsendable("territories are country codes, EU or *, and at least one")
    return sorted(set(territories))


def goes_on(cursor: str | None, after: str | None) -> None:
    """Raise ``Unintelligible`` for a page that is said to be followed by itself: a scan would never end."""
    if after is not None and after == cursor:
        raise Unintelligible("the platform's page is followed by itself")


def as_announced(name: str, size: int, sha256: str | None, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass bytes on and raise ``Unintelligible`` at their end if they are not those that were announced."""
    seen, digest = 0, hashlib.sha256()
    for chunk in chunks:
        seen += len(chunk)
        digest.update(chunk)
        yield chunk
    if seen != size or (sha256 is not None and digest.hexdigest() != sha256):
        raise Unintelligible(f"{name} is not what the platform announced: size or digest differ")


def together(views: Sequence[StrangerView]) -> StrangerView:
    """What at least one look says: gone only when every one says so, shown when a single one does, else unknown."""
    gone: bool | None = None
    if any(view.gone is False for view in views):
        gone = False
    elif all(view.gone for view in views):
        gone = True
    return StrangerView(views[0].status, gone, "; ".join(view.detail for view in views))
