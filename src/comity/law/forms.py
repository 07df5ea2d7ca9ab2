"""Legal forms as data, and the reading of a message against them: every fault by field, rule and article."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field as Limit

from comity.casefile.documents.assessment import Certainty
from comity.casefile.documents.demand import Fault
from comity.law import datatypes, fieldtypes
from comity.law.model import Scalar, Strict, Text

MAX_FAULTS = 200


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
    aliases: tuple[str, ...] = ()
    """Other names of the field inside its section, as other software writes them."""
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


@dataclass(frozen=True, slots=True)
class _Reader:
    field: Field
    key: str
    read: Callable[[Any], Any]
    lists: bool
    """Whether it reads a list item by item, with faults of its own."""


class CompiledForm:
    """A form ready to read messages; made once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._flat: dict[str, _Reader] = {}
        self._nested: dict[str, dict[str, _Reader]] = {}
        for f in form.fields:
            head, _, inner = f.key.rpartition(".")
            made = _Reader(f, f.key, _typed(f.type, tuple(o.value for o in f.options)), f.type == "identifiers")
            self._flat |= {f"{head}.{name}" if head else name: made for name in (inner, *f.aliases)}
            if head:
                self._nested.setdefault(head, {}).update(dict.fromkeys((inner, *f.aliases), made))
        self._missing = {f.key: _fault(f, "missing", "is mandatory and empty") for f in form.fields}
        self._defaults = tuple(f for f in form.fields if f.default is not None)
        self._due = tuple(f for f in form.fields if f.required == "yes" and f.default is None and not f.judged_by)
        self._due_when = tuple(
            f for f in form.fields if f.required == "conditional" and f.when and f.default is None and not f.judged_by
        )

    @functools.cached_property
    def options(self) -> tuple[Option, ...]:
        """Every box of the form."""
        return tuple(option for form_field in self.form.fields for option in form_field.options)

    def carries(self, message: Mapping[str, Any], key: str) -> bool:
        """Whether a message holds the field with this key by one of its names, or, beside the form, the key itself."""
        head, _, _inner = key.rpartition(".")
        made = self._flat.get(key)
        if made is None:
            return key in message
        names = [name for name, other in self._nested.get(head, self._flat).items() if other is made]
        outer = message.get(head) if head else message
        return isinstance(outer, dict) and any(name in outer for name in names)

    def read(self, message: Mapping[str, Any], besides: frozenset[str] = frozenset()) -> FormReading:
        """Read every field; ``besides`` names keys at the top that are not the form's but known."""
        reading = FormReading()
        beyond: list[str] = []
        filled: list[tuple[_Reader, Any]] = []
        for key, value in message.items():
            inner = self._nested.get(key)
            if inner is not None and isinstance(value, dict):
                for name, raw in value.items():
                    found = inner.get(name)
                    if found is None:
                        beyond.append(f"{key}.{name}")
                    elif raw is not None and raw != "":
                        filled.append((found, raw))
                continue
            found = self._flat.get(key)
            if found is None:
                beyond.extend(() if key in besides else (key,))
            elif value is not None and value != "":
                filled.append((found, value))
        _take(filled, reading)
        self._require(reading)
        reading.beyond = tuple(beyond)
        del reading.faults[MAX_FAULTS:]
        return reading

    def _require(self, reading: FormReading) -> None:
        for form_field in self._defaults:
            if form_field.key not in reading.faulty:
                reading.values.setdefault(form_field.key, form_field.default)
        for form_field in self._due:
            if form_field.key not in reading.values and form_field.key not in reading.faulty:
                self._miss(form_field, reading)
        for form_field in self._due_when:
            key = form_field.key
            due = all(reading.values.get(other) == wanted for other, wanted in form_field.when.items())
            if due and key not in reading.values and key not in reading.faulty:
                self._miss(form_field, reading)

    def _miss(self, form_field: Field, reading: FormReading) -> None:
        reading.missing.add(form_field.key)
        reading.faults.append(self._missing[form_field.key])


def _typed(kind: fieldtypes.Kind, options: tuple[str, ...]) -> Callable[[Any], Any]:
    return datatypes.READERS.get(kind) or fieldtypes.reader(kind, options)


def _take(filled: Sequence[tuple[_Reader, Any]], reading: FormReading) -> None:
    """Read raw values; a field that stands twice (nested and flat, or by two names) must say the same."""
    values, raws = reading.values, dict[str, Any]()
    for found, raw in filled:
        key = found.key
        if key in raws:
            if raws[key] != raw:
                values.pop(key, None)
                reading.faulty.add(key)
                reading.faults.append(_fault(found.field, "stands_twice", "stands twice with different values"))
            continue
        raws[key] = raw
        try:
            value = values[key] = found.read(raw)
        except fieldtypes.UnreadableValue as error:
            reading.faulty.add(key)
            reading.faults.append(_fault(found.field, error.rule, error.why, error.where))
        else:
            if found.lists:
                reading.faults.extend(_fault(found.field, one.rule, one.why, one.where) for one in value.faults)


def _fault(form_field: Field, rule: str, why: str, where: str = "") -> Fault:
    name = f"{form_field.key}{where}"
    message = f"{name} ({form_field.label}): {why} [{form_field.citation}]"
    return Fault(code=rule, field=name, message=message, citations=(form_field.citation,))
