"""A certificate that nothing is wrong with, over HI-1, in a house whose records are there: up to its package."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyrage

from support import hi1, orders
from support.asking import SERVICES
from support.hi1 import asked, certificate, document, entry, identifier, task

if TYPE_CHECKING:
    from support.machines import House

AUTHORISATION, TASK = identifier(100), identifier(101)
ON_PAPER = {
    "B": {"addressee": "Example Board SAS, Paris", "addressee_kind": "DESIGNATED_ESTABLISHMENT"},
    "G": {
        "case_kind": "CRIMINAL_PROCEEDINGS",
        "offence": "Escroquerie (article 313-1)",
        "addressed_as": "CONTROLLER",
        "threshold": "THREE_YEARS",
    },
}
IN_AUGUST = ("2026-08-20T00:00:00.000000+02:00", "2026-08-29T00:00:00.000000+02:00")


@contextmanager
def with_records(night: Any) -> Iterator[House]:
    """A house with HI-1 open, whose records know one account."""
    from comity.docket.desk import Docket
    from comity.docket.disclosing import Disclosing
    from comity.docket.jobs import jobs
    from comity.law import parse_provider
    from support.machines import House
    from support.records import Shelf, login, person

    def rows() -> Any:
        yield person()
        yield login("2026-08-19T21:59:59Z")
        yield login("2026-08-21T10:00:00Z")
        yield login("2026-08-28T10:00:00Z", ip="192.0.2.2")
        yield login("2026-08-22T10:00:00Z", of="alice2")

    disclosing = Disclosing(records=Shelf(rows, holds=True), sealer=night.parts.delivery._seal)
    night.parts = replace(night.parts, provider=parse_provider(SERVICES), disclosing=disclosing)
    night.docket, night.jobs = Docket(night.parts), jobs(night.parts)
    with House.of(night) as opened:
        yield opened


def epoc() -> Any:
    """A certificate that nothing is wrong with, its sections D, G and H on a PDF with fields."""
    paper = base64.b64encode(orders.as_fields_pdf(ON_PAPER)).decode()
    soon = entry("EPOCPriority", "TenDaysASAP")
    return certificate(1, hi1.authorisation(AuthorisationPriority=soon), task(**timed("alice")), document(paper))


def timed(account: str) -> dict[str, Any]:
    """A task for this account's traffic in ten days of August."""
    return asked(account, StartTime=IN_AUGUST[0], EndTime=IN_AUGUST[1], Type=entry("RequestType", "TrafficData"))


def key_enrolled(house: House) -> pyrage.x25519.Identity:
    """The key to which the court's packages are encrypted."""
    staff, docket = house.staff, house.night.docket
    key = pyrage.x25519.Identity.generate()
    public = str(key.to_public()).encode()
    credential = docket.enrol_encryption_key(staff.anna, house.court.authority, key=public, label="age")
    docket.confirm_certificate(staff.ben, credential)
    return key


def comply(house: House) -> None:
    """Give what is proposed, look at it, let it go: the package is made, and the answer has gone out."""
    from comity.docket.disclosures.desk import Answered

    (case,), docket, staff = house.cases(), house.night.docket, house.staff
    proposed = frozenset(one.key for one in docket.disclosure(case.id.hex, staff.mia).pieces if one.proposed)
    docket.answer_demand(case.id.hex, staff.mia, Answered("comply", proposed))
    docket.agree_to_answer(case.id.hex, staff.ben)
    house.night.work_on()
    docket.let_go(case.id.hex, staff.mia, seen=docket.disclosure(case.id.hex, staff.mia).leaves)
