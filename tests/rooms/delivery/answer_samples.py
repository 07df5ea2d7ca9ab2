"""Answers that the tests of this folder share."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.delivery.forms import FormDefinition
from comity.delivery.rules import Filled, Ground, Particulars, UrlOutcome, UrlResult
from comity.delivery.typesetting import Typesetter

AT = Instant.parse("2026-11-23T02:41:07+01:00")
RECEIVED = Instant.parse("2026-11-23T02:13:00+01:00")
MEASURED = Instant.parse("2026-11-23T02:13:04.250000+01:00")
WHO = {
    "addressee": "Example Board SAS, 12 rue de la Paix, 75002 Paris",
    "issuer": "Bundeskriminalamt, Referat ST 35",
    "issuer_file_ref": "ST35-2026-004711",
    "addressee_file_ref": "9f2c7d0e41b84c6a",
    "order_received_at": RECEIVED,
    "authorised_person": "Anna Keller",
    "contact_email": "orders@board.example",
    "hsp_name": "Example Board SAS",
    "main_establishment_ms": "FR",
}
DONE = UrlResult("https://board.example/p/1", UrlOutcome.DISABLED_ALL_MS, MEASURED)
GONE = UrlResult("https://board.example/p/2", UrlOutcome.REMOVED, MEASURED)
NOT_FOUND = UrlResult(
    "https://board.example/p/404",
    UrlOutcome.NOT_EXECUTED,
    None,
    (Ground.INSUFFICIENT_INFORMATION,),
    "No content was ever published under this address.",
    "Please state the exact address, or the account and the time of publication.",
)


def who(**changes) -> Particulars:
    return Particulars(**(WHO | changes))


def typeset(typesetter: Typesetter, filled: Filled, language: str = "en") -> bytes:
    return typesetter.typeset(
        FormDefinition.of(filled.form), filled.fields, at=AT, reference="ST35-2026-004711", language=language
    )
