"""People from outside and their keys, as the portal asks: one answer a kind of account, all from the registry.

Whatever fails gives the same *nothing*: which part failed is in the entries, for staff, not in the answer.
"""

from __future__ import annotations

import hmac

import structlog

from comity.casefile.clock import Instant
from comity.docket import beside
from comity.docket.cases import CaseDesk
from comity.docket.portal_views import Account, Enrolling
from comity.registry import officers, officers_rules, officers_store
from comity.registry.errors import RegistryError, TooManyApplicationsError
from comity.registry.officers import NewPasskey
from comity.registry.officers_means import OFFICER, Application, CodePurpose, HeldPasskey

log = structlog.get_logger("comity.docket")
_ACTOR = "system:portal"


class AccountDesk(CaseDesk):
    """Applications, one-time codes, passkeys. Sessions are the door's own."""

    def apply_for_access(self, application: Application) -> None:
        """Write the application down for staff. Nothing comes back, whoever it is.

        Where too many wait, everybody hears that; the log says it loudly, for then nobody can ask for access.
        """
        try:
            with self.parts.work(_ACTOR) as work:
                beside.keep_application(work, officers.apply(work, application), self.parts)
        except TooManyApplicationsError as refused:
            log.error("an application was turned away", code=refused.code, most=officers.MOST_OPEN)  # noqa: TRY400 -- the code says it
            raise

    def redeem(self, address: str, code: str, second: str) -> Enrolling | None:
        """The enrolment that the two halves of a code open, if they were given to the holder of this address."""
        found = officers.good_halves(code, second, self.parts.clock.now())
        # Asked for in any case: a wrong code costs what a wrong address costs.
        known = self._address_of(found.kind if found else OFFICER, found.holder if found else "")
        fits = bool(known) and hmac.compare_digest(known.encode(), address.strip().lower().encode())
        return Enrolling(found.id, found.kind, found.holder) if found and fits else None

    def bind_passkey(self, enrolling: str, kind: str, *, credential: bytes, key: bytes, counter: int) -> HeldPasskey:
        """Bind a verified passkey to the enrolment behind its one-time codes."""
        if kind != OFFICER:
            raise RegistryError("This kind of account is not enrolled here.")
        with self.parts.work(_ACTOR) as work:
            passkey = officers.register_officer(work, code=enrolling, new=NewPasskey(credential, key, counter))
            beside.settled(work, passkey.holder, "the officer is enrolled")
            return passkey

    def passkey(self, credential: bytes) -> HeldPasskey | None:
        """The passkey with this identifier."""
        return officers_store.passkey(credential)

    def signed_in(self, passkey: HeldPasskey, *, counter: int, news: tuple[str, ...]) -> bool:
        """Enter that it was used and what was new about it: staff see both. No, when it seems to be a copy."""
        with self.parts.work(_ACTOR) as work:
            held = officers_store.passkey(passkey.credential, lock=True) or passkey
            return officers.signed_in(work, held, counter=counter, detail={"passkey": held.id, "new": list(news)})

    def account(self, kind: str, holder: str, passkey: str) -> Account | None:
        """The account behind a session, if it counts now."""
        if kind != OFFICER:
            return None
        return self._officer(holder, passkey, self.parts.clock.now())

    def step_up(self, kind: str, holder: str, code: str) -> bool:
        """Whether this one-time code, told in a call to a number held beforehand, confirms a sign-in; spends it."""
        with self.parts.work(_ACTOR) as work:
            found = officers.good_code(code, CodePurpose.STEP_UP, work.at)
            spent = officers_store.code(found.id, work.at) if found else None
            if spent is None or (spent.kind, spent.holder) != (kind, holder):
                return False
            entry = officers.note(work, holder, f"{kind}_sign_in_confirmed", "", {})
            officers_store.spend_code(spent.id, entry=entry)
        return True

    def _address_of(self, kind: str, holder: str) -> str:
        return officers_store.address_of(holder) if kind == OFFICER else ""

    def _officer(self, holder: str, passkey: str, at: Instant) -> Account | None:
        key = officers_store.passkey_by_id(passkey)
        try:
            held = officers_store.officer(holder)
        except RegistryError:
            return None
        if key is None or held.authority is None:
            return None
        waits = key.active_from if at < key.active_from else None
        if officers_rules.why_not(held, key, key.active_from if waits else at) is not None:
            return None
        return Account(
            kind=OFFICER,
            id=held.id,
            name=held.name,
            organisation=held.authority.name,
            authority=held.authority.id,
            passkey=key.id,
            cooling_until=waits,
            replaced_at=key.ends_at,
        )
