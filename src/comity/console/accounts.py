"""How staff log in: django-allauth with its doors narrowed. Nobody signs up; nothing is sent by mail."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from comity.console.door import proven_seconds_ago

FRESH_SECONDS = 300
"""A person who logged in this recently need not prove it again to keep the own account."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Keeps the secrets of second factors encrypted: who reads the database cannot make a code."""

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret as it is used; raises when it was not made under this installation's key."""
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()


def _cipher() -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"comity second factors v1")
    return Fernet(base64.urlsafe_b64encode(derived.derive(str(settings.SECRET_KEY).encode())))


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up, no notification mail, and a proof of presence by the second factor where there is one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- the library's signature
        """Accounts are made by those who keep the list of staff."""
        return False

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Staff accounts have no mail address: what changed about an account is in the registry's entries."""

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ask for the second factor again rather than for the password: a stolen password then helps nobody."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [method for method in methods if str(method["id"]).startswith("mfa_")]
        return strong or methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before anything about the account changes, unless the log-in is minutes old."""
        if context.request is not None and proven_seconds_ago(context.request) <= FRESH_SECONDS:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))
