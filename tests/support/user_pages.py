"""A provider that is asked about users, behind its real console: staff who log in, and commands that must be taken."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from support.console_staff import log_in


def as_(name: str) -> Client:
    """A member of staff who has just proven himself."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(username=name)
    if not user.authenticator_set.exists():
        user.set_password("a password nobody guesses")
        user.save()
        TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def given(client: Client, address: str, fields: dict[str, Any]) -> None:
    """A command that must be taken; says why when it is refused."""
    response = client.post(address, fields)
    assert response.status_code == 302, said(response.content.decode())


def said(text: str) -> list[str]:
    """What a page says that was refused."""
    return re.findall(r'class="(?:lead|error)[^>]*>([^<]+)<|<li>([^<]+)</li></ul></div>', text)  # type: ignore[no-any-return]


def text_of(client: Client, address: str) -> str:
    """A page that must be shown."""
    response = client.get(address)
    assert response.status_code == 200, (response.status_code, response.content[:500])
    return response.content.decode()
