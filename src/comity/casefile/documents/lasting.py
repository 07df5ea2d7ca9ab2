"""What becomes of each kind of document when the period of its case or file is over. Every kind is declared here.

A document that is *erased* loses its salt and body; its leaf and the certificate remain. *Accounts* name people or
addresses and stay all the same: by them the provider shows an authority, a court, an overseer or the person concerned
what was asked, decided and done. The rest names nobody.
"""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """The three ways."""

    ERASED = "erased"
    """Personal, and not needed once the period is over."""
    ACCOUNT = "account"
    """Personal, and kept: the account of what was asked, decided and done."""
    PLAIN = "plain"
    """Names no person and no content."""


FATES: dict[str, tuple[Fate, str]] = {
    # -- erased --
    "advance_information": (Fate.ERASED, "an officer's words; that and when they came stays in the leaf and the row"),
    "answer_draft": (Fate.ERASED, "a form that was never sent, with names and addresses"),
    "case_note": (Fate.ERASED, "free words about a case: who wrote, what a mail server said of whom"),
    "clarification": (Fate.ERASED, "a letter's words; what it changed stands in the demand as it reads now"),
    "complaint": (Fate.ERASED, "the content provider's own words"),
    "detection": (Fate.ERASED, "an item and its account; what was decided about it stays in the decision"),
    "message_answer": (Fate.ERASED, "what a machine's message was answered; its identifier stays in the row"),
    "message_object": (Fate.ERASED, "what a machine put with us; what counts of it stands in the demand"),
    "message": (Fate.ERASED, "what officers and staff wrote to one another"),
    "notice": (Fate.ERASED, "the content provider's account and what they were told"),
    "transcription": (Fate.ERASED, "an order typed in; the demand as it reads now has what counts of it"),
    # -- accounts --
    "access": (Fate.ACCOUNT, "who opened what, and why: an overseer's proof that nobody opened more"),
    "act": (Fate.ACCOUNT, "what was done to which address"),
    "assessment": (Fate.ACCOUNT, "why the order was or was not executable"),
    "bank": (Fate.ACCOUNT, "which of our people made or changed a bank"),
    "bank_entry": (Fate.ACCOUNT, "which of our people listed what, or switched it off"),
    "bank_export": (Fate.ACCOUNT, "which of our people gave a bank out"),
    "bank_import": (Fate.PLAIN, "that a list came, how long it was and its digest"),
    "bank_opinion": (Fate.ACCOUNT, "which of our people confirmed or disputed a signal"),
    "breach_decision": (Fate.ACCOUNT, "who was told of a breach of personal data, or why nobody had to be"),
    "call_back": (Fate.ACCOUNT, "how the sender was proved"),
    "collection": (Fate.ACCOUNT, "which records of which account were collected under which grant"),
    "complaint_decision": (Fate.ACCOUNT, "how a complaint ended, and why (Article 10(2), Article 7(3)(d))"),
    "contact": (Fate.ACCOUNT, "staff: who could be called at night; the newest counts, none belongs to a case"),
    "cost_note": (Fate.ACCOUNT, "what a demand cost, and which of our people asked for it"),
    "custody": (Fate.ACCOUNT, "what became of each exhibit, up to its erasure"),
    "decision": (Fate.ACCOUNT, "what was decided, by whom, and why"),
    "demand": (Fate.ACCOUNT, "what was asked, by whom, over which channel: what every decision rests on"),
    "disclosure_decision": (Fate.ACCOUNT, "what about whom may leave, which persons signed it, and why"),
    "disclosure_package": (Fate.ACCOUNT, "what was given to whom, by its digests"),
    "circumstances": (Fate.ACCOUNT, "what our people found out about a demand, on which its decision rests"),
    "contest": (Fate.ACCOUNT, "that an order was contested, before whom, and how that ended"),
    "dismissal": (Fate.ACCOUNT, "why a demand came to nothing"),
    "draft_disclosure": (Fate.ACCOUNT, "who agreed or disagreed as the first and the second person"),
    "draft_decision": (Fate.ACCOUNT, "who agreed or disagreed as the first and the second person"),
    "emergency_review": (Fate.ACCOUNT, "whether a release was rightful, and which of our people looked"),
    "exchange": (Fate.ACCOUNT, "which of our people set up an exchange, or changed it"),
    "hunt": (Fate.ACCOUNT, "which of our people had what is stored searched, for what and why"),
    "hunt_step": (Fate.ACCOUNT, "how far a hunt came, in numbers, and which of our people let it go on"),
    "form_reply": (Fate.ACCOUNT, "what the authority was answered; of a threat to life, erased with its file"),
    "hand_off": (Fate.ACCOUNT, "which of our people handed an incident on"),
    "incident": (Fate.ACCOUNT, "which of our people declared an incident, and why"),
    "key_change": (Fate.ACCOUNT, "which two of our people changed a key"),
    "ladder": (Fate.ACCOUNT, "staff: who is called after whom"),
    "matching_rule": (Fate.ACCOUNT, "which two of our people made a rule"),
    "message_notice": (Fate.ACCOUNT, "which machine was told that its case moved, and whether it arrived"),
    "night_rule": (Fate.ACCOUNT, "which two of our people made a rule"),
    "page": (Fate.ACCOUNT, "which of our people was called, and whether they answered"),
    "receipt": (Fate.ACCOUNT, "that and how an answer arrived"),
    "records_hold": (Fate.ACCOUNT, "whose records were kept from deletion, on whose demand, and until when"),
    "redaction": (Fate.ACCOUNT, "who of our people left what out, and why"),
    "redaction_undone": (Fate.ACCOUNT, "who of our people gave after all what had been left out, and why"),
    "registry": (Fate.ACCOUNT, "who was proposed, agreed to and ended; of an application that came to nothing, erased"),
    "release": (Fate.ACCOUNT, "which of our people looked at what would leave, and let it go"),
    "review": (Fate.ACCOUNT, "which of our people took up a review, and what another advised"),
    "review_decision": (Fate.ACCOUNT, "what one of our people decided about a match, on which ground, and why"),
    "roster": (Fate.ACCOUNT, "staff: who was on call"),
    "scrutiny_decision": (Fate.ACCOUNT, "what an authority or a court decided about an order"),
    "secrecy": (Fate.ACCOUNT, "from when to when nothing was said, and on whose decision"),
    "standing_rule": (Fate.ACCOUNT, "which two of our people made a rule"),
    "supervisor_call": (Fate.ACCOUNT, "who vouched for an officer's emergency, at which number"),
    "threat": (Fate.ACCOUNT, "which of our people saw a threat to life, and told whom when"),
    "threat_recipient": (Fate.ACCOUNT, "which authority was told, and whether it arrived"),
    # -- plain --
    "alarm": (Fate.PLAIN, "that a case called for a person"),
    "case_move": (Fate.PLAIN, "a step of the procedure, in the machine's words"),
    "deadline": (Fate.PLAIN, "a clock"),
    "drill": (Fate.PLAIN, "that a case was an exercise"),
    "erasure": (Fate.PLAIN, "the certificate itself"),
    "excess": (Fate.PLAIN, "how much an adapter gave beyond a grant"),
    "exchange_fetch": (Fate.PLAIN, "that a part of a list was taken, and where the next begins"),
    "log_key_change": (Fate.PLAIN, "public"),
    "stamp": (Fate.PLAIN, "public"),
    "store_change": (Fate.PLAIN, "that a backup came back"),
}
"""Kind → its fate, and why."""

ERASED = frozenset(kind for kind, (fate, _why) in FATES.items() if fate is Fate.ERASED)
"""Kinds whose documents are erased with their case or file."""
