"""Under which law a form asks, and by which reference. What no form is known by stays a removal order that is faulty.

An authority may say its law (``instrument``); otherwise the form says it by its fields. Whoever reads is a person in
the end: an order that is taken for another law's is found so by that law's own questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.law.asking import about_users
from comity.law.assessing import recognise
from comity.law.errors import UnusableOrderError

REMOVAL = "eu-tco"
ILLEGAL = "eu-dsa-art9"
"""An order of another law to act against content (2022/2065 Art 9)."""
_REFERENCES = ("order_reference", "A.file_no_issuing", "reference")
_STATES = ("issuing_member_state", "A.issuing_state", "issuing_state")
_NAMES = ("issuer.name", "A.issuing_authority", "authority")
Stated = tuple[str, str]
"""A field and what it says."""


def instrument_of(form: Mapping[str, Any]) -> str:
    """The instrument of a form: one about users, the order against illegal content, or the removal order."""
    try:
        found = recognise(form)
    except UnusableOrderError:
        return REMOVAL
    return found if found in about_users() or found == ILLEGAL else REMOVAL


def asks_about_users(form: Mapping[str, Any]) -> bool:
    """Whether a form is that of a demand about users."""
    return instrument_of(form) in about_users()


def stated_reference(form: Mapping[str, Any]) -> str:
    """The authority's own reference as it is written; empty where there is none, or no text."""
    return _stated(form, _REFERENCES)[1]


def issuer_stated(form: Mapping[str, Any]) -> tuple[Stated, Stated]:
    """The State and the authority that a form names as its issuer, each with its field; empty where it names none."""
    return _stated(form, _STATES), _stated(form, _NAMES)


def _stated(form: Mapping[str, Any], keys: tuple[str, ...]) -> Stated:
    """The first of some fields that says something; a field of a section may stand in it or under its whole name."""
    for key in keys:
        head, _, inner = key.partition(".")
        section = form.get(head)
        found = section.get(inner) if inner and isinstance(section, Mapping) else form.get(key)
        if isinstance(found, str) and found.strip():
            return key, found.strip()
    return keys[0], ""
