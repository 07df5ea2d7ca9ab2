"""Which forms answer an order, and what stands in them: Annex II for what was done, Annex III for the rest.

Keys and obligations are those of the annexes to Regulation (EU) 2021/784. Their wording was not checked against the
Official Journal [M]; the form says so beside each label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.delivery.errors import MissingField, NothingToAnswer

ANNEX_2 = "annex-2"
ANNEX_3 = "annex-3"
THREAT = "threat-to-life"
"""What authorities are told of a threat to life; a form of this house, for the provisions prescribe none."""


class UrlOutcome(StrEnum):
    """What became of one address. The first two are the boxes of Annex II, Section B."""

    REMOVED = "REMOVED"
    DISABLED_ALL_MS = "DISABLED_ALL_MS"
    NOT_EXECUTED = "NOT_EXECUTED"


class Ground(StrEnum):
    """Why an order was not executed: the boxes of Annex III, Section B(1)."""

    IMPOSSIBILITY = "FORCE_MAJEURE_OR_DE_FACTO_IMPOSSIBILITY"
    MANIFEST_ERRORS = "MANIFEST_ERRORS"
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION"


@dataclass(frozen=True)
class UrlResult:
    """What became of one address of the order, and when; for one not executed: why, and what is needed."""

    url: str
    outcome: UrlOutcome
    measure_at: Instant | None = None
    grounds: tuple[Ground, ...] = ()
    explanation: str = ""
    clarification: str = ""


@dataclass(frozen=True)
class Particulars:
    """Sections A and C: who answers whom about which order. An empty or absent value is a missing one."""

    addressee: str | None
    issuer: str | None
    issuer_file_ref: str | None
    addressee_file_ref: str | None
    order_received_at: Instant | None
    authorised_person: str | None
    contact_email: str | None
    hsp_name: str | None = None
    main_establishment_ms: str | None = None
    legal_representative_name: str | None = None
    representative_ms: str | None = None


@dataclass(frozen=True)
class Filled:
    """One form, ``annex-2``, ``annex-3``, ``threat-to-life``, ``evidence-annex-3`` or a letter, with every mandatory
    field.
    """

    form: str
    fields: Json


_SECTION_A = ("addressee", "issuer", "issuer_file_ref", "addressee_file_ref", "order_received_at")
_NAMES = ("hsp_name", "legal_representative_name")
_STATES = ("main_establishment_ms", "representative_ms")
_REQUIRED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    ANNEX_2: (
        ("Annex II, Section A", _SECTION_A),
        ("Annex II, Section B", ("measure", "measure_at")),
        ("Annex II, Section C", ("authorised_person", "contact_email", "date")),
    ),
    THREAT: (
        ("Art 14(5)", ("hsp_name", "home_member_state", "our_reference", "authorised_person", "contact_email")),
        ("Art 14(5)", ("decided_at", "grounds", "known_at", "explanation", "content_description", "told")),
    ),
    ANNEX_3: (
        ("Annex III, Section A", _SECTION_A),
        ("Annex III, Section B(1)", ("reason",)),
        ("Annex III, Section B(2)", ("explanation",)),
        ("Annex III, Section C", ("authorised_person", "contact", "signature", "datetime")),
    ),
}
_EITHER: dict[str, tuple[tuple[str, ...], ...]] = {ANNEX_2: (_NAMES, _STATES), ANNEX_3: (_NAMES,), THREAT: ()}


def answers(who: Particulars, results: Sequence[UrlResult], at: Instant) -> tuple[Filled, ...]:
    """The forms that answer an order: one Annex II for each measure taken, then one Annex III for all the rest.

    Each form carries the table of all addresses, so that the authority sees from any of them what became of each. The
    time in Section B is that of the last address of its group: only then was the measure complete. Raises
    ``MissingField`` (naming the key) or ``NothingToAnswer``.
    """
    if not results:
        raise NothingToAnswer
    addresses = [_address(number, result) for number, result in enumerate(results, start=1)]
    forms: list[Filled] = []
    for measure in (UrlOutcome.REMOVED, UrlOutcome.DISABLED_ALL_MS):
        group = [result for result in results if result.outcome is measure]
        if group:
            forms.append(checked(Filled(ANNEX_2, _annex_2(who, measure, group, at) | {"addresses": addresses})))
    rest = [result for result in results if result.outcome is UrlOutcome.NOT_EXECUTED]
    if rest:
        forms.append(checked(Filled(ANNEX_3, _annex_3(who, rest, at) | {"addresses": addresses})))
    return tuple(forms)


def checked(filled: Filled) -> Filled:
    """The same form, if every mandatory field has a value; raises ``MissingField`` for the first that has none."""
    for provision, keys in _REQUIRED[filled.form]:
        for key in keys:
            if not filled.fields.get(key):
                raise MissingField(filled.form, key, f"2021/784 {provision}")
    for keys in _EITHER[filled.form]:
        if not any(filled.fields.get(key) for key in keys):
            raise MissingField(filled.form, " or ".join(keys), f"2021/784 {_REQUIRED[filled.form][-1][0]}")
    asked = set(filled.fields.get("reason", ())) & {Ground.MANIFEST_ERRORS, Ground.INSUFFICIENT_INFORMATION}
    if asked and not filled.fields.get("errors_and_needed_clarification"):
        raise MissingField(filled.form, "errors_and_needed_clarification", "2021/784 Annex III, Section B(3)")
    return filled


def _common(who: Particulars) -> Json:
    fields = {key: value.strip() if isinstance(value, str) else value for key, value in asdict(who).items()}
    received = who.order_received_at
    return {key: value for key, value in fields.items() if value} | (
        {"order_received_at": str(received)} if received else {}
    )


def _annex_2(who: Particulars, measure: UrlOutcome, group: Sequence[UrlResult], at: Instant) -> Json:
    times = [result.measure_at for result in group if result.measure_at is not None]
    complete = str(max(times)) if len(times) == len(group) else ""
    return _common(who) | {"measure": measure.value, "measure_at": complete, "date": str(at)[:10]}


def _annex_3(who: Particulars, rest: Sequence[UrlResult], at: Instant) -> Json:
    fields = _common(who)
    contact = fields.pop("contact_email", "")
    name = fields.get("hsp_name") or fields.get("legal_representative_name") or ""
    for key in _STATES:
        fields.pop(key, None)
    grounds = {ground for result in rest for ground in result.grounds}
    if any(not result.grounds for result in rest):
        grounds = set()
    return fields | {
        "reason": [ground.value for ground in Ground if ground in grounds],
        "explanation": _once(result.explanation for result in rest),
        "errors_and_needed_clarification": _once(result.clarification for result in rest),
        "contact": contact,
        "signature": f"Electronic seal of {name} (PAdES)" if name else "",
        "datetime": str(at),
    }


def _once(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _address(number: int, result: UrlResult) -> Json:
    return {
        "number": number,
        "url": result.url,
        "outcome": result.outcome.value,
        "at": str(result.measure_at) if result.measure_at else "",
        "answered_by": ANNEX_3 if result.outcome is UrlOutcome.NOT_EXECUTED else ANNEX_2,
        "note": result.explanation.strip(),
    }


def thread_mark(pdf: str) -> str:
    """What the Message-ID of a form carries beside its entry: of the sealed PDF's digest the first sixteen digits.

    The log shows every entry; the PDF is known to us and to whom it was sent. So whoever names it was written to.
    """
    return pdf[:16]


def reference_of(fields: Json) -> str:
    """What the form goes by: the authority's own reference, else ours."""
    return str(fields.get("issuer_file_ref") or fields.get("B.file_no_issuing") or fields["our_reference"])
