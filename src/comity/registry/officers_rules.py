"""Who speaks through the portal: judgement over what the registry holds about officers. Pure.

An officer is authenticated when, in this order: the enrolment stands, two of us confirmed it, the authority behind it
is confirmed now, the passkey belongs to it, its cooling period is over, it has not ended, and the sign-in on a device
or network not seen before was confirmed a second time. The first *no* is the answer and says why.

An application's words prove nothing. An officer is confirmed by two different people of ours, after a call to a number
that the register held before the application came (a fake agency can bring its own number, not our older one).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.registry.means import AuthorityState, CallOutcome, HeldCallBack
from comity.registry.officers_means import Application, HeldOfficer, HeldPasskey, OfficerState
from comity.registry.rules import LONGEST_TEXT, AuthenticatedSender, NotAuthenticated

CODE_LIVES = timedelta(hours=24)
"""A code for enrolment: long enough for an officer to find a computer with the authenticator."""
STEP_UP_LIVES = timedelta(minutes=15)
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letter that sounds or looks like a digit: the code is spelt over the telephone."""
_CODE_LETTERS = 12
_ADDRESS = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{4,253}")
METHOD = "passkey"


def faults_of(application: Application) -> tuple[str, ...]:
    """The fields of an application that cannot be written down, by name."""
    texts = {"authority": application.authority, "name": application.name, "post": application.post}
    wrong = [name for name, text in texts.items() if not 0 < len(text.strip()) <= LONGEST_TEXT or not _plain(text)]
    if not _ADDRESS.fullmatch(application.address) or not _plain(application.address):
        wrong.append("address")
    return tuple(wrong)


def _plain(text: str) -> bool:
    return text.isprintable()


def why_not_callable(officer: HeldOfficer, calls: tuple[HeldCallBack, ...]) -> str | None:
    """Why nobody may confirm this officer yet: ``None`` when a call about this very application verified it."""
    about = [call for call in calls if call.case == officer.id and officer.authority is not None]
    if not about:
        return "Nobody has called the authority back about this application."
    newest = about[0]
    if newest.outcome is not CallOutcome.VERIFIED:
        return f"The newest call-back ended: {newest.outcome.replace('_', ' ')}."
    if newest.number_held_since >= officer.applied_at:
        return "The number called was not held before the application came."
    return None


def authenticate(
    officer: HeldOfficer, passkey: HeldPasskey | None, at: Instant, *, confirmed_device: bool
) -> AuthenticatedSender | NotAuthenticated:
    """Judge what comes from an officer who proved possession of ``passkey`` at ``at``."""
    reason = why_not(officer, passkey, at)
    if reason is None and not confirmed_device:
        reason = "The sign-in came from a device or network not seen before and was not confirmed a second time."
    if reason is not None:
        authority = officer.authority
        return NotAuthenticated(reason, METHOD, authority, authority.numbers if authority else ())
    assert officer.authority is not None  # ``why_not`` asked
    why = f"Verified by the passkey of an officer of {officer.authority.name}, enrolled by call-back."
    return AuthenticatedSender(officer.authority, METHOD, why)


def why_not(officer: HeldOfficer, passkey: HeldPasskey | None, at: Instant) -> str | None:
    """The first reason why an officer with this passkey counts as nobody at ``at``."""
    if officer.state is not OfficerState.ENROLLED or officer.authority is None:
        return f"The officer is {officer.state}, not enrolled."
    if officer.authority.state is not AuthorityState.CONFIRMED:
        return f"The authority is {officer.authority.state}, not confirmed."
    if passkey is None or passkey.holder != officer.id:
        return "No passkey of this officer was used."
    if passkey.ends_at is not None and not at < passkey.ends_at:
        return "The passkey has been replaced or withdrawn."
    if at < passkey.active_from:
        return f"The passkey's cooling period ends {passkey.active_from}."
    return None


def digest_of(passkey: HeldPasskey) -> str:
    """What the entry of a passkey says of it, so that nobody exchanges the key in its row unseen."""
    return hashlib.sha256(hashlib.sha256(passkey.credential).digest() + passkey.key).hexdigest()


def new_code() -> str:
    """A fresh one-time code, to be spelt over the telephone: twelve letters, about 58 bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LETTERS))
    return "-".join(letters[place : place + 4] for place in range(0, _CODE_LETTERS, 4))


def mark_of(code: str) -> str:
    """What is kept of a code: SHA-256 over its letters, however they were typed."""
    letters = re.sub(r"[^A-Z0-9]", "", code.upper())[:64]
    return hashlib.sha256(b"comity one-time code v1\0" + letters.encode("ascii")).hexdigest()
