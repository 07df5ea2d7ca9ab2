"""The rows of ``secrecy.yaml``, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from comity.casefile.documents.assessment import Certainty

FACTS: Mapping[str, tuple[str, ...]] = {
    "gag": ("none", "until", "ended", "endless"),
    "delay": ("none", "running", "over"),
    "effect": ("pending", "given"),
    "named": ("none", "ahead", "reached"),
    "criminal": ("yes", "no"),
    "kind": ("subpoena", "order_2703d", "warrant", "preservation_2703f", "emergency", "other"),
}
"""What a row may ask, and the answers there are."""


class Tell(StrEnum):
    """Whether the user may be told."""

    NEVER = "never"
    NOT_YET = "not_yet"
    NOW = "now"
    PERSON = "person"


class Row(BaseModel):
    """One rule. ``until`` names the fact whose instant ends the silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    when: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    tell: Tell
    until: str = ""
    citations: tuple[str, ...]
    certainty: Certainty
    why: str

    @field_validator("when", mode="before")
    @classmethod
    def _known(cls, raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        found = {fact: (wants,) if isinstance(wants, str) else tuple(wants) for fact, wants in raw.items()}
        for fact, wants in found.items():
            if not set(wants) <= set(FACTS.get(fact, ())):
                raise ValueError(f"{fact} is never {', '.join(wants)}")
        return found

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether the row speaks for these facts."""
        return all(facts[fact] in wants for fact, wants in self.when.items())


@cache
def rows() -> Mapping[str, tuple[Row, ...]]:
    """By instrument; the last row of each fits everything."""
    return {law: _flat(found) for law, found in _book()["laws"].items()}


def said(why: str, language: str) -> str:
    """A row's reason in a language; the English one where there is no other."""
    found: str = _book()["said"].get(why, {}).get(language.split("-", 1)[0].lower(), why)
    return found


@cache
def _book() -> dict[str, Any]:
    text = (resources.files("comity.transparency") / "secrecy.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = yaml.safe_load(text)
    return book


def _flat(found: list[Any]) -> tuple[Row, ...]:
    nested = [one if isinstance(one, list) else [one] for one in found]
    return tuple(Row.model_validate(row) for part in nested for row in part)
