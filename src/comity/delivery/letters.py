"""Letters to authorities where the law prescribes no form: their definitions, read once from ``letters.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from comity.delivery.errors import UnknownForm
from comity.delivery.forms import FormDefinition

PREFIX = "letter-"
VERSION = "2026-11-29.1"
_OURS = "this house's own letter"


class Letter(StrEnum):
    """What a letter says to a demand about users."""

    ACKNOWLEDGEMENT = "acknowledgement"
    """Received, and kept from deletion."""
    CLARIFICATION = "clarification"
    PARTIAL = "partial"
    """Beside a package: what is not in it, and why."""
    NO_DATA = "no_data"
    """Beside a package without a row."""
    REFUSAL = "refusal"
    OBJECTION = "objection"
    """The law of another country stands against it."""
    REFERRAL = "referral"
    """Another route is the lawful one: mutual legal assistance, an executive agreement."""
    CHALLENGE = "challenge"
    COSTS = "costs"
    COVER = "cover"
    """Goes with a package and lists its files."""
    EFFECT = "effect"
    """To an order about content of another law than 2021/784: which effect was given, and if and when."""
    WRITTEN = "written"
    """After an emergency release: the written demand is due."""

    @property
    def form(self) -> str:
        """Its name among forms."""
        return PREFIX + self.value


@cache
def letter_definition(form: str) -> FormDefinition:
    """A letter as a form of this house; raises ``UnknownForm``."""
    book = _book()
    said = book["letters"].get(form.removeprefix(PREFIX)) if form.startswith(PREFIX) else None
    if said is None:
        raise UnknownForm(form)
    must = ["statement", *said["must"]]
    wanted = {"A": book["always"]["A"], "B": [*must, *said["may"], "remarks"], "C": book["always"]["C"]}
    optional = {*said["may"], "remarks"}
    title = dict(said["title"])
    return FormDefinition.model_validate(
        {
            "form": form,
            "version": VERSION,
            "title": title.pop("en"),
            "labels": title,
            "citation": _OURS,
            "certainty": "official",
            "sections": [
                {"id": part, **book["sections"][part], "fields": [_field(key, optional) for key in keys]}
                for part, keys in wanted.items()
            ],
        }
    )


def statement(letter: Letter, language: str) -> str:
    """The sentence with which a letter of this kind opens; English where there is no other."""
    said: Mapping[str, str] = _book()["letters"][letter.value]["statement"]
    return said.get(language, said["en"])


def _field(key: str, optional: set[str]) -> dict[str, Any]:
    required = "no" if key in optional else "yes"
    return {"key": key, "certainty": "official", "required": required, **_book()["fields"][key]}


@cache
def _book() -> dict[str, Any]:
    text = (resources.files("comity.delivery") / "letters.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = yaml.safe_load(text)
    return book
