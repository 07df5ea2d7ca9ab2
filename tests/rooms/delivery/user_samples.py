"""Answers about users that the tests of this folder share."""

from __future__ import annotations

from answer_samples import RECEIVED, who

from comity.delivery.letters import Letter
from comity.delivery.user_answers import Certificate, Grounds, PartAnswer, PartOutcome

WHO = who(issuer="Tribunal judiciaire de Paris", issuer_file_ref="PT-2026-1187", addressee_file_ref="C-42")
EPOC = Certificate("EPOC", date_of_issue="2026-11-22", enforcing_authority="Generalstaatsanwaltschaft Berlin")
EPOC_PR = Certificate("EPOC_PR")
NO_THRESHOLD = "The certificate ticks no reason why the offence reaches traffic data or content."
GIVEN = PartAnswer("1", "anna.k@board.example", "SUBSCRIBER", PartOutcome.PRODUCED)
NOT_GIVEN = PartAnswer(
    "1", "anna.k@board.example", "TRAFFIC", PartOutcome.WITHHELD, ("OFFENCE_NOT_COVERED",), (NO_THRESHOLD,)
)
NOTHING = PartAnswer("2", "@marc:board.example", "USER_ID", PartOutcome.NOTHING_STORED, ("NOT_STORED",))
PARTS = (GIVEN, NOT_GIVEN, NOTHING)
PLAIN = Grounds(preserved=True, remarks="Marked by a person.")
FILES = [{"name": "data/subscriber.csv", "size": 2048, "sha512": "ab" * 64}]
COSTS = [{"what": "Search of archives", "provision": "18 USC 2706", "amount": "240.00", "currency": "USD"}]
_LAW = {
    "law_title": "Stored Communications Act",
    "law_provisions": "18 USC 2702(a)",
    "why_applicable": "We are under it.",
    "why_conflicting": "It forbids this.",
}
MORE = {
    Letter.ACKNOWLEDGEMENT: {"preserved_since": str(RECEIVED)},
    Letter.CLARIFICATION: {"questions": ["Which account?", "Which time zone?"], "preservation": "PRESERVED"},
    Letter.PARTIAL: {"explanation": "In part."},
    Letter.NO_DATA: {},
    Letter.REFUSAL: {"explanation": "We are no host of this service.", "provisions": "18 USC 2703(d)"},
    Letter.OBJECTION: {**_LAW, "preservation": "PRESERVED"},
    Letter.REFERRAL: {"route": "Refer to mutual legal assistance", "explanation": "x", "preservation": "NOT_PRESERVED"},
    Letter.CHALLENGE: {
        "court": "US District Court",
        "filed_at": str(RECEIVED),
        "explanation": "x",
        "provisions": "18 USC 2703(h)",
    },
    Letter.COSTS: {"amounts": COSTS, "total": "240.00 USD"},
    Letter.COVER: {
        "files": FILES,
        "package": "C-42.asice.age",
        "package_digest": "ef" * 64,
        "encrypted_to": "age: age1example",
    },
    Letter.EFFECT: {
        "effect_given": "PARTIAL",
        "effect_reason": "NOT_FOUND",
        "effect_at": str(RECEIVED),
        "territory": "FR",
        "each_address": "https://board.example/p/1: —",
    },
    Letter.WRITTEN: {
        "released_at": str(RECEIVED),
        "written_due_at": "2026-11-28T02:13:00+01:00",
        "provisions": "18 USC 2702(b)(8)",
    },
}
"""What each kind of letter must state, beside the table of identifiers."""
