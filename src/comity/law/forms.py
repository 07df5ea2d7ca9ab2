"""Legal forms as data, and the reading of a message against them: every fault by field, rule and article."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field as Limit

from comity.casefile.documents.assessment import Certainty
from comity.casefile.documents.demand import Fault
from comity.law import fieldtypes
from comity.law.model import Scalar, Strict, Text

MAX_FAULTS = 200
_ABSENT: Any = object()


class Option(Strict):
    """One box of a tick list."""

    value: str
    label: Text
    labels: Mapping[str, Text] = Limit(default_factory=dict)
    citation: Text | None = None
    certainty: Certainty | None = None


class Field(Strict):
    """One field of a form."""

    key: str
    label: Text
    labels: Mapping[str, Text] = Limit(default_factory=dict)
    """Labels in other languages, all unconfirmed, in our words."""
    type: fieldtypes.Kind
    required: Literal["yes", "conditional", "no"]
    when: Mapping[str, Scalar] = Limit(default_factory=dict)
    """For *conditional*: the other fields and values with which this one must be filled."""
    default: bool | None = None
    """What an empty tick box means."""
    judged_by: str | None = None
    """The table that judges an absent value, where its absence alone is no fault."""
    options: tuple[Option, ...] = ()
    certainty: Certainty
    citation: Text


class Section(Strict):
    """One lettered section."""

    id: str
    label: Text
    labels: Mapping[str, Text] = Limit(default_factory=dict)
    fields: tuple[Field, ...]


class Form(Strict):
    """One annex, versioned."""

    form: str
    version: str
    title: Text
    labels: Mapping[str, Text] = Limit(default_factory=dict)
    citation: Text
    certainty: Certainty
    preamble: tuple[Text, ...] = ()
    sections: Annotated[tuple[Section, ...], Limit(min_length=1)]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the form."""
        return tuple(field for section in self.sections for field in section.fields)


@dataclass(slots=True)
class FormReading:
    """What a message holds, field by field. ``values`` are typed (``Instant`` for times); faults never stop the
    reading.
    """

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)
    beyond: tuple[str, ...] = ()
    """Paths that the form does not know; kept in the message, without effect."""


@dataclass(frozen=True)
class _Reader:
    field: Field
    path: tuple[str, ...]
    read: Callable[[Any], Any]


class CompiledForm:
    """A form ready to read messages; made once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._readers = tuple(
            _Reader(f, tuple(f.key.split(".")), fieldtypes.reader(f.type, tuple(o.value for o in f.options)))
            for f in form.fields
        )
        self._flat = frozenset(reader.field.key for reader in self._readers)
        self._nested: dict[str, frozenset[str]] = {}
        for head in {reader.path[0] for reader in self._readers if len(reader.path) > 1}:
            self._nested[head] = frozenset(r.path[1] for r in self._readers if r.path[0] == head and len(r.path) > 1)

    def read(self, message: Mapping[str, Any], besides: frozenset[str] = frozenset()) -> FormReading:
        """Read every field; ``besides`` names keys at the top that are not the form's but known."""
        reading = FormReading()
        for reader in self._readers:
            self._read_field(reader, message, reading)
        for reader in self._readers:
            self._require(reader.field, reading)
        reading.beyond = self._beyond(message, besides)
        del reading.faults[MAX_FAULTS:]
        return reading

    def _read_field(self, reader: _Reader, message: Mapping[str, Any], reading: FormReading) -> None:
        key = reader.field.key
        raw, twice = message.get(key, _ABSENT), False
        if len(reader.path) > 1:
            raw, twice = _find(message, raw, reader.path)
        if twice:
            reading.faulty.add(key)
            reading.faults.append(_fault(reader.field, "stands_twice", "stands twice with different values"))
        elif raw is not _ABSENT and raw is not None and raw != "":
            try:
                reading.values[key] = reader.read(raw)
            except fieldtypes.UnreadableValue as error:
                reading.faulty.add(key)
                reading.faults.append(_fault(reader.field, error.rule, error.why, error.where))

    def _require(self, form_field: Field, reading: FormReading) -> None:
        key = form_field.key
        if key in reading.values or key in reading.faulty:
            return
        if form_field.default is not None:
            reading.values[key] = form_field.default
            return
        due = form_field.required == "yes" or (
            form_field.required == "conditional"
            and bool(form_field.when)
            and all(reading.values.get(other) == wanted for other, wanted in form_field.when.items())
        )
        if due and form_field.judged_by is None:
            reading.missing.add(key)
            reading.faults.append(_fault(form_field, "missing", "is mandatory and empty"))

    def _beyond(self, message: Mapping[str, Any], besides: frozenset[str]) -> tuple[str, ...]:
        found = []
        for key, value in message.items():
            if key in self._flat or key in besides:
                continue
            inner = self._nested.get(key)
            if inner is None or not isinstance(value, dict):
                found.append(key)
            else:
                found.extend(f"{key}.{name}" for name in value if name not in inner)
        return tuple(found)


def _find(message: Mapping[str, Any], flat: Any, path: tuple[str, ...]) -> tuple[Any, bool]:
    """A field's raw value, nested (``issuer: {name: …}``) or flat (``issuer.name: …``), and whether they disagree."""
    outer = message.get(path[0])
    nested = outer.get(path[1], _ABSENT) if isinstance(outer, dict) else _ABSENT
    if flat is _ABSENT:
        return nested, False
    return flat, nested is not _ABSENT and nested != flat


def _fault(form_field: Field, rule: str, why: str, where: str = "") -> Fault:
    name = f"{form_field.key}{where}"
    message = f"{name} ({form_field.label}): {why} [{form_field.citation}]"
    return Fault(code=rule, field=name, message=message, citations=(form_field.citation,))
