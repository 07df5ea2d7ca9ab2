"""STIX patterns (STIX 2.1 section 9), as far as a list needs them: this value, or that one, or that one. Pure.

What says more (``AND``, another operator, a time) is no list of signals: listing a part of it would match too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[\[\]()])|(?P<word>[A-Za-z][A-Za-z0-9_]*)(?![A-Za-z0-9_:.'-])
    |(?P<path>[a-z0-9-]+:[A-Za-z0-9_.-]+(?:'[A-Za-z0-9_-]+')?)|(?P<sign>!=|<=|>=|[=<>])
    |'(?P<text>(?:[^'\\]|\\['\\])*)')""",
    re.VERBOSE | re.ASCII,
)
_LONGEST = 1 << 20
_HASHES = "file:hashes."
_NAMES = {"SHA-256": "sha256", "MD5": "md5", "PDQ": "pdq"}
"""Of the specification's vocabulary (10.7), and what is written for PDQ, what we compare."""
_OURS = {"sha256": "SHA-256", "md5": "MD5"}
_OTHER_HASHES = frozenset({"SHA-1", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH"})
_ADDRESS, _RULE = "url:value", "url:x_"


class NoPattern(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The text is no pattern of STIX."""


class SaysMore(ValueError):  # noqa: N818 -- as above
    """The pattern says more than a list can."""


def signals_of(pattern: str) -> list[tuple[str, str]]:
    """Type and signal of each value; of other hashes the name as it stands. Raises ``NoPattern``, ``SaysMore``."""
    if len(pattern) > _LONGEST:
        raise NoPattern
    tokens = list(_tokens(pattern))
    if not tokens:
        raise NoPattern
    found, at = _observation(tokens, 0)
    while at < len(tokens):
        _must_be(tokens, at, ("word", "OR"))
        more, at = _observation(tokens, at + 1)
        found += more
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise NoPattern
        at = match.end()
        yield match.lastgroup, match[match.lastgroup]


def _observation(tokens: Sequence[tuple[str, str]], at: int) -> tuple[list[tuple[str, str]], int]:
    _must_be(tokens, at, ("mark", "["))
    found, at = _comparison(tokens, at + 1)
    values = [found]
    while at < len(tokens) and tokens[at] != ("mark", "]"):
        _must_be(tokens, at, ("word", "OR"))
        found, at = _comparison(tokens, at + 1)
        values.append(found)
    _must_be(tokens, at, ("mark", "]"))
    return values, at + 1


def _comparison(tokens: Sequence[tuple[str, str]], at: int) -> tuple[tuple[str, str], int]:
    if len(tokens) < at + 3:
        raise NoPattern
    (path_is, path), sign, (text_is, text) = tokens[at : at + 3]
    if path_is == "word" or (path_is, path) == ("mark", "("):
        raise SaysMore
    if path_is != "path":
        raise NoPattern
    if sign != ("sign", "=") or text_is != "text":
        raise SaysMore
    return (_type_of(path), re.sub(r"\\(.)", r"\1", text)), at + 3


def _must_be(tokens: Sequence[tuple[str, str]], at: int, wanted: tuple[str, str]) -> None:
    if at < len(tokens) and tokens[at] == wanted:
        return
    if at < len(tokens) and (tokens[at][0] == "word" or tokens[at] == ("mark", "(")):
        raise SaysMore
    raise NoPattern


def _type_of(path: str) -> str:
    """Our type, or the hash's own name; what is no hash of a file and no address is more than a list can say."""
    if path == _ADDRESS:
        return "url"
    if path.startswith(_RULE):
        return path.removeprefix(_RULE)
    if not path.startswith(_HASHES):
        raise SaysMore
    name = path.removeprefix(_HASHES).strip("'")
    if name in _OTHER_HASHES:
        return name
    return _NAMES.get(name, name.removeprefix("x_"))


def pattern_of(signals: Sequence[tuple[str, str]]) -> str:
    """One observation that any of these values makes true."""
    return f"[{' OR '.join(f'{_path(kind)} = {_quoted(text)}' for kind, text in signals)}]"


def _path(kind: str) -> str:
    if kind == "url":
        return _ADDRESS
    if kind.startswith("url_"):
        return f"{_RULE}{kind}"
    return f"{_HASHES}'{_OURS[kind]}'" if kind in _OURS else f"{_HASHES}x_{kind}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
