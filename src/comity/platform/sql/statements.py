"""Reading a statement that the provider wrote: one SELECT, its parameters found, nothing else believed.

A small scanner knows strings, quoted names, dollar quotes, comments and casts of PostgreSQL and DuckDB; what it finds
outside of them are words. It is the first of three locks: the parameters are bound, and the database reads only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/)
    | (?P<text>[eE]?'(?:[^'\\]|'')*'|"(?:[^"]|"")*")
    | (?P<cast>::)
    | (?P<parameter>:[a-z_]+)
    | (?P<word>[A-Za-z_][A-Za-z0-9_$]*)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<blank>\s+)
    | (?P<sign>[-+*<>=~!@\#&|^,.()\[\]]|/(?!\*))
    """,
    re.VERBOSE | re.ASCII,
)
"""No backslash, dollar sign, percent sign, question mark, brace or semicolon outside of a name or a text."""
PARAMETERS = frozenset({"identifier", "since", "until", "stored_by"})
_FORBIDDEN = frozenset(
    [
        "insert",
        "update",
        "delete",
        "merge",
        "into",
        "copy",
        "call",
        "do",
        "create",
        "alter",
        "drop",
        "truncate",
        "grant",
        "revoke",
        "set",
        "reset",
        "begin",
        "commit",
        "rollback",
        "lock",
        "listen",
        "notify",
        "vacuum",
        "attach",
        "detach",
        "install",
        "load",
        "pragma",
        "export",
        "import",
        "execute",
        "prepare",
        "for",
    ]
)


class UnusableStatement(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """A query is not one SELECT with the parameters that its category needs."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT in pieces: text, and the names of parameters between."""

    pieces: tuple[tuple[str, bool], ...]
    """Each a piece of the statement, and whether it is the name of a parameter."""

    @property
    def parameters(self) -> frozenset[str]:
        """Which it binds."""
        return frozenset(piece for piece, is_parameter in self.pieces if is_parameter)

    def for_postgres(self) -> str:
        """With the placeholders of psycopg."""
        return "".join(f"%({one})s" if named else one.replace("%", "%%") for one, named in self.pieces)

    def for_duckdb(self) -> str:
        """With the placeholders of DuckDB."""
        return "".join(f"${one}" if named else one for one, named in self.pieces)


def statement(text: str, needed: frozenset[str]) -> Statement:
    """Read a query; raises ``UnusableStatement`` with what is wrong with it."""
    pieces: list[tuple[str, bool]] = []
    words: list[str] = []
    for kind, found in _tokens(text.strip().removesuffix(";").strip()):
        if kind == "word":
            words.append(found.lower())
        if kind == "parameter":
            pieces.append((found[1:], True))
        else:
            pieces.append((" " if kind == "comment" else found, False))
    made = Statement(tuple(pieces))
    _check(words, made.parameters, needed)
    return made


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise UnusableStatement(f"one SELECT is expected; {text[place : place + 20]!a} cannot stand in it")
        yield str(match.lastgroup), match[0]
        place = match.end()


def _check(words: list[str], parameters: frozenset[str], needed: frozenset[str]) -> None:
    if not words or words[0] not in ("select", "with"):
        raise UnusableStatement("it does not begin with SELECT or WITH")
    changing = sorted(_FORBIDDEN & set(words))
    if changing:
        raise UnusableStatement(f"{', '.join(changing).upper()} cannot stand in it; quote a name that reads so")
    if strange := sorted(parameters - PARAMETERS):
        raise UnusableStatement(f"nobody knows the parameters {', '.join(strange)}")
    if missing := sorted(needed - parameters):
        raise UnusableStatement(f"it does not use :{', :'.join(missing)}")
