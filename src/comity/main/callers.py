"""The ways to call people at night, as the operator set them up."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from comity.casefile.records.private import ReadableByOthers, read_private
from comity.delivery.channels.email import Relay
from comity.delivery.errors import DeliveryError
from comity.docket.calling import NightMeans, Way
from comity.main.house import Places
from comity.settings import Settings, UnusableSettings


def night_means(settings: Settings) -> NightMeans:
    """The ways to call people; none where none is set up."""
    try:
        ways = _ways(settings)
    except (ValueError, DeliveryError) as error:
        message = str(error) if isinstance(error, UnusableSettings) else f"COMITY_NIGHTS_…: {error}"
        raise UnusableSettings(message) from error
    url = settings.console_url.rstrip("/")
    return NightMeans(ways=ways, console_url=url, key=night_key(settings), drill_account=settings.drill_account)


def _ways(settings: Settings) -> dict[str, Way]:
    from comity.docket.nights.ways import Email, Push, Webhook  # noqa: PLC0415 -- after Django

    ways: dict[str, Way] = {}
    if settings.nights_push_url:
        token = settings.nights_push_token_file
        ways["push"] = Push(settings.nights_push_url, _secret(token) if token else None)
    if settings.nights_webhook_url:
        if settings.nights_webhook_secret_file is None:
            message = "COMITY_NIGHTS_WEBHOOK_SECRET_FILE: name the file with the secret shared with your service"
            raise UnusableSettings(message)
        secret = _secret(settings.nights_webhook_secret_file).encode()
        ways["webhook"] = Webhook(settings.nights_webhook_url, secret)
    if settings.nights_mail_from:
        if not settings.mail_relay:
            message = "COMITY_NIGHTS_MAIL_FROM: pages by e-mail need COMITY_MAIL_RELAY"
            raise UnusableSettings(message)
        ways["email"] = Email(Relay.parse(settings.mail_relay, settings.nights_mail_from))
    return ways


def night_key(settings: Settings) -> bytes:
    """What signs one-time links and the marks of drills: derived from the sessions' key, and useless for sessions."""
    kept = read_private(Places(settings.home).keys / "sessions.key")
    return hmac.new(kept, b"comity nights", hashlib.sha256).digest()


def _secret(path: Path) -> str:
    try:
        return read_private(path).decode("utf-8").strip()
    except ReadableByOthers as error:
        raise UnusableSettings(str(error)) from error
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise UnusableSettings(message) from error
