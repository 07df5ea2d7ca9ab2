"""Drills: an order that this house sends to itself, known by a mark that only this house can make.

The mark stands in the order's reference, where everybody sees it. Nobody outside can mark an order as a drill, so no
real order can hide as one; and whatever is marked can touch nothing but the items of the account kept for drills.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from comity.casefile.documents.base import Json
from comity.docket.parts import Parts
from comity.platform import Outcome
from comity.platform.errors import PlatformFailure

PREFIX = "DRILL"
_REFERENCE = re.compile(r"DRILL-([0-9a-f]{16})-([0-9a-f]{32})", re.ASCII)


def reference(nonce: str, key: bytes) -> str:
    """The reference of a drill, with its mark; ``nonce`` is sixteen hexadecimal digits."""
    return f"{PREFIX}-{nonce}-{_mark(nonce, key)}"


def is_drill(form: Json, key: bytes) -> bool:
    """Whether an order carries the mark of this house."""
    match = _REFERENCE.fullmatch(str(form.get("order_reference") or ""))
    return match is not None and bool(key) and hmac.compare_digest(match[2], _mark(match[1], key))


def may_act(urls: Sequence[str], parts: Parts) -> bool:
    """Whether a drill may go on to the act: every address is an item of the account kept for drills, and surely so."""
    account = parts.nights.drill_account
    try:
        return bool(account) and bool(urls) and all(_owner(url, parts) == account for url in urls)
    except PlatformFailure:
        return False


def _owner(url: str, parts: Parts) -> str | None:
    found = parts.content.resolve(url)
    if found.outcome is not Outcome.FOUND or found.item is None:
        return None
    return parts.content.describe(found.item).account


def _mark(nonce: str, key: bytes) -> str:
    return hmac.new(key, b"drill\0" + nonce.encode("ascii"), hashlib.sha256).hexdigest()[:32]
