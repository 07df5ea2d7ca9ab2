"""The base of every platform's answers: checked at the border, whatever is not the contract is ``Unintelligible``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from comity.platform import checks
from comity.platform.errors import Unintelligible

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$")]
"""BCP 47."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$", max_length=100)]
Size = Annotated[int, Field(ge=0)]


class Answer(BaseModel):
    """An answer. Fields that a newer platform adds are passed over; a missing or misshapen one is refused."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class PartAnswer(Answer):
    """One part of an item as announced; ``text`` carries a small one."""

    name: Name
    media_type: MediaType
    size: Size
    sha256: Digest
    text: str | None = None


class Parts(Answer):
    """Everything to be preserved of an item."""

    parts: list[PartAnswer]

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({part.name for part in self.parts}) != len(self.parts):
            raise ValueError("every part has a name of its own")
        return self


def spoken(part: PartAnswer) -> Iterator[bytes]:
    """A part that came inside the answer itself."""
    octets = (part.text or "").encode()
    return checks.as_announced(f"part {part.name}", part.size, part.sha256, [octets])


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
