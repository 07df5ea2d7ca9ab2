"""What an officer may do about users: see the law's form with what is known, have it checked, follow, fetch packages.

Until the answer nothing shown depends on the provider's data: what our people found out about an account stays here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity import law
from comity.casefile.documents.base import Json
from comity.docket import answering, store
from comity.docket.customs import ILLEGAL
from comity.docket.disclosures.errors import NoSuchPackage
from comity.docket.disclosures.fetching import Fetched, PackageDesk
from comity.docket.disclosures.packing import Packed
from comity.docket.errors import NoSuchCase
from comity.docket.models import Case
from comity.docket.officer_orders import OfficerDesk
from comity.docket.officer_signs import signs
from comity.docket.order_views import OrderClock
from comity.docket.portal_views import Acting, Checked, OrderPage
from comity.docket.procedure import Status
from comity.docket.user_procedure import BEFORE_ANYTHING_LEFT
from comity.intake import rules as reading
from comity.law.asking import about_users
from comity.registry.roles import may_file

_SIGNED_IN = {"eu-eevidence-production": "I", "eu-eevidence-preservation": "F"}
"""The section in which the issuing authority signs."""
_OF_HOLDS = "preserve"
"""Clocks about keeping end when the platform holds something: that would tell whether there is such an account."""
_QUESTIONS = ("F.information_required", "questions")


@dataclass(frozen=True)
class Wanted:
    """Which bytes of a package an officer's browser asks for, as its headers say it."""

    ranges: str | None = None
    if_range: str | None = None
    """The ETag of what it has already: of another file nothing is continued (RFC 9110 section 13.1.5)."""


class OfficerDemandDesk(OfficerDesk, PackageDesk):
    """The officers' commands about demands for users' data."""

    def laws_of(self, acting: Acting) -> frozenset[str]:
        """The instruments under which the officer's authority may file."""
        _, authority = self._known(acting)
        return may_file(authority.roles)

    def blank_demand(self, acting: Acting, instrument: str) -> Json:
        """What is known before the officer writes anything, in the fields of this law's form."""
        _filed_here(instrument)
        held, authority = self._may_file(acting, instrument)
        issuer = {"name": authority.name, "email": held.address, "representative": f"{held.name}, {held.post}"}
        letter = _SIGNED_IN.get(instrument)
        if letter is None:
            return {
                "instrument": instrument,
                "issuing_state": authority.member_state,
                "authority": authority.name,
                "contact": f"{issuer['representative']}, {held.address}",
                "addressee": self.parts.provider.legal_name,
            }
        return {
            "instrument": instrument,
            "A": {"issuing_state": authority.member_state, "issuing_authority": authority.name},
            "B": {"addressee": self.parts.provider.legal_name},
            letter: issuer,
        }

    def check_demand(self, acting: Acting, form: Json) -> Checked:
        """Everything that would be found if this were filed now; nothing is kept, and no account is looked up."""
        instrument = _filed_here(str(form.get("instrument")))
        _, authority = self._may_file(acting, instrument)
        now = self.parts.clock.now()
        amiss = reading.sender_faults(form, instrument, authority)
        faults = (*amiss, *signs(authority, acting, now, instrument))
        order = {key: value for key, value in form.items() if key != "instrument"}
        order["channel"] = self._channel(acting, authority)
        listed = [f"{one.code} {one.field}: {one.message}" for one in faults]
        order["message"] = {"reading": "form", "faults": listed, "duplicate_of": None}
        assessment = law.assess(order, received=now, provider=self.parts.provider, instrument=instrument)
        return Checked(assessment, faults)

    def my_order(self, acting: Acting, reference: str) -> OrderPage:
        """One order of the officer's authority; of a demand about users with questions and packages."""
        page = super().my_order(acting, reference)
        row = store.case(reference)
        if row.instrument not in about_users():
            return page
        return replace(
            page,
            view=replace(page.view, assessment=None, clocks=_told(page.view.clocks)),
            instrument=row.instrument,
            questions=_questions(row),
            packages=self.packages_of(acting.authority, reference),
            may=_may(Status(row.status)),
        )

    def my_manifest(self, acting: Acting, reference: str, package: str) -> Json:
        """The manifest of a package of this order."""
        self._packed(acting, reference, package)
        return self.package_manifest(acting.authority, package)

    def my_package(self, acting: Acting, reference: str, package: str, wanted: Wanted) -> Fetched:
        """A package of this order or a piece of it; which officer fetched which bytes is entered first."""
        packed = self._packed(acting, reference, package)
        same = wanted.if_range in (None, f'"{packed.sha256}"')
        by = f"officer {acting.officer}"
        return self.fetch_package(acting.authority, package, wanted.ranges if same else None, by=by)

    def _packed(self, acting: Acting, reference: str, package: str) -> Packed:
        self._mine(acting, reference)
        found = next((one for one in self.packages_of(acting.authority, reference) if one.package == package), None)
        if found is None:
            raise NoSuchPackage
        return found


def _filed_here(instrument: str) -> str:
    if instrument not in about_users() | {ILLEGAL}:
        raise NoSuchCase
    return instrument


def _told(clocks: tuple[OrderClock, ...]) -> tuple[OrderClock, ...]:
    return tuple(one for one in clocks if not one.id.startswith(_OF_HOLDS))


def _questions(row: Case) -> tuple[str, ...]:
    """What the newest answer asks, while the authority has the word."""
    if row.status != Status.CLARIFYING.value:
        return ()
    fields = answering.replies(row)[-1].document.fields
    said = next((str(fields[key]) for key in _QUESTIONS if fields.get(key)), "")
    return tuple(line for line in said.splitlines() if line.strip())


def _may(status: Status) -> tuple[str, ...]:
    """What the page offers; every command is refused below all the same where it does not fit."""
    offered = [] if status is Status.CLOSED else ["write"]
    if status is Status.CLARIFYING:
        offered.append("clarify")
    if status in BEFORE_ANYTHING_LEFT:
        offered.append("withdraw")
    return tuple(offered)
