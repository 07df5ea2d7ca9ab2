"""What a machine is shown of a case: data, read once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import yaml

ETSI = "ETSI"
_TYPES: Mapping[str, tuple[str, str, str]] = {
    "AuthorisationObject": ("authorisation", "AuthorisationStatus", "AuthorisationStatus"),
    "LDTaskObject": ("disclosure", "Status", "LDTaskStatus"),
    "LPTaskObject": ("preservation", "Status", "LPTaskStatus"),
}
"""By type of object: the column of the table, the member that shows it, the dictionary that its value is of."""


@dataclass(frozen=True)
class Shown:
    """One row of the table."""

    authorisation: str
    disclosure: str
    preservation: str
    says: str = ""
    """In words, for a notice; where there are none, nothing new is to be told."""

    def of(self, kind: str) -> str:
        """The status of an object of this type; empty for those that have none."""
        return str(getattr(self, _TYPES[kind][0])) if kind in _TYPES else ""


@dataclass(frozen=True)
class Table:
    """The whole of it."""

    rows: Mapping[str, Shown]
    terminal: frozenset[str]


@functools.cache
def table() -> Table:
    """The table of statuses."""
    text = (resources.files(__package__) / "statuses.yaml").read_text("utf-8")
    held = yaml.safe_load(text)
    return Table({name: Shown(**row) for name, row in held["statuses"].items()}, frozenset(held["terminal"]))


def member(kind: str, case_status: str) -> dict[str, dict[str, str]]:
    """The member that shows an object's status, as a dictionary's entry; none for documents."""
    if kind not in _TYPES:
        return {}
    _, name, dictionary = _TYPES[kind]
    return {name: {"Owner": ETSI, "Name": dictionary, "Value": table().rows[case_status].of(kind)}}
