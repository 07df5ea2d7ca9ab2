"""Answers to demands about users: Annex III of Regulation (EU) 2023/1543, and letters where the law prescribes no form.

Everything said comes from the record: findings are said in the authority's language by the law room, what persons wrote
stands as they wrote it. Pure: nothing is typeset, sealed or sent here; ``Delivery.prepare`` takes what is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Literal

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.delivery.checking import EVIDENCE_3, complete
from comity.delivery.letters import Letter, letter_definition, statement
from comity.delivery.rules import Filled, Particulars
from comity.delivery.user_words import words_in
from comity.law import LawError, instrument, say

_LAWS = {"EPOC": "eu-eevidence-production", "EPOC_PR": "eu-eevidence-preservation"}


class PartOutcome(StrEnum):
    """What became of one identifier and one category."""

    PRODUCED = "PRODUCED"
    NOTHING_STORED = "NOTHING_STORED"
    """The same for an account that does not exist and for one without such data in the period."""
    WITHHELD = "WITHHELD"
    LATER = "LATER"
    """Decided about later: not among what an emergency lets go first."""


@dataclass(frozen=True)
class PartAnswer:
    """One line of the answer: one identifier as the demand names it, one category, and why it is not produced."""

    identifier: str
    """Its number on the form."""
    value: str
    category: str
    """As ``law.parts`` or the grant names it, in either case of letters."""
    outcome: PartOutcome
    reasons: tuple[str, ...] = ()
    """Boxes of Annex III, Section D."""
    why: tuple[str, ...] = ()
    """Sentences of findings, in English."""


@dataclass(frozen=True)
class Certificate:
    """What Annex III says about the certificate and about us, beside the particulars of every answer."""

    concerns: Literal["EPOC", "EPOC_PR"]
    validating_authority: str = ""
    file_no_validating: str = ""
    date_of_issue: str = ""
    enforcing_authority: str = ""
    contact_person: str = ""
    post: str = ""
    address: str = ""
    tel: str = ""


@dataclass(frozen=True)
class Grounds:
    """What Annex III says beside the table of identifiers. Sentences of findings are in English."""

    preserved: bool
    reasons: tuple[str, ...] = ()
    """Boxes that stand against the certificate as a whole (``Judgement.reasons``)."""
    why: tuple[str, ...] = ()
    """Sentences of the findings behind them."""
    remarks: str = ""
    """What the deciding person wrote."""
    questions: tuple[str, ...] = ()
    """Section F."""
    section_e: Mapping[str, str] = field(default_factory=dict)
    """``law.conflicts.section_e``, completed by a person; mandatory with the box of Article 17. What is still marked as
    unconfirmed is left out.
    """


@dataclass(frozen=True)
class Said:
    """What a letter states beside its kind; an empty value is a missing one. Keys are those of ``letters.yaml``."""

    instrument: str
    """The law that the demand names."""
    why: tuple[str, ...] = ()
    """Sentences of findings, in English; said before what a person wrote."""
    parts: tuple[PartAnswer, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further fields: instants as RFC 3339, ``files`` as ``{name, size, sha512}``, ``amounts`` as ``{what, provision,
    amount, currency}``.
    """


def annex_three(
    who: Particulars,
    certificate: Certificate,
    grounds: Grounds,
    answered: Sequence[PartAnswer],
    at: Instant,
    *,
    language: str,
) -> Filled:
    """Annex III: why the certificate is not executed, or not for every identifier and category.

    Raises ``MissingField`` (naming the key), or ``UnfittingReason`` for a box that the kind of certificate has not.
    """
    words = words_in(language)
    law = _LAWS[certificate.concerns]
    withheld = [one for one in answered if one.outcome is not PartOutcome.PRODUCED]
    reasons = [*grounds.reasons, *(reason for one in withheld for reason in one.reasons)]
    explanation = [say(one, language, law) for one in grounds.why]
    explanation += [grounds.remarks, *_placed(withheld, language, law)]
    fields = {
        **_section_b(who, certificate),
        "D.reasons": list(dict.fromkeys(reasons)),
        "D.identifiers": list(dict.fromkeys(one.identifier for one in withheld)),
        "D.explanation": _lines(explanation),
        **{key: _told(text, language, law) for key, text in _confirmed(grounds.section_e).items()},
        "F.information_required": _lines([say(one, language, law) for one in grounds.questions]),
        "G.preservation": "PRESERVED" if grounds.preserved else "NOT_PRESERVED",
        **_section_h(who, certificate, at, words.signature),
        "parts": [_row(one, language, law) for one in answered],
        "language": words.language,
        "head": {"annex": words.annex, "subtitle": words.articles, "instrument": words.regulation},
    }
    return complete(Filled(EVIDENCE_3, {key: value for key, value in fields.items() if value}))


def letter(kind: Letter, who: Particulars, said: Said, at: Instant, *, language: str) -> Filled:
    """A letter of this house. Raises ``MissingField`` (naming the key) for what its kind must state and does not."""
    words = words_in(language)
    title = say(_title(said.instrument), language, said.instrument)
    common = {key: value.strip() if isinstance(value, str) else value for key, value in asdict(who).items()}
    written = str(said.more.get("explanation", ""))
    definition = letter_definition(kind.form)
    fields = {
        **common,
        **{key: _told(value, language, said.instrument) for key, value in said.more.items()},
        "order_received_at": str(who.order_received_at or ""),
        "instrument_title": title,
        "statement": statement(kind, language),
        "explanation": _lines([*(say(one, language, said.instrument) for one in said.why), written]),
        "parts": [_row(one, language, said.instrument) for one in said.parts],
        "date": str(at)[:10],
        "signature": words.signature.format(name=who.hsp_name) if who.hsp_name else "",
        "language": words.language,
        "head": {"annex": words.letter, "subtitle": title, "instrument": str(who.hsp_name)},
    }
    known = {one.key for section in definition.sections for one in section.fields} | {"language", "head"}
    return complete(Filled(kind.form, {key: value for key, value in fields.items() if value and key in known}))


def objection_fields(section_e: Mapping[str, str]) -> dict[str, str]:
    """Section E of Annex III as the fields of a letter of objection under another law."""
    names = {"E.title_of_law": "law_title", "E.provisions": "law_provisions"}
    found = _confirmed(section_e)
    return {names.get(key, key.removeprefix("E.")): text for key, text in found.items() if key != "E.nature"}


def _confirmed(section_e: Mapping[str, str]) -> dict[str, str]:
    """What is not confirmed is said to no authority before a person has written it anew."""
    return {key: text for key, text in section_e.items() if "(unconfirmed)" not in text}


def _section_b(who: Particulars, certificate: Certificate) -> Json:
    return {
        "A.concerns": certificate.concerns,
        "B.issuing_authority": _plain(who.issuer),
        "B.file_no_issuing": _plain(who.issuer_file_ref),
        "B.validating_authority": _plain(certificate.validating_authority),
        "B.file_no_validating": _plain(certificate.file_no_validating),
        "B.date_of_issue": _plain(certificate.date_of_issue),
        "B.received_at": str(who.order_received_at or ""),
        "B.enforcing_authority": _plain(certificate.enforcing_authority),
        "C.addressee": _plain(who.addressee),
        "C.addressee_file_no": _plain(who.addressee_file_ref),
    }


def _section_h(who: Particulars, certificate: Certificate, at: Instant, signature: str) -> Json:
    name = _plain(who.hsp_name) or _plain(who.legal_representative_name)
    return {
        "H.name": name,
        "H.contact_person": _plain(certificate.contact_person),
        "H.post": _plain(certificate.post),
        "H.address": _plain(certificate.address),
        "H.tel": _plain(certificate.tel),
        "H.email": _plain(who.contact_email),
        "H.authorised_person": _plain(who.authorised_person),
        "H.date": str(at)[:10],
        "H.signature": signature.format(name=name) if name else "",
    }


def _placed(withheld: Sequence[PartAnswer], language: str, law: str) -> list[str]:
    """Each reason once, with the identifiers and categories that it concerns."""
    words, found = words_in(language), dict[str, list[str]]()
    for one in withheld:
        place = f"{words.identifier} {one.identifier}, {words.categories.get(one.category.upper(), one.category)}"
        for sentence in one.why:
            found.setdefault(say(sentence, language, law), []).append(place)
    return [f"{sentence} ({'; '.join(dict.fromkeys(places))})" for sentence, places in found.items()]


def _row(one: PartAnswer, language: str, law: str) -> Json:
    return {
        "identifier": one.identifier,
        "value": one.value,
        "category": one.category.upper(),
        "outcome": one.outcome.value,
        "reasons": list(one.reasons),
        "why": [say(sentence, language, law) for sentence in one.why],
    }


def _told(value: Any, language: str, law: str) -> Any:
    """A text of the law's own in the reader's language; what the law does not know stays as it was written."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return _lines([say(one, language, law) for one in value])
    return say(value.strip(), language, law) if isinstance(value, str) else value


def _title(identifier: str) -> str:
    try:
        return instrument(identifier).title
    except LawError:
        return identifier


def _plain(text: str | None) -> str:
    return (text or "").strip()


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))
