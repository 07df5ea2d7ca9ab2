"""The shelf: each instrument's folder read once, checked, compiled and kept."""

from __future__ import annotations

import functools
import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ValidationError

from comity.law.errors import BrokenLawError, UnknownInstrumentError
from comity.law.evaluator import CompiledTable, Value
from comity.law.forms import CompiledForm, Form
from comity.law.model import Periods, Tables
from comity.law.periods import CompiledPeriod
from comity.law.readers import READERS
from comity.law.text import Article, parse
from comity.law.verdicts import Epoch

_SHELF = resources.files("comity.law.instruments")
INSTRUMENTS = {
    folder.name.replace("_", "-"): folder.name
    for folder in sorted(_SHELF.iterdir(), key=lambda found: found.name)
    if folder.joinpath("tables.yaml").is_file()
}
"""Identifier and folder of each law on the shelf: a folder with tables is a law."""


@dataclass(frozen=True)
class Instrument:
    """One law, ready to judge by. ``law_version`` names its date and the digest of every file it was read from."""

    id: str
    law_version: str
    tables: Tables
    periods: Mapping[str, CompiledPeriod]
    events: Mapping[str, str]
    forms: Mapping[str, CompiledForm]
    text: Mapping[str, Article]
    vectors: Mapping[str, Any]
    _epochs: dict[date, Epoch] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The law's name."""
        return self.tables.title

    @property
    def order_form(self) -> CompiledForm:
        """The form on which orders come."""
        return self.forms[self.tables.order_form]

    @functools.cached_property
    def days_of_change(self) -> tuple[date, ...]:
        """The first days of each state of the law, earliest first."""
        days = {self.tables.in_force_from}
        for row in (row for table in self.tables.tables for row in table.rows):
            days.update(day for day in (row.in_force_from, row.in_force_to) if day is not None)
        return tuple(sorted(days))

    @functools.cached_property
    def applies_from(self) -> datetime:
        """The first moment of the law's application."""
        return datetime.combine(self.tables.in_force_from, time(), UTC)

    @functools.cached_property
    def facts_of_orders(self) -> tuple[tuple[str, Callable[..., Value], str | tuple[str, ...], frozenset[Value]], ...]:
        """Every fact that is read from an order: its name, its reader with the argument, its possible values."""
        return tuple(
            (name, READERS[reader], argument, frozenset(fact.values))
            for name, fact in self.tables.facts.items()
            for reader, argument in (fact.reads or {}).items()
        )

    @functools.cached_property
    def periods_of_orders(self) -> tuple[CompiledPeriod, ...]:
        """The clocks that the arrival of an order can start."""
        return tuple(period for period in self.periods.values() if period.definition.subject == "order")

    @functools.cached_property
    def reasons(self) -> Mapping[str, str]:
        """By row: the box of the answering form that it ticks."""
        return {row.id: row.reason for table in self.tables.tables for row in table.rows if row.reason}

    @functools.cached_property
    def counts_days(self) -> bool:
        """Whether some clock of it needs a calendar."""
        return any(period.definition.counts != "elapsed" for period in self.periods.values())

    @functools.cached_property
    def labels(self) -> Mapping[str, str]:
        """What each fact asks, in words."""
        return {name: fact.label for name, fact in self.tables.facts.items()}

    @functools.cached_property
    def besides(self) -> frozenset[str]:
        """Keys of an order beside its form."""
        return frozenset(self.tables.extras)

    def at(self, moment: datetime) -> Epoch:
        """The law in force at a moment (UTC)."""
        i = bisect_right(self.days_of_change, moment.date())
        day = self.days_of_change[i - 1] if i else date.min
        if day not in self._epochs:
            self._epochs[day] = self._compile(day)
        return self._epochs[day]

    def _compile(self, day: date) -> Epoch:
        findings: dict[str, list[CompiledTable]] = {}
        routes: dict[str, list[CompiledTable]] = {}
        for table in self.tables.tables:
            cautious = self.tables.unconfirmed == "needs_person"
            compiled = CompiledTable(table, self.tables.facts, day, self.tables.in_force_from, cautious=cautious)
            (routes if table.kind == "route" else findings).setdefault(table.subject, []).append(compiled)
        return Epoch(
            {subject: tuple(tables) for subject, tables in findings.items()},
            {subject: tuple(tables) for subject, tables in routes.items()},
            self.periods_of_orders,
        )


@functools.cache
def instrument(identifier: str) -> Instrument:
    """The instrument with this identifier; raises ``UnknownInstrumentError`` or ``BrokenLawError``."""
    folder = INSTRUMENTS.get(identifier)
    if folder is None:
        message = f"instrument: {identifier[:64]!r} is none of {', '.join(INSTRUMENTS)}"
        raise UnknownInstrumentError(message)
    return load(identifier, _SHELF / folder)


def load(identifier: str, folder: Traversable) -> Instrument:
    """Read and compile one folder of law; raises ``BrokenLawError`` naming file and field."""
    files = {name: _bytes(folder, name) for name in ("text.md", "tables.yaml", "periods.yaml", "vectors.yaml")}
    files |= {f"forms/{f.name}": f.read_bytes() for f in (folder / "forms").iterdir() if f.name.endswith(".yaml")}
    try:
        tables = Tables.model_validate(read_yaml(files, "tables.yaml"))
        periods = Periods.model_validate(read_yaml(files, "periods.yaml"))
        forms = [Form.model_validate(read_yaml(files, name)) for name in sorted(files) if name.startswith("forms/")]
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{identifier}: {error.title}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise BrokenLawError(message) from error
    return Instrument(
        id=identifier,
        law_version=f"{tables.version.isoformat()}+{_digest(files)[:16]}",
        tables=tables,
        periods={p.id: CompiledPeriod.of(p, periods.events) for p in periods.periods},
        events=periods.events,
        forms={form.form: CompiledForm(form) for form in forms},
        text=parse(files["text.md"].decode("utf-8")),
        vectors=read_yaml(files, "vectors.yaml"),
    )


def _bytes(folder: Traversable, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        message = f"{name} is missing from the folder"
        raise BrokenLawError(message) from error


_Plain: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same language read ten times as fast, where libyaml is there."""


class _OneMeaning(_Plain):  # type: ignore[misc]  # either of the two is a SafeLoader
    """YAML in which a key may stand once; a lawyer who writes it twice is told."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 -- PyYAML's signature
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        if len(keys) != len(set(keys)):
            message = f"a key stands twice near line {node.start_mark.line + 1}"
            raise BrokenLawError(message)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_yaml(files: Mapping[str, bytes], name: str) -> Any:
    """One file of a folder of law; raises ``BrokenLawError`` naming it."""
    try:
        return yaml.load(files[name], Loader=_OneMeaning)  # noqa: S506 -- _OneMeaning is a SafeLoader
    except yaml.YAMLError as error:
        message = f"{name}: {error}"
        raise BrokenLawError(message) from error


def _digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents in the order of names; vectors are proofs, not law, and stay out."""
    digest = hashlib.sha256()
    for name in sorted(set(files) - {"vectors.yaml"}):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()
