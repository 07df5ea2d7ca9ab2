"""What the OpenAPI document says beyond what Ninja can see: raw bodies, problem responses, the idempotency key."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from comity.api.problems import MEDIA_TYPE

Json = dict[str, Any]

problem_codes = frozenset({400, 401, 403, 404, 405, 409, 411, 413, 415, 416, 422, 500})
"""Every failure has the same shape, so each address names them all."""

_FIRST_FAILURE = 400
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same client names the same call: repeat it after a failure without harm.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
}


def order_body() -> Json:
    """The body of an order: any JSON object with the keys of Annex I, or a signed PDF; nothing is refused by shape."""
    annex = {
        "description": "Annex I as an object. What is missing or wrong comes back as findings, never as a refusal."
    }
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": annex},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    }


def body_of(form: type[BaseModel]) -> Json:
    """The body of another call, as JSON."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": form.model_json_schema()}}}}


def answer_files() -> Json:
    """An answer is a file: the sealed PDF, or the same fields as JSON."""
    content: Json = {
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": {"type": "object"}},
    }
    return {"responses": {"200": {"description": "The form, byte for byte as it was entered", "content": content}}}


def package_files() -> Json:
    """A package is an encrypted file, given whole or in part."""
    content: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    whole = {"description": "The package", "content": content}
    return {"responses": {"200": whole, "206": {"description": "A part of it (RFC 9110, 14.2)", "content": content}}}


def described(document: Json) -> Json:
    """Ninja's document, completed."""
    for path in document["paths"].values():
        for method, operation in path.items():
            if method == "post":
                operation.setdefault("parameters", []).append(_KEY)
            for code, response in operation["responses"].items():
                if int(code) >= _FIRST_FAILURE and "application/json" in response.get("content", {}):
                    response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
    return document
