"""XML from strangers: elements, attributes and text, within limits. No document type, no entities, nothing fetched.

The parser is expat, told to stop at the first thing that no HI-1 message needs: a document type declaration (where
entities and their bombs live), an external entity, a processing instruction; and at the first limit. Everything is
bounded by the bytes alone, so a hostile message costs no more than an honest one of its size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from comity.hi1.errors import ErrorCode, Hi1Error
from comity.hi1.tree import REPEATED, TYPE, Tree

MOST_BYTES = 16 * 1024 * 1024
"""A certificate of several pages as PDF inside, in Base64; a message of more is refused as too large (3022)."""
_DEEPEST = 40
_MOST_ELEMENTS = 200_000
_MOST_ATTRIBUTES = 32
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ETSI = "http://uri.etsi.org/03120/common/"
_COMMON_TYPES = "http://uri.etsi.org/03280/"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_IN_SIGNATURES = (_SIGNATURE, "http://www.w3.org/2009/xmldsig11#", "http://www.w3.org/2001/10/xml-exc-c14n#")
_XADES = "http://uri.etsi.org/01903/"
SIGNED = "Signature"
"""The member of a message that says that a signature stands somewhere in it; what is in there is not read here."""
_BETWEEN = " "


@dataclass
class _Open:
    """An element that is still being read."""

    name: str
    type: str | None
    members: Tree = field(default_factory=dict)
    text: list[str] = field(default_factory=list)


def parse(data: bytes) -> Tree:
    """The message's tree, one member named for its root; raises ``Hi1Error`` and nothing else."""
    reader = _Reader((ETSI, _COMMON_TYPES))
    _run(reader, data)
    whole = next(iter(reader.root.values()), None)
    if reader.signed and isinstance(whole, dict):
        whole[SIGNED] = {}
    return reader.root


def names(data: bytes, spaces: tuple[str, ...]) -> frozenset[str]:
    """The local names of all elements of another XML file, read under the same limits; ``spaces``: how its namespaces
    begin. Raises ``Hi1Error`` and nothing else.
    """
    reader = _Reader(spaces, lax=True)
    _run(reader, data)
    return frozenset(reader.seen)


def _run(reader: _Reader, data: bytes) -> None:
    if len(data) > MOST_BYTES:
        why = f"{len(data)} bytes are more than the {MOST_BYTES} that are read"
        raise Hi1Error(ErrorCode.TOO_LARGE, "message", why)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        why = f"not XML at line {error.lineno}, column {error.offset}: {expat.errors.messages[error.code]}"
        raise Hi1Error(ErrorCode.VALIDATION, "message", why) from error
    except (ValueError, LookupError) as error:
        if isinstance(error, Hi1Error):
            raise
        raise Hi1Error(ErrorCode.ENCODING, "message", "its encoding is not one that is read") from error


class _Reader:
    """Builds the tree while expat reads."""

    def __init__(self, spaces: tuple[str, ...], *, lax: bool = False) -> None:
        """``lax``: the same name may stand twice and words between members; only the names are wanted."""
        self.root: Tree = {}
        self.seen: set[str] = set()
        self._spaces, self._lax = spaces, lax
        self._open: list[_Open] = []
        self._elements = 0
        self.signed = False
        self._signature = 0
        """How many of the open elements stand in a signature, itself included."""
        self.parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.EntityDeclHandler = _refuse_doctype
        self.parser.ProcessingInstructionHandler = _refuse_instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._open) >= _DEEPEST or len(attributes) > _MOST_ATTRIBUTES:
            raise Hi1Error(ErrorCode.TOO_LARGE, "message", "more elements, depth or attributes than any message needs")
        space, _, name = tag.rpartition(_BETWEEN)
        if self._signature or (space == _SIGNATURE and name == SIGNED):
            self._start_in_signature(space, name)
            return
        if not space.startswith(self._spaces):
            raise Hi1Error(ErrorCode.VALIDATION, name, f"the namespace “{space[:200]}” is none of the standard's")
        kind = attributes.get(f"{_INSTANCE}{_BETWEEN}type")
        self.seen.add(name)
        self._open.append(_Open(name, kind.rpartition(":")[2] if kind else None))

    def _start_in_signature(self, space: str, name: str) -> None:
        """A signature is only counted: it is read by whoever verifies it, and nothing in it is part of the message."""
        if self._open and not space.startswith((*_IN_SIGNATURES, _XADES, *self._spaces)):
            raise Hi1Error(ErrorCode.VALIDATION, name, f"the namespace “{space[:200]}” is none of a signature's")
        self.signed = True
        self._signature += 1
        self.seen.add(name)
        self._open.append(_Open(name, None))

    def _end(self, _tag: str) -> None:
        done = self._open.pop()
        inside, self._signature = self._signature, max(0, self._signature - 1)
        if self._lax or inside > 1:
            return
        value: object = "".join(done.text)
        if done.members or done.type:
            if str(value).strip():
                raise Hi1Error(ErrorCode.VALIDATION, done.name, "words stand between its members")
            value = ({TYPE: done.type} if done.type else {}) | done.members
        into = self._open[-1].members if self._open else self.root
        if done.name in REPEATED:
            into.setdefault(done.name, []).append(value)
        elif done.name in into:
            raise Hi1Error(ErrorCode.VALIDATION, done.name, "stands twice where it may stand once")
        else:
            into[done.name] = value

    def _words(self, words: str) -> None:
        if self._open and not self._lax and not self._signature:
            self._open[-1].text.append(words)


def _refuse_doctype(*_: object) -> None:
    raise Hi1Error(ErrorCode.VALIDATION, "message", "a document type declaration stands in it, which no message needs")


def _refuse_instruction(*_: object) -> None:
    raise Hi1Error(ErrorCode.VALIDATION, "message", "a processing instruction stands in it, which no message needs")
