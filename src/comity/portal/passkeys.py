"""The WebAuthn ceremonies (W3C Web Authentication Level 2): options out, answers verified. Keeps nothing.

A ceremony's challenge travels signed in the page's own form and is good for five minutes, once: a stranger who opens
the sign-in page a million times leaves no row behind. User verification is always required.
"""

from __future__ import annotations

import functools
import json
import logging
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core import signing
from fido2.cose import ES256
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

# The library would write down which credential signed in, and when.
logging.getLogger("fido2").setLevel(logging.WARNING)
_SALT = "comity.portal.passkeys"
GOOD_FOR = 300
"""Seconds in which a ceremony must end."""
_LONGEST_ANSWER = 16_000
_REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Ceremony:
    """What a page needs: the options for the browser, and the signed state that comes back with the answer."""

    options: dict[str, Any]
    state: str


@dataclass(frozen=True)
class Registered:
    """A new credential, verified."""

    credential: bytes
    key: bytes
    counter: int


@dataclass(frozen=True)
class Answer:
    """An answer to a challenge as the browser sent it, not yet verified."""

    credential: bytes
    challenge: str
    _state: dict[str, Any]
    _response: dict[str, Any]


def begin_registration(*, holder: str, name: str, label: str) -> Ceremony:
    """Options for a discoverable credential that verifies its user."""
    user = PublicKeyCredentialUserEntity(id=bytes.fromhex(holder), name=name, display_name=label)
    options, state = _server().register_begin(
        user, resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
    )
    return Ceremony(dict(options)["publicKey"], _signed("register", state))


def finish_registration(answer: str, state: str) -> tuple[Registered, str] | None:
    """The credential and the challenge that it answers, or nothing for every reason alike."""
    ceremony, response = _unsigned("register", state), _parsed(answer)
    if ceremony is None or response is None:
        return None
    try:
        data = _server().register_complete(ceremony, response)
    except Exception:  # noqa: BLE001 -- whatever a stranger's bytes break in the library, the answer is no
        return None
    held = data.credential_data
    if held is None:
        return None
    return Registered(held.credential_id, bytes(held), data.counter), str(ceremony["challenge"])


def begin_sign_in() -> Ceremony:
    """Options that name no credential: who is asking is known only from the answer."""
    options, state = _server().authenticate_begin(user_verification=_REQUIRED)
    return Ceremony(dict(options)["publicKey"], _signed("sign in", state))


def read_answer(answer: str, state: str) -> Answer:
    """Take an answer apart. One that cannot be read becomes one that no key verifies, so that both cost the same."""
    ceremony, response = _unsigned("sign in", state), _parsed(answer)
    try:
        credential = AuthenticationResponse.from_dict(response).raw_id if response else b""
    except Exception:  # noqa: BLE001 -- the same
        credential, response = b"", None
    whole = ceremony is not None and response is not None
    return Answer(
        bytes(credential) if whole else b"\0",
        str((ceremony or {}).get("challenge", "")),
        ceremony or {},
        response or {},
    )


def verifies(answer: Answer, key: bytes | None) -> int | None:
    """The authenticator's counter if ``key`` verifies the answer; a key that nobody holds is tried just the same."""
    held = AttestedCredentialData(key) if key is not None else _nobody(answer.credential)
    try:
        _server().authenticate_complete(answer._state, [held], answer._response)  # noqa: SLF001 -- its own room
        counter = AuthenticationResponse.from_dict(answer._response).response.authenticator_data.counter  # noqa: SLF001
    except Exception:  # noqa: BLE001 -- whatever a stranger's bytes break in the library, the answer is no
        return None
    return int(counter) if key is not None else None


def _nobody(credential: bytes) -> AttestedCredentialData:
    return AttestedCredentialData.create(Aaguid(bytes(16)), credential or b"\0", _nobodys_key())


@functools.cache
def _nobodys_key() -> ES256:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return cast("ES256", ES256.from_cryptography_key(public))  # type: ignore[no-untyped-call]  # the library's own gap


def _server() -> Fido2Server:
    address = urlsplit(str(getattr(settings, "COMITY_PORTAL_URL", "http://localhost:8413")))
    origin = f"{address.scheme}://{address.netloc}"
    party = PublicKeyCredentialRpEntity(name="Comity", id=address.hostname or "localhost")
    return Fido2Server(party, verify_origin=lambda named: named == origin)


def _signed(ceremony: str, state: Any) -> str:
    return signing.dumps({**state, "user_verification": "required", "for": ceremony}, salt=_SALT, compress=False)


def _unsigned(ceremony: str, state: str) -> dict[str, Any] | None:
    try:
        held = signing.loads(state[:2000], salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return held if isinstance(held, dict) and held.get("for") == ceremony else None


def _parsed(answer: str) -> dict[str, Any] | None:
    try:
        found = json.loads(answer) if len(answer) <= _LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
