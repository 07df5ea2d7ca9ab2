"""Whether an act is seen by strangers, everywhere where it was to have effect."""

from __future__ import annotations

from collections.abc import Sequence

from comity.platform import Content
from comity.platform.protocols import StrangerView


def seen(platform: Content, url: str, territories: Sequence[str], *, gone: bool) -> StrangerView:
    """The first view from these territories (at least one) that is not as it should be, else the last."""
    views = [platform.seen_by_stranger(url, where) for where in territories]
    return next((one for one in views if one.gone is not gone), views[-1])
