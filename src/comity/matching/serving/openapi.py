"""What the service answers, as an OpenAPI 3.1 document: our own endpoints, of which this is the contract."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from comity.matching.serving.calls import Answer, Call
from comity.matching.serving.means import Means
from comity.matching.signals import TYPES

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_NUMBER = {"type": "number"}
_COUNT = {"type": "integer"}


def _object(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_MATCH = _object(
    bank=_TEXT, bank_version=_COUNT, entry=_COUNT, member=_TEXT, signal_type=_TEXT, listed=_TEXT, distance=_NUMBER,
    threshold=_NUMBER, shadow=_FLAG, negative=_FLAG, in_force=_FLAG, ratio=_NUMBER,
)  # fmt: skip
_ABOUT = {"match": _FLAG, "allowed": _FLAG, "capped": _FLAG, "matches": _list({"$ref": "#/components/schemas/Match"})}
_SIGNAL = _object(type=_TEXT, signal=_TEXT, **_ABOUT)
_CONTENT = _object(
    content_type=_TEXT,
    outcome=_TEXT,
    allowed=_FLAG,
    measure={"type": "string", "enum": ["let_pass", "review", "disable_and_review"]},
    signals=_list({"$ref": "#/components/schemas/Signal"}),
    detections=_list(_object(signal_type=_TEXT, case=_TEXT, entry=_TEXT)),
    catalogued=_FLAG,
)
_BATCH = _object(type=_TEXT, asked=_COUNT, found=_list(_object(at=_COUNT, **_ABOUT)))
_HASHED = _object(
    content_type=_TEXT,
    outcome=_TEXT,
    why=_TEXT,
    signals={"type": "object", "additionalProperties": _list(_TEXT)},
    recipes={"type": "object", "additionalProperties": _TEXT},
    quality={"type": ["integer", "null"]},
)
_FAILURE = _object(message=_TEXT, code=_TEXT)
_STATUS = _object(
    state=_TEXT,
    position=_COUNT,
    rows={"type": "object", "additionalProperties": _COUNT},
    banks=_list(_object(name=_TEXT, version=_COUNT)),
)
_ASKED = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "signals": {"type": "object", "additionalProperties": _TEXT, "description": "signals by their type"},
        "text": {**_TEXT, "description": "a text to compare"},
        "url": {**_TEXT, "description": "an address to compare; it is never fetched"},
        "banks": {**_list(_TEXT), "description": "only these; allow banks always count"},
        "threshold": {**_NUMBER, "description": "instead of every bank's, for pdq"},
        "item": {**_TEXT, "description": "your reference: a match is entered as a detection"},
        "item_url": {**_TEXT, "description": "where the public finds it"},
        "account": {**_TEXT, "description": "who stores it"},
        "content_type": {"enum": ["photo", "video", "text", "url", "file"]},
    },
}
_MANY = {
    "type": "object",
    "required": ["signals"],
    "properties": {"type": {"enum": list(TYPES)}, "signals": _list(_TEXT), "banks": _list(_TEXT), "threshold": _NUMBER},
}
_BYTES = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORM = {"type": "object", "properties": {"photo": _BYTES, "video": _BYTES, "file": _BYTES}}
_REFUSALS = {
    "400": "The call cannot be answered as it is",
    "401": "No token that is known",
    "403": "The token may not do that",
    "413": "More than is taken in one call",
    "429": "Too many calls of this caller",
    "503": "Too busy, or no index yet; Retry-After says when",
}


def _answers(schema: dict[str, Any]) -> dict[str, Any]:
    refusals = {
        status: {"description": words, "content": {"application/json": {"schema": _FAILURE}}}
        for status, words in _REFUSALS.items()
    }
    return {"200": {"description": "The answer", "content": {"application/json": {"schema": schema}}}, **refusals}


def _query(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _body(**kinds: dict[str, Any]) -> dict[str, Any]:
    names = {"json": "application/json", "form": "multipart/form-data", "octets": "application/octet-stream"}
    content = {names.get(kind, kind): {"schema": schema} for kind, schema in kinds.items()}
    return {"required": True, "content": content}


def _paths() -> dict[str, Any]:
    wish = [_query("banks", _TEXT), _query("threshold", _NUMBER)]
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
    key["description"] = "repeating the call with the same key enters nothing twice"
    one = [_query("type", {"enum": list(TYPES)}, required=True), _query("signal", _TEXT, required=True), *wish]
    about = [_query("content_type", {"enum": ["photo", "video", "file"]})]
    return {
        "/v1/match": {
            "get": {"summary": "One signal", "parameters": one, "responses": _answers(_SIGNAL)},
            "post": {
                "summary": "Everything of one piece of content",
                "parameters": [key, *about],
                "requestBody": _body(json=_ASKED, form=_FORM, octets=_BYTES),
                "responses": _answers(_CONTENT),
            },
        },
        "/v1/match/batch": {
            "post": {
                "summary": "Many signals of one type: JSON, or (type in the query) a line or 32 bytes each",
                "parameters": [_query("type", {"enum": list(TYPES)}), *wish],
                "requestBody": _body(json=_MANY, octets=_BYTES),
                "responses": _answers(_BATCH),
            }
        },
        "/v1/hash": {
            "post": {
                "summary": "The signals of content",
                "parameters": about,
                "requestBody": _body(json=_ASKED, form=_FORM, octets=_BYTES),
                "responses": _answers(_HASHED),
            }
        },
        "/v1/status": {"get": {"summary": "How far the index is", "responses": _answers(_STATUS)}},
    }


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Comity match service", "version": "1", "license": {"name": "Apache-2.0"}},
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Match": _MATCH, "Signal": _SIGNAL},
        },
        "paths": _paths(),
    }


def served(means: Means, call: Call) -> Answer:
    """``GET /v1/openapi.json``."""
    del means, call
    return Answer(200, json.dumps(document()).encode())
