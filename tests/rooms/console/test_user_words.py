"""Every code of a demand about users has its words, and every kind of entry about it a line of its own."""

from __future__ import annotations

from typing import Any

import pytest

from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.collection import HoldState
from comity.casefile.documents.disclosing import ContestState, Forum
from comity.casefile.documents.disclosure import FIELDS, Category, IdentifierKind
from comity.casefile.documents.emergency import ReviewOutcome
from comity.console import words, words_disclosures
from comity.console.forms_disclosures import letters
from comity.docket.codes import word
from comity.docket.procedure import Status
from comity.docket.sayings import says
from comity.law.asking import about_users, recordable
from comity.portal import words as portal

TERMS = {"categories": ["TRAFFIC", "CONTENT"], "ends_at": "2026-12-23T00:00:00Z"}
DECIDED = {"approvals": [{}, {}], "answer": "comply", "terms": [TERMS], "emergency": False}
BODIES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("disclosure_decision", DECIDED, "Decided by 2 person(s): comply, 1 grant(s): traffic data, content"),
    ("disclosure_decision", {**DECIDED, "emergency": True}, "as an emergency"),
    ("disclosure_decision", {**DECIDED, "answer": "refuse", "terms": []}, "refuse, nothing is granted"),
    ("draft_disclosure", {"disagreed_by": None, "answer": "object", "reasons": []}, "First approval: object"),
    ("draft_disclosure", {"disagreed_by": {"id": "x"}, "reasons": ["too", "long"]}, "disagreed: too long"),
    ("circumstances", {"facts": {"content.protected": "press"}, "source": "a page"}, "protected: press (a page)"),
    (
        "collection",
        {"grant": {"terms": TERMS}, "state": "performed", "rows": 2, "cut": {"field": 1, "file": 2}, "detail": ""},
        "2 row(s), 3 cut away",
    ),
    (
        "collection",
        {"grant": {"terms": TERMS}, "state": "failed", "rows": 0, "cut": {}, "detail": "away"},
        "failed: away",
    ),
    ("excess", {"adapter": "sql", "cut": {"outside_period": 4}}, "sql gave more than the grant; 4 cut away"),
    ("records_hold", {"state": "placed", "preservation": {"terms": TERMS}, "because": ""}, "stands, until 2026-12-23"),
    ("records_hold", {"state": "released", "preservation": {"terms": TERMS}, "because": "refused"}, ": refused"),
    ("redaction", {"fields": ["ip"], "rows": 3, "regions": [], "because": "Art 5"}, "fields ip, 3 row(s): Art 5"),
    ("redaction", {"fields": [], "rows": 0, "regions": [{}], "because": "Art 5"}, "1 region(s) made black"),
    ("release", {"parts": [{}], "because": ""}, "let go: 1 data set(s)"),
    ("release", {"parts": [], "because": "wrong"}, "must not leave: wrong"),
    ("contest", {"forum": "court", "state": "upheld", "reasons": "void"}, "a court: the order was set aside: void"),
    (
        "disclosure_package",
        {"file": {"name": "p.age", "size": 9}, "encrypted_to": "age x", "available_until": None},
        "p.age, 9 bytes, encrypted to age x",
    ),
    (
        "disclosure_package",
        {"file": {"name": "p", "size": 9}, "encrypted_to": "age x", "available_until": "2027"},
        "until 2027",
    ),
    ("emergency_review", {"outcome": "forged", "reasons": "nobody sent it"}, "forged: nobody sent it"),
    ("supervisor_call", {"number": "+33", "supervisor": "B", "confirmed": True}, "+33, B: confirmed"),
    ("supervisor_call", {"number": "+33", "supervisor": "B", "confirmed": False}, "not confirmed"),
    ("cost_note", {"state": "claimed", "amount": "240.00", "currency": "EUR", "what": "hours"}, "240.00 EUR, hours"),
)


@pytest.mark.parametrize(("kind", "body", "shown"), BODIES, ids=[f"{n}-{one[0]}" for n, one in enumerate(BODIES)])
def test_an_entry_says_what_it_is(kind: str, body: dict[str, Any], shown: str) -> None:
    assert shown in says(kind, body)
    assert says(kind, body) != word(kind)


@pytest.mark.parametrize("kind", sorted({kind for kind, _body, _shown in BODIES}))
def test_an_entry_that_is_erased_or_strange_says_no_more_than_its_kind(kind: str) -> None:
    assert says(kind, {}).endswith("erased")
    assert says(kind, {"strange": "<script>"}) == word(kind)


def test_every_code_has_its_words() -> None:
    fields = {name for names in FIELDS.values() for name in names}
    answers = {str(value) for name in about_users() for one in recordable(name).values() for value in one.answers}
    letter_keys = {key for name in about_users() for keys in letters(name).values() for key in keys}
    known: tuple[tuple[set[str], Any], ...] = (
        ({one.value for one in Category}, words_disclosures.CATEGORY),
        ({one.value for one in IdentifierKind}, words_disclosures.IDENTIFIER),
        ({one.value for one in HoldState}, words_disclosures.HOLD),
        ({one.value for one in Forum}, words_disclosures.FORUM),
        ({one.value for one in ContestState}, words_disclosures.CONTEST),
        ({one.value for one in Proposal}, words_disclosures.CONSEQUENCE),
        ({one.value for one in ReviewOutcome}, words_disclosures.REVIEW_OUTCOME),
        (fields, words_disclosures.FIELD),
        (answers, words_disclosures.FACT),
        (letter_keys, words_disclosures.LETTER),
        ({one.value for one in Status}, words.STATUS),
        ({kind for kind, _body, _shown in BODIES}, words.ENTRY),
    )
    assert [codes - set(found) for codes, found in known if codes - set(found)] == []
    assert all(portal.label("status", one.value) != one.value for one in (Status.COLLECTED, Status.CONTESTING))
