"""What every adapter for records checks alike: that a category is granted, and that what it makes is a row."""

from __future__ import annotations

from collections.abc import Mapping

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import FIELDS, Category, GrantTerms, Identifier, IdentifierKind, Scope
from comity.platform.errors import NotGranted, Unintelligible
from comity.platform.protocols import Part, RecordRow

Said = str | int | float | bool | None
FILE = "file"
"""The field that grants the bytes of a file."""
LONGEST_TEXT = 1_000_000
"""Characters of the longest value of a field; longer ones are files."""


def granted(scope: Scope, *categories: Category) -> tuple[GrantTerms, list[Category]]:
    """The terms, and which of these categories they name; raises ``NotGranted`` when they name none."""
    named = [one for one in categories if one in scope.terms.categories]
    if not named:
        raise NotGranted(f"the grant does not name {' or '.join(one.value for one in categories)}: nothing was asked")
    return scope.terms, named


def of_kind(terms: GrantTerms, *kinds: IdentifierKind) -> list[Identifier]:
    """The identifiers of these kinds."""
    return [one for one in terms.identifiers if one.kind in kinds]


def row(  # noqa: PLR0913 -- what a row is made of, named at every call
    terms: GrantTerms,
    category: Category,
    identifier: Identifier,
    at: Instant | None,
    said: Mapping[str, Said],
    *,
    ended_at: Instant | None = None,
    file: Part | None = None,
) -> RecordRow:
    """A row with its granted fields; what says nothing is left out. ``Unintelligible``: a field of no kind."""
    strange = sorted(set(said) - FIELDS[category])
    if strange:
        raise Unintelligible(f"{category.value} has no field {', '.join(strange)[:200]}")
    wanted = terms.fields_of(category)
    fields = {name: value for name, value in said.items() if name in wanted and value is not None and value != ""}
    if any(isinstance(value, str) and len(value) > LONGEST_TEXT for value in fields.values()):
        raise Unintelligible(f"a field of {category.value} is longer than {LONGEST_TEXT} characters")
    return RecordRow(category, identifier, at, fields, ended_at, file if FILE in wanted else None)
