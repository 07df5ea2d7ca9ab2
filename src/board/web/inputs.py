"""Reading the bodies of the interface: every field checked, nothing else allowed."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from board.errors import BadInput
from board.pictures import reencode
from board.store.accounts import Letter
from board.store.bars import Note
from board.store.posts import PICTURES, Draft
from board.store.territories import is_territory

Body = dict[str, Any]

# Printable ASCII without what would end the angle brackets or the header that carries it (RFC 8288 section 3).
_LINK = re.compile(r"https?://[!#-;=?-Z_a-z~%\[\]]{1,2000}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}", re.ASCII)


def _only(body: Body, *fields: str) -> None:
    unknown = sorted(set(body) - set(fields))
    if unknown:
        message = f"{unknown[0][:40]}: no such field."
        raise BadInput(message)


def _text(body: Body, field: str, longest: int) -> str:
    value = body.get(field)
    # NUL and lone surrogates are no text: neither SQLite nor UTF-8 can carry them.
    if not isinstance(value, str) or not 0 < len(value) <= longest or re.search("[\0\ud800-\udfff]", value):
        message = f"{field}: a text of 1 to {longest} characters."
        raise BadInput(message)
    return value


def _link(body: Body, field: str) -> str:
    value = _text(body, field, 2000)
    if _LINK.fullmatch(value) is None:
        message = f"{field}: an http or https URL."
        raise BadInput(message)
    return value


def territories(body: Body, *others: str) -> list[str]:
    """The field ``territories``: a list of country codes, ``EU`` or ``*``, each once."""
    _only(body, "territories", *others)
    value = body.get("territories")
    well_formed = isinstance(value, list) and 0 < len(value) <= 260
    if not well_formed or not all(isinstance(one, str) and is_territory(one) for one in value or ()):
        message = "territories: a list of country codes, EU or *."
        raise BadInput(message)
    return sorted(set(value or ()))


def note(body: Body) -> Note | None:
    """The field ``legal``: ``null`` for a quiet removal; it must be there, since silence is chosen, not forgotten."""
    if "legal" not in body:
        message = "legal: an object, or null for a quiet removal."
        raise BadInput(message)
    value = body["legal"]
    if value is None:
        return None
    if not isinstance(value, dict):
        message = "legal: an object, or null for a quiet removal."
        raise BadInput(message)
    _only(value, "blocked_by", "reference")
    reference = _text(value, "reference", 200) if value.get("reference") is not None else None
    return Note(_link(value, "blocked_by"), reference)


def letter(body: Body) -> Letter:
    """A message to a user."""
    _only(body, "subject", "text", "language", "link")
    language = _text(body, "language", 40)
    if _LANGUAGE.fullmatch(language) is None:
        message = "language: a tag of BCP 47."
        raise BadInput(message)
    link = _link(body, "link") if body.get("link") is not None else None
    return Letter(_text(body, "subject", 300), _text(body, "text", 50_000), language, link)


def draft(body: Body) -> tuple[str, Draft]:
    """A post and the name of its author; pictures in base64."""
    _only(body, "by", "room", "title", "body", "pictures")
    given = body.get("pictures", [])
    if not isinstance(given, list) or len(given) > PICTURES or not all(isinstance(one, str) for one in given):
        message = f"pictures: at most {PICTURES} texts in base64."
        raise BadInput(message)
    try:
        pictures = tuple(reencode(base64.b64decode(one, validate=True)) for one in given)
    except binascii.Error as error:
        message = "pictures: not base64."
        raise BadInput(message) from error
    fields = (_text(body, "room", 20), _text(body, "title", 200), _text(body, "body", 20_000))
    return _text(body, "by", 30), Draft(*fields, pictures=pictures)
