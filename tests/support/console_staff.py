"""Log-ins for the console in tests and the demonstration: a user with a password and an authenticator."""

from __future__ import annotations

import functools
import time
from typing import Any

PASSWORD = "a long night on call, 02:13"


def make_user(username: str, *, password: str = PASSWORD, factor: bool = True) -> tuple[Any, str]:
    """A Django user and the secret of its authenticator (base32; empty without a second factor)."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth.models import User

    user = User.objects.create(username=username, password=_hashed(password))
    if not factor:
        return user, ""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return user, secret


@functools.cache
def _hashed(password: str) -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(password)


def code_now(secret: str) -> str:
    """What the authenticator shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def log_in(client: Any, user: Any, *, seconds_ago: float = 5) -> None:
    """Open a session as the two pages of log-in would, without their cost."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    at = time.time() - seconds_ago
    session["account_authentication_methods"] = [
        {"method": "password", "at": at, "username": user.get_username()},
        {"method": "mfa", "at": at, "type": "totp", "id": 1},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
