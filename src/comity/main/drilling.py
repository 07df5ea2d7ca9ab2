"""``comity drill``: an order through the real receiver or the real API of the running house, and its times."""

from __future__ import annotations

import json
import secrets
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import httpx

from comity.casefile.clock import Instant, WallClock
from comity.casefile.documents.base import Json
from comity.casefile.records.private import ReadableByOthers, read_private
from comity.main.callers import night_key
from comity.main.failures import Failed
from comity.main.house import provider_of, server_of, set_up_django
from comity.settings import Settings

_PAUSE = 0.2
_SECONDS = 20.0


def drill(settings: Settings, wanted: Json, say: Callable[[str], None]) -> int:
    """Send a marked order and report its stages. 0 when it came through and somebody was called or a rule decided."""
    set_up_django(settings, server_of(settings), "none")
    from comity.docket import drilling, drills  # noqa: PLC0415 -- after Django

    client = str(wanted.get("client") or "")
    name = drilling.name_of_client(client) if client else str(wanted.get("name") or drilling.NAME)
    drilling.check_name(name)
    provider, at = provider_of(settings), WallClock().now()
    nonce = secrets.token_hex(8)
    reference = drills.reference(nonce, night_key(settings))
    url = str(wanted.get("url") or f"https://{provider.hosts[0]}/comity-drill/{nonce}")
    form = drilling.order(provider, reference=reference, url=url, at=at, issuer=name)
    if client:
        _file(settings, client, _secret(Path(str(wanted["secret_file"]))), form)
    else:
        _mail(settings, form, reference, at)
    say(f"sent {'through the API' if client else 'by e-mail'}: {reference}")
    return _follow(reference, float(wanted.get("minutes") or 10), say)


def _secret(path: Path) -> str:
    try:
        return read_private(path).decode("utf-8").strip()
    except ReadableByOthers as failure:
        raise Failed(str(failure)) from failure
    except (OSError, UnicodeDecodeError) as failure:
        raise Failed(f"the client's secret in {path} cannot be read: {type(failure).__name__}") from failure


def _follow(reference: str, minutes: float, say: Callable[[str], None]) -> int:
    """Say each stage when it comes, until the drill is over or the time is up."""
    from comity.docket import drilling  # noqa: PLC0415 -- after Django

    told: set[str] = set()
    until = time.monotonic() + minutes * 60
    found = None
    while time.monotonic() < until:
        found = drilling.progress(reference)
        for stage in found.stages if found else ():
            if stage.what not in told:
                told.add(stage.what)
                say(f"{stage.at.z()}  +{stage.after.total_seconds():8.1f} s  {stage.what}")
        if found and (found.over or not found.marked):
            break
        time.sleep(_PAUSE)
    if found is None:
        raise Failed("the order did not arrive on the docket; are the receiver, the workers and the record running?")
    if not found.marked:
        raise Failed(f"case C-{found.number} is not marked as a drill: this command and the house have different keys")
    say(f"case C-{found.number} is {found.status.replace('_', ' ')}")
    return 0 if told & {"first page sent", "acknowledged", "decided", "ended before the act"} else 1


def _mail(settings: Settings, form: Json, reference: str, at: Instant) -> None:
    """To the mail receiver, as anybody's message."""
    message = EmailMessage()
    message["Message-ID"] = f"<{reference}@drill.invalid>"
    message["Date"] = format_datetime(at.original)
    message["From"], message["To"] = "drill@drill.invalid", settings.contact_email
    message["Subject"] = f"DRILL {reference}"
    message.set_content("This is a drill.\n")
    message.add_attachment(json.dumps(form).encode(), "application", "json", filename="order.json")
    host, _, port = settings.smtp_address.rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=_SECONDS) as line:
            line.send_message(message, "drill@drill.invalid", [settings.contact_email])
    except (smtplib.SMTPException, OSError) as error:
        raise Failed(f"the mail receiver at {settings.smtp_address} did not take it: {type(error).__name__}") from error


def _file(settings: Settings, client: str, secret: str, form: Json) -> None:
    """To the API, as the machine of the authority that was enrolled for drills."""
    base = f"http://{settings.api_address}"
    try:
        with httpx.Client(timeout=_SECONDS, trust_env=False, follow_redirects=False) as line:
            asked = {"grant_type": "client_credentials", "scope": "orders:file"}
            token = line.post(f"{base}/v1/oauth/token", data=asked, auth=(client, secret))
            token.raise_for_status()
            headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
            line.post(f"{base}/v1/orders", json=form, headers=headers).raise_for_status()
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise Failed(f"the API at {settings.api_address} did not take it: {type(error).__name__}") from error
