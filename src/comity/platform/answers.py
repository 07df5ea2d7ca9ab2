"""The base of every platform's answers: checked at the border, whatever is not the contract is ``Unintelligible``."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from comity.platform.errors import Unintelligible


class Answer(BaseModel):
    """An answer. Fields that a newer platform adds are passed over; a missing or misshapen one is refused."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


A = TypeVar("A", bound=Answer)


def read(kind: type[A], body: bytes) -> A:
    """Read an answer of a kind."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        message = f"the platform's answer is not a {kind.__name__}: {where}: {first['msg']}"
        raise Unintelligible(message) from error
