"""The platform's answers, checked at the border; ``docs/platform-webhook.yaml`` says the same for its engineer."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from comity.casefile.clock import Instant
from comity.platform.answers import Answer, Digest, Language, MediaType, Size

Reference = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
"""The platform's own name of an item, an account or a message: visible ASCII."""
Cursor = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,500}$")]
"""Where a page begins, in the platform's own words: visible ASCII."""
Url = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,2000}$")]
Territory = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$")]


class About(Answer):
    """``GET /about``."""

    contract: Literal["1"]
    name: str
    sample: Url | None = None


class Resolved(Answer):
    """``GET /resolve``."""

    outcome: Literal["found", "absent", "not_ours"]
    item: Reference | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.outcome == "found") != (self.item is not None):
            raise ValueError("an item is named exactly when it is found")
        return self


class ListedAnswer(Answer):
    """One item in a page."""

    item: Reference
    text: str | None = None


class ItemsListed(Answer):
    """``GET /items``."""

    items: list[ListedAnswer]
    next: Cursor | None


class MediaAnswer(Answer):
    """One picture, film or file in a description."""

    name: str
    media_type: MediaType
    size: Size
    sha256: Digest
    url: Url


class Described(Answer):
    """``GET /items/<item>``."""

    item: Reference
    account: Reference
    kind: str
    created_at: Instant
    title: str
    media: list[MediaAnswer]
    urls: list[Url]
    disabled_in: list[Territory]


class Effected(Answer):
    """``POST …/disable`` and ``…/restore``."""

    state: Literal["available", "disabled"]
    already: bool
    at: Instant
    disabled_in: list[Territory]
    detail: str

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.state == "disabled") != bool(self.disabled_in):
            raise ValueError("an item is disabled exactly when it is disabled somewhere")
        return self


class Known(Answer):
    """``GET /accounts/<account>``."""

    language: Language | None


class Messaged(Answer):
    """``POST /accounts/<account>/messages``."""

    message: Reference
    at: Instant
