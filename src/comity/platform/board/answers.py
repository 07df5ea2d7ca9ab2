"""The platform's answers, checked at the border: whatever is not exactly the contract is ``Unintelligible``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from comity.casefile.clock import Instant
from comity.platform.answers import Answer, Digest, Language, MediaType, Name, Size

Path = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$", max_length=300)]


class Resolved(Answer):
    """``GET /admin/v1/resolve``."""

    outcome: Literal["found", "absent"]
    item: Name | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.outcome == "found") != (self.item is not None):
            message = "an item is named exactly when it is found"
            raise ValueError(message)
        return self


class ItemsListed(Answer):
    """``GET /admin/v1/items``."""

    items: list[Name]
    texts: dict[Name, str]
    next: Name | None


class MediaAnswer(Answer):
    """One picture in a description."""

    name: Name
    media_type: MediaType
    size: Size
    sha256: Digest
    path: Path


class Described(Answer):
    """``GET /admin/v1/items/<item>``."""

    item: Name
    account: Name
    kind: str
    created_at: Instant
    title: str
    media: list[MediaAnswer]
    paths: list[Path]
    disabled_in: list[str]


class Effected(Answer):
    """``POST …/disable`` and ``…/restore``."""

    state: Literal["available", "disabled"]
    already: bool
    at: Instant
    disabled_in: list[str]
    detail: str


class Known(Answer):
    """``GET /admin/v1/accounts/<account>``."""

    account: Name
    language: Language | None


class Messaged(Answer):
    """``POST /admin/v1/accounts/<account>/messages``."""

    message: Name
    at: Instant
