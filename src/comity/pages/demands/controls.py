"""A law's form as controls of a page: keyboard and plain HTML are enough, every label in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from comity import law
from comity.law.asking import about_users
from comity.law.datatypes import IDENTIFIER_TYPES
from comity.law.forms import Field
from comity.law.states import MEMBER_STATES
from comity.pages.demands.values import MOST_ROWS, Laid, laid

OFFSETS = (
    "-08:00", "-07:00", "-06:00", "-05:00", "-04:00", "-03:00", "+00:00", "+01:00", "+02:00", "+03:00", "+08:00",
    "+09:00", "+10:00", "+11:00", "+12:00",
)  # fmt: skip
ROWS = 2
ILLEGAL = "eu-dsa-art9"
_FIRST = ("eu-eevidence-production", "eu-eevidence-preservation")
_USUAL_OFFSET = "+01:00"
_INPUT = {"email": "email", "telephone": "tel", "date": "date"}
_KINDS = {
    "parts": "long", "contact": "long", "datetime": "moment", "boxes": "boxes", "options": "boxes", "ticks": "boxes",
    "tick": "tick", "option": "option", "state": "state", "moment": "moment", "interval": "interval",
    "identifiers": "identifiers",
}  # fmt: skip
_TYPES: dict[str, str | Promise] = {
    "IPV_4": gettext_lazy("IPv4 address"),
    "IPV_6": gettext_lazy("IPv6 address"),
    "IP_ADDRESS_RANGE": gettext_lazy("Range of IP addresses"),
    "IP_BLOCKS": gettext_lazy("Block of IP addresses"),
    "EMAIL": gettext_lazy("E-mail address"),
    "PHONE_NUMBER": gettext_lazy("Telephone number"),
    "IMEI_NUMBER": gettext_lazy("IMEI number"),
    "MAC_ADDRESS": gettext_lazy("MAC address"),
    "USER_ID": gettext_lazy("Account or user name"),
    "OTHER": gettext_lazy("Other identifier"),
}
_ENDS: dict[str, str | Promise] = {"start": gettext_lazy("From"), "end": gettext_lazy("Until")}
Choice = tuple[str, str, bool]
"""Value, label, whether it is chosen."""


@dataclass(frozen=True)
class Moment:
    """A day, with a time and its offset where one is known."""

    name: str
    label: str
    day: str
    time: str
    offset: str
    offsets: tuple[str, ...]

    @property
    def id(self) -> str:
        """The control's identifier in the page."""
        return _id(self.name)

    @property
    def said(self) -> str:
        """As people read it."""
        return f"{self.day} {self.time} {self.offset}" if self.time else self.day


@dataclass(frozen=True)
class Row:
    """One person, account or address."""

    name: str
    number: str
    types: tuple[Choice, ...]
    value: str
    ends: tuple[Moment, ...]
    faults: tuple[str, ...]

    @property
    def id(self) -> str:
        """The row's identifier in the page."""
        return _id(self.name)

    @property
    def timed(self) -> bool:
        """Whether it has a time of its own."""
        return any(one.day for one in self.ends)


@dataclass(frozen=True)
class Control:
    """One field of the form as a page shows it."""

    key: str
    label: str
    kind: str
    """Which part of ``demand_control.html`` draws it."""
    input: str
    required: bool
    value: str
    own: str
    """Words beside the printed boxes, where the form takes them."""
    takes_own: bool
    options: tuple[Choice, ...]
    ends: tuple[Moment, ...]
    rows: tuple[Row, ...]
    faults: tuple[str, ...]
    uncertain: bool
    citation: str

    @property
    def id(self) -> str:
        """The control's identifier in the page."""
        return _id(self.key)

    @property
    def said(self) -> tuple[str, ...]:
        """What it says, line by line, for who only reads."""
        if self.kind == "tick":
            return (_("yes"),) if self.value else ()
        if self.kind == "identifiers":
            return tuple(_row_said(row) for row in self.rows if row.value)
        if self.ends:
            return tuple(f"{one.label} {one.said}".strip() for one in self.ends if one.day)
        chosen = tuple(label for _value, label, ticked in self.options if ticked)
        return (*chosen, *self.own.splitlines()) if self.options or self.takes_own else tuple(self.value.splitlines())


@dataclass(frozen=True)
class Section:
    """A section of the form."""

    letter: str
    label: str
    controls: tuple[Control, ...]


def choices() -> tuple[tuple[str, str], ...]:
    """The instruments whose demands name users, the European certificates first, with their titles."""
    others = sorted(about_users() - set(_FIRST))
    return tuple((one, title(one)) for one in (*_FIRST, *others))


def fileable() -> frozenset[str]:
    """Every instrument whose demands are filed on these forms: those about users, and the order against content."""
    return about_users() | {ILLEGAL}


def title(identifier: str) -> str:
    """What the form of a law is called, in the reader's language."""
    form = law.instrument(identifier).order_form.form
    return form.labels.get(_language()) or _said(form.title)


def sections(
    identifier: str, demand: Mapping[str, Any], *, rows: int = ROWS, judged: bool = False
) -> tuple[Section, ...]:
    """The form of a law with what was typed; once somebody typed something, with every fault of a field beside it."""
    form, draw = law.instrument(identifier).order_form.form, _Drawing(identifier, demand, rows, judged=judged)
    return tuple(
        Section(one.id, _label(one), tuple(draw.control(field) for field in one.fields)) for one in form.sections
    )


def shown(identifier: str, demand: Mapping[str, Any]) -> tuple[Control, ...]:
    """The fields that say something, for who only reads."""
    every = (control for section in sections(identifier, demand, rows=0) for control in section.controls)
    return tuple(control for control in every if control.said)


class _Drawing:
    """One form with one demand."""

    def __init__(self, identifier: str, demand: Mapping[str, Any], rows: int, *, judged: bool) -> None:
        compiled = law.instrument(identifier).order_form
        self._said: Laid = laid(compiled.form, demand)
        self._least = rows
        self._union = identifier.startswith("eu-")
        self._faults: dict[str, list[str]] = {}
        for fault in compiled.read(demand).faults if judged else ():
            why = fault.message.partition("): ")[2] or fault.message
            self._faults.setdefault(fault.field, []).append(_(why.rpartition(" [")[0] or why))

    def control(self, one: Field) -> Control:
        """One field."""
        kind = _KINDS.get(one.type, "text")
        ends = {"interval": ("start", "end"), "moment": ("",)}.get(kind, ())
        return Control(
            key=one.key,
            label=_label(one),
            kind="text" if kind == "state" and not self._union else kind,
            input=_INPUT.get(one.type, "text"),
            required=one.required == "yes",
            value=self._word(one.key),
            own=self._word(f"{one.key}:own"),
            takes_own=one.type == "ticks",
            options=self._options(one),
            ends=tuple(self._moment(f"{one.key}:{end}" if end else one.key, end) for end in ends),
            rows=tuple(self._rows(one)) if kind == "identifiers" else (),
            faults=tuple(self._why(one.key)),
            uncertain=one.certainty.value == "unconfirmed",
            citation=one.citation,
        )

    def _word(self, name: str) -> str:
        return (self._said.get(name) or [""])[0]

    def _why(self, key: str) -> Iterator[str]:
        for field, whys in self._faults.items():
            if field == key or field.startswith(f"{key}."):
                yield from whys

    def _options(self, one: Field) -> tuple[Choice, ...]:
        chosen = self._said.get(one.key, [])
        if one.type == "state" and self._union:
            return tuple((code, code, code in chosen) for code in sorted(MEMBER_STATES))
        return tuple((option.value, _label(option), option.value in chosen) for option in one.options)

    def _moment(self, name: str, end: str) -> Moment:
        offset = self._word(f"{name}:offset") or _USUAL_OFFSET
        offsets = OFFSETS if offset in OFFSETS else (*OFFSETS, offset)
        label = str(_ENDS[end]) if end else ""
        return Moment(name, label, self._word(f"{name}:day"), self._word(f"{name}:time"), offset, offsets)

    def _rows(self, one: Field) -> Iterator[Row]:
        filled = [int(name.split(":")[1]) for name in self._said if name.startswith(f"{one.key}:")]
        wanted = max(self._least, max(filled, default=-1) + 1)
        for number in range(min(wanted, MOST_ROWS)):
            name = f"{one.key}:{number}"
            kind = self._word(f"{name}:type")
            whys = [
                why for field, whys in self._faults.items() if field.startswith(f"{one.key}[{number}]") for why in whys
            ]
            yield Row(
                name=name,
                number=self._word(f"{name}:id"),
                types=tuple((value, str(_TYPES[value]), value == kind) for value in IDENTIFIER_TYPES),
                value=self._word(f"{name}:value"),
                ends=tuple(self._moment(f"{name}:{end}", end) for end in _ENDS),
                faults=tuple(whys),
            )


def _row_said(row: Row) -> str:
    kind = next((label for _value, label, chosen in row.types if chosen), "")
    times = ", ".join(f"{one.label} {one.said}" for one in row.ends if one.day)
    return f"{row.value} ({kind}{'; ' if times else ''}{times})"


def _label(one: Any) -> str:
    """A label as the source gives it in the reader's language, else in our words."""
    return str(one.labels.get(_language()) or _said(one.label))


def _said(text: str) -> str:
    said = law.say(text, _language())
    return _(text) if said == text else said


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _id(name: str) -> str:
    return f"id_{name.replace('.', '_').replace(':', '_')}"
