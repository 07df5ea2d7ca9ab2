"""What an authority can be enrolled as, and under which instruments it may file then. Data."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import yaml

OLD: Final = frozenset({"12(1)(a)", "12(1)(b)", "12(1)(c)", "12(1)(d)"})
"""The roles of Article 12(1) of Regulation (EU) 2021/784: the only ones that programs before these rows can read."""


@dataclass(frozen=True)
class RoleRow:
    """One role."""

    id: str
    files: frozenset[str]
    """The instruments under which it lets an authority file."""
    union: bool
    """Whether only authorities of Member States of the Union have it."""
    citations: tuple[str, ...]
    certainty: str
    meaning: str


@functools.cache
def roles() -> Mapping[str, RoleRow]:
    """Every role by its identifier, in the order of the file."""
    return {
        row["id"]: RoleRow(**{**row, "files": frozenset(row["files"]), "citations": tuple(row["citations"])})
        for row in _data()["roles"]
    }


@functools.cache
def member_states() -> tuple[str, ...]:
    """The Member States of the Union, by ISO 3166-1 alpha-2."""
    return tuple(_data()["union"])


def _data() -> Any:
    return yaml.safe_load(resources.files("comity.registry").joinpath("roles.yaml").read_text(encoding="utf-8"))


def may_file(held: Iterable[str]) -> frozenset[str]:
    """The instruments under which an authority with these roles may file. A role that no row knows gives nothing."""
    return frozenset().union(*(roles()[one].files for one in held if one in roles()))


def needed(instrument: str) -> tuple[RoleRow, ...]:
    """The roles that cover an instrument; none for one that nobody may file under."""
    return tuple(row for row in roles().values() if instrument in row.files)
