"""The kinds of accounts that come through this door. Each has its own pages, and none opens another's.

A kind is a name (as in ``Session.kind`` and in the register's tables of passkeys and codes) and the URL namespace that
its people may open. A new kind adds one row here, its addresses to ``urls``, and its answers to the commands'
``account``, ``register`` and ``signed_in``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of account."""

    name: str
    namespace: str
    """The URL namespace of its pages (``app_name`` of its ``urls``)."""
    home: str
    """Name of the address after signing in."""
    unsure: frozenset[str] = frozenset()
    """Names of addresses that are open before a sign-in on a new device is confirmed a second time."""


OFFICER = Kind(
    "officer", "officers", "officers:orders", frozenset({"new", "check", "filed", "demands", "demand", "check_demand"})
)
OVERSEER = Kind("overseer", "oversight", "oversight:summary")
KINDS: dict[str, Kind] = {kind.name: kind for kind in (OFFICER, OVERSEER)}
