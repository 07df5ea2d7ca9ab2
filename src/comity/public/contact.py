"""The page that a provider must publish, as people read it: facts in parts, each with the articles that ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from comity.public.commands import FactShown

Label: TypeAlias = str | Promise
_PARTS: Mapping[str, tuple[Label, Label]] = {
    "provider": (_("Provider"), ""),
    "orders": (
        _("Removal orders"),
        _("Orders under Regulation (EU) 2021/784 are received here by electronic means, at any hour."),
    ),
    "authorities": (
        _("Authorities, in all other matters"),
        _("The single point of contact for authorities of Member States under Regulation (EU) 2022/2065."),
    ),
    "users": (
        _("Users"),
        _("The single point of contact for users under Regulation (EU) 2022/2065. People answer, not only a machine."),
    ),
    "representative": (
        _("Legal representative in the Union"),
        _("Answers for us in the Union, because our main establishment is outside it."),
    ),
}
_FACTS: Mapping[str, Label] = {
    "name": _("Name"),
    "hosts": _("Hosts"),
    "establishment": _("Member State of the main establishment"),
    "email": _("E-mail"),
    "portal": _("Portal for officers"),
    "languages": _("Languages"),
    "contact": _("Contact"),
    "state": _("Member State"),
    "address": _("Postal address"),
    "telephone": _("Telephone"),
}
_CERTAINTY: Mapping[str, Label] = {
    "official": _("checked against the official text"),
    "secondary": _("from a secondary source, not checked against the official text"),
    "unconfirmed": _("not confirmed: check the official text before relying on it"),
}


@dataclass(frozen=True)
class Line:
    """One fact."""

    label: Label
    kind: str
    values: tuple[str, ...]
    sources: tuple[tuple[str, Label], ...]
    """Citations, each with how sure we are of the article's text."""


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    id: str
    title: Label
    introduction: Label
    lines: tuple[Line, ...]
    sources: tuple[tuple[str, Label], ...]
    """The citations of all lines, where they are the same; then no line has its own."""


def sections(facts: Iterable[FactShown]) -> tuple[Section, ...]:
    """The page's parts; a part without a declared fact does not appear."""
    order = list(_PARTS)
    in_order = sorted(facts, key=lambda fact: order.index(fact.part))
    return tuple(_section(part, tuple(found)) for part, found in groupby(in_order, lambda fact: fact.part))


def languages() -> tuple[tuple[str, str], ...]:
    """In which languages the page itself can be read: code, and its name in itself."""
    return tuple((code, str(name)) for code, name in settings.LANGUAGES)


def _section(part: str, facts: tuple[FactShown, ...]) -> Section:
    lines = tuple(map(_line, facts))
    shared = lines[0].sources if len({tuple(fact.provisions) for fact in facts}) == 1 else ()
    if shared:
        lines = tuple(replace(line, sources=()) for line in lines)
    return Section(part, *_PARTS[part], lines=lines, sources=shared)


def _line(fact: FactShown) -> Line:
    values = tuple(map(_language, fact.values)) if fact.kind == "language" else fact.values
    sources = tuple((one.citation, _CERTAINTY[one.certainty]) for one in fact.provisions)
    return Line(_FACTS[fact.id], fact.kind, values, sources)


def _language(code: str) -> str:
    """A language's name in the reader's language; its code where nobody gave us a name."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
