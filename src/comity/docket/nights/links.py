"""One-time links: a page's identifier and a mark that only this house can make. They open nothing without a log-in."""

from __future__ import annotations

import hashlib
import hmac
import re

from comity.docket.calling import NightMeans
from comity.docket.nights.errors import LinkSpent

_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})", re.ASCII)


def link(page: str, means: NightMeans) -> str:
    """The address on the console at which a page is answered."""
    return f"{means.console_url}/nights/answer/{page}{_mark(page, means)}/"


def page_of(token: str, means: NightMeans) -> str:
    """The page behind a link; raises ``LinkSpent`` for one that this house did not make."""
    match = _TOKEN.fullmatch(token)
    if match is None or not means.key or not hmac.compare_digest(match[2], _mark(match[1], means)):
        raise LinkSpent
    return match[1]


def _mark(page: str, means: NightMeans) -> str:
    return hmac.new(means.key, b"page\0" + page.encode("ascii"), hashlib.sha256).hexdigest()[:32]
