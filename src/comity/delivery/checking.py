"""No form leaves with a mandatory field empty, whichever law or house it comes from."""

from __future__ import annotations

from comity.delivery.errors import MissingField, UnfittingReason
from comity.delivery.forms import FormDefinition
from comity.delivery.letters import PREFIX, letter_definition
from comity.delivery.rules import Filled, checked

EVIDENCE_3 = "evidence-annex-3"
"""Annex III of Regulation (EU) 2023/1543; ``annex-3`` is that of Regulation (EU) 2021/784."""
ASKS = frozenset({"INCOMPLETE", "MANIFEST_ERROR", "INSUFFICIENT_INFO"})
"""Boxes with which something is asked of the issuing authority (Section F)."""
_CONFLICT = "THIRD_COUNTRY_CONFLICT"
_SECTION_E = ("E.title_of_law", "E.provisions", "E.nature", "E.why_applicable", "E.why_conflicting")
_PRODUCTION_ONLY = frozenset({"OFFENCE_NOT_COVERED"})
"""Article 16(5), on preservation, has no such ground."""


def definition_of(form: str) -> FormDefinition:
    """The definition of any form that this room fills; raises ``UnknownForm``."""
    if form == EVIDENCE_3:
        return FormDefinition.of("annex-3", "eu-eevidence-production").model_copy(update={"form": EVIDENCE_3})
    return letter_definition(form) if form.startswith(PREFIX) else FormDefinition.of(form)


def complete(filled: Filled) -> Filled:
    """The same form, if every mandatory field has a value; raises ``MissingField`` for the first that has none."""
    if filled.form != EVIDENCE_3 and not filled.form.startswith(PREFIX):
        return checked(filled)
    definition = definition_of(filled.form)
    for section in definition.sections:
        for field in section.fields:
            if field.required == "yes":
                _require(filled, field.key, f"{definition.citation}, Section {section.id}")
    if filled.form == EVIDENCE_3:
        _coherent(filled)
    return filled


def _coherent(filled: Filled) -> None:
    """What one section of Annex III asks of another."""
    reasons = set(filled.fields["D.reasons"])
    strange = reasons - {
        option.value
        for section in definition_of(EVIDENCE_3).sections
        for field in section.fields
        if field.key == "D.reasons"
        for option in field.options
    }
    if filled.fields["A.concerns"] == "EPOC_PR":
        strange |= reasons & _PRODUCTION_ONLY
    if strange:
        raise UnfittingReason(", ".join(sorted(strange)))
    if reasons & ASKS:
        _require(filled, "F.information_required", "2023/1543 Art 10(6), Art 11(5)")
    for key in _SECTION_E if _CONFLICT in reasons else ():
        _require(filled, key, "2023/1543 Art 17(2)")


def _require(filled: Filled, key: str, provision: str) -> None:
    value = filled.fields.get(key)
    if not (value.strip() if isinstance(value, str) else value):
        raise MissingField(filled.form, key, provision)
