"""What templates of incidents need beside ``console``."""

from __future__ import annotations

from django import template

from comity.docket.incident_types import IncidentType

register = template.Library()


@register.filter
def in_language(kind: IncidentType | None, language: str) -> str:
    """A type's label in the reader's language; nothing where it is configured no more."""
    return kind.named(language) if kind is not None else ""


@register.filter
def meaning_in(kind: IncidentType, language: str) -> str:
    """A type's meaning in the reader's language."""
    return kind.meant(language)
