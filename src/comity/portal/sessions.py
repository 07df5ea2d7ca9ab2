"""Sessions of the portal: made, found, confirmed, ended. The only reader and writer of the portal's tables."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from comity.casefile.clock import Instant
from comity.portal.models import Challenge, Familiar, Session

COOKIE = "comity_portal"
DEVICE_COOKIE = "comity_portal_device"
FULL, UNSURE, COOLING, ENROLLING = "full", "unsure", "cooling", "enrolling"
LONGEST = timedelta(hours=10)
IDLE = timedelta(minutes=45)
ENROLLING_FOR = timedelta(minutes=20)
_CHALLENGES_KEPT = timedelta(hours=1)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """Where a browser is: digests, never the addresses themselves."""

    device: str
    network: str
    browser: str

    @property
    def bound(self) -> str:
        """What a session is bound to. The device's cookie may come later; browser and network may not change."""
        return _digest("bound", f"{self.network}|{self.browser}")


@dataclass(frozen=True)
class SignedIn:
    """A live session."""

    mark: str
    kind: str
    holder: str
    passkey: str
    stage: str
    code: str
    device: str
    network: str


def place(*, device: str, address: str, browser: str) -> Place:
    """The digests of a device's token, a network and a browser's name."""
    return Place(
        _digest("device", device) if device else "", _digest("network", _network(address)), _digest("browser", browser)
    )


def begin(found: SignedIn, where: Place, now: Instant) -> str:
    """Write a session down; gives the cookie's token."""
    token = secrets.token_urlsafe(32)
    length = ENROLLING_FOR if found.stage == ENROLLING else LONGEST
    Session.objects.filter(ends_at__lt=now.utc).delete()
    Session.objects.create(
        mark=_mark(token),
        kind=found.kind,
        holder=found.holder,
        passkey=found.passkey,
        stage=found.stage,
        code=found.code,
        bound_to=where.bound,
        device=where.device,
        network=where.network,
        began_at=now.utc,
        seen_at=now.utc,
        ends_at=now.plus(length).utc,
    )
    return token


def find(token: str, where: Place, now: Instant) -> SignedIn | None:
    """The live session behind a token; one that turns up in another browser or network ends here and now."""
    row = Session.objects.filter(mark=_mark(token), ends_at__gt=now.utc).first() if token else None
    if row is None:
        return None
    idle = now.since(Instant(row.seen_at))
    if idle > IDLE or not hmac.compare_digest(row.bound_to, where.bound):
        row.delete()
        return None
    if idle > _SEEN_EVERY:
        Session.objects.filter(pk=row.pk).update(seen_at=now.utc)
    return SignedIn(row.mark, row.kind, row.holder, row.passkey, row.stage, row.code, row.device, row.network)


def end(mark: str) -> None:
    """End a session."""
    Session.objects.filter(mark=mark).delete()


def confirm(session: SignedIn, now: Instant) -> None:
    """The second confirmation came: device and network are familiar from now on, and the session is whole."""
    remember(session.kind, session.holder, device=session.device, network=session.network, now=now)
    Session.objects.filter(mark=session.mark, stage=UNSURE).update(stage=FULL)


def remember(kind: str, holder: str, *, device: str, network: str, now: Instant) -> None:
    """Keep a device and a network as familiar."""
    rows = [
        Familiar(kind=kind, holder=holder, what=what, mark=mark, since=now.utc)
        for what, mark in (("device", device), ("network", network))
        if mark
    ]
    Familiar.objects.bulk_create(rows, ignore_conflicts=True)


def news(kind: str, holder: str, where: Place) -> tuple[str, ...]:
    """What about a sign-in was never seen of this person: ``device``, ``network``, both or neither."""
    known = set(Familiar.objects.filter(kind=kind, holder=holder).values_list("what", "mark"))
    return tuple(
        what for what, mark in (("device", where.device), ("network", where.network)) if (what, mark) not in known
    )


def use_challenge(challenge: str, now: Instant) -> bool:
    """Whether this challenge is answered for the first time; from now on it is used."""
    Challenge.objects.filter(used_at__lt=now.plus(-_CHALLENGES_KEPT).utc).delete()
    try:
        with transaction.atomic():
            Challenge.objects.create(mark=_mark(challenge), used_at=now.utc)
    except IntegrityError:
        return False
    return True


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _digest(what: str, text: str) -> str:
    key = str(settings.SECRET_KEY).encode()
    return hmac.new(key, f"portal {what}\0{text[:1000]}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """The wider network of an address: its first sixteen bits, or thirty-two of IPv6; a telephone roams within it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 16 if parsed.version == 4 else 32), strict=False))
