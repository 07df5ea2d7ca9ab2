"""What every document has in common: it is frozen, refuses unknown fields and has exactly one encoding."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, Self

import rfc8785
from pydantic import BaseModel, ConfigDict, ValidationError

Json = dict[str, Any]
_put = object.__setattr__


class MalformedDocument(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """Stored bytes are not the document they should be."""


class Value(BaseModel):
    """A part of a document: frozen, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    _every: ClassVar[set[str]]

    @classmethod
    def __pydantic_init_subclass__(cls, **_options: Any) -> None:
        """Note the names of all fields, once."""
        cls._every = set(cls.model_fields)

    @classmethod
    def sure(cls, **fields: Any) -> Self:
        """Made of all fields without a check, several times as fast; only for what a checked table or this house
        itself made, never for anything that came from outside.
        """
        made = cls.__new__(cls)
        _put(made, "__dict__", fields)
        _put(made, "__pydantic_fields_set__", cls._every)
        _put(made, "__pydantic_extra__", None)
        _put(made, "__pydantic_private__", None)
        return made

    def but(self, **fields: Any) -> Self:
        """The same with other values in some fields, unchecked as in ``sure``."""
        return self.sure(**{**self.__dict__, **fields})


class Document(Value):
    """A noun of the case file. ``kind`` is its word in the glossary and in the log's leaf."""

    kind: ClassVar[str]

    def canonical(self) -> bytes:
        """The document's one encoding: JSON by RFC 8785."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    @classmethod
    def from_canonical(cls, body: bytes) -> Self:
        """Read a stored document back; raises ``MalformedDocument`` and nothing else."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            message = f"not a {cls.kind}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}"
            raise MalformedDocument(message) from error


def commitment(salt: bytes, body: bytes) -> bytes:
    """The salted commitment to a document's bytes that its leaf carries: SHA-256 over salt, then body.

    The database computes the same in its trigger; whoever holds salt and body can open it, nobody else can guess it.
    """
    return hashlib.sha256(salt + body).digest()
