"""What intake asks the register about officers."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.registry import officers_rules, officers_store
from comity.registry.errors import RegistryError
from comity.registry.rules import AuthenticatedSender, NotAuthenticated


def authenticate_officer(
    officer: str, passkey: str, at: Instant, *, confirmed: bool
) -> AuthenticatedSender | NotAuthenticated:
    """Judge an officer by identifier and passkey as the register holds both now."""
    try:
        held = officers_store.officer(officer)
    except RegistryError:
        return NotAuthenticated("The registry holds no such officer.", officers_rules.METHOD)
    return officers_rules.authenticate(held, officers_store.passkey_by_id(passkey), at, confirmed_device=confirmed)
