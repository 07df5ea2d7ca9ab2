"""``Records`` for every platform that offers the part *records* of ``docs/platform-webhook.yaml``.

Questions are POSTs, so that no account stands in anybody's access log; they change nothing and carry no key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.casefile.documents.disclosure import Category, DisclosureGrant, Identifier, Preservation, Scope
from comity.platform import asking, checks
from comity.platform.answers import Answer, Digest, MediaType, Name, PartAnswer, Size
from comity.platform.errors import Absent, Cannot, Unintelligible
from comity.platform.protocols import Held, Part, RecordRow
from comity.platform.webhook.client import Client, path
from comity.platform.webhook.settings import WebhookSettings

_MOST_PAGES = 100_000


class FileAnswer(Answer):
    """A file beside a row."""

    name: Name
    media_type: MediaType
    size: Size
    sha256: Digest


class RowAnswer(Answer):
    """One row."""

    category: Annotated[Category, Field(strict=False)]
    identifier: Annotated[Identifier, Field(strict=False)]
    at: Instant | None = None
    ended_at: Instant | None = None
    fields: dict[str, str | int | float | bool | None]
    file: FileAnswer | None = None


class Rows(Answer):
    """``POST /records/<question>``."""

    rows: Annotated[list[RowAnswer], Field(max_length=10_000)]
    next: str | None = None


class HeldAnswer(Answer):
    """``POST /records/hold`` and ``…/release``."""

    holds: bool
    at: Instant
    detail: str = ""


class WebhookRecords:
    """The adapter. One instance serves a whole process; close it at the end, or use it as a context manager."""

    name = "webhook"

    def __init__(self, settings: WebhookSettings) -> None:
        self._client = Client(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def subscriber(self, scope: Scope) -> Iterator[RecordRow]:
        """Who the user is."""
        return self._asked("subscriber", scope, Category.SUBSCRIBER)

    def identification(self, scope: Scope) -> Iterator[RecordRow]:
        """From where the account was used."""
        return self._asked("identification", scope, Category.USER_ID)

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        """Log-ins, messages without what they say, locations."""
        return self._asked("traffic", scope, Category.TRAFFIC, Category.LOCATION)

    def content(self, scope: Scope) -> Iterator[RecordRow]:
        """What the account wrote and stored."""
        return self._asked("content", scope, Category.CONTENT)

    def hold(self, preservation: Preservation, *, key: str) -> Held:
        """Keep these records; a platform that does not offer it *cannot*."""
        body = {"basis": preservation.basis, **_terms(preservation)}
        return self._held("hold", body, checks.sendable_key(key), holds=True)

    def release(self, preservation: Preservation, *, key: str) -> Held:
        """End what was held under this key."""
        body = {"basis": preservation.basis, "hold": checks.sendable_key(key)}
        return self._held("release", body, f"{key}-release", holds=False)

    def _held(self, measure: str, body: Json, key: str, *, holds: bool) -> Held:
        try:
            done = self._client.post(HeldAnswer, path("records", measure), body, key)
        except Absent as error:
            raise Cannot(f"the platform offers no way to {measure} records") from error
        if done.holds != holds:
            raise Unintelligible(f"the platform was asked to {measure} records, and says that it did not")
        return Held(done.holds, done.at, done.detail)

    def _asked(self, question: str, scope: Scope, *categories: Category) -> Iterator[RecordRow]:
        _, named = asking.granted(scope, *categories)
        grant = {"decision": scope.decision, "number": scope.number} if isinstance(scope, DisclosureGrant) else {}
        body: Json = {**_terms(scope), "categories": [one.value for one in named], "grant": grant or None}
        return self._rows(question, scope, body)

    def _rows(self, question: str, scope: Scope, body: Json) -> Iterator[RecordRow]:
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._client.ask(Rows, path("records", question), {**body, "after": after})
            for one in page.rows:
                yield asking.row(
                    scope.terms,
                    one.category,
                    one.identifier,
                    one.at,
                    one.fields,
                    ended_at=one.ended_at,
                    file=self._file(one.file) if one.file else None,
                )
            if page.next is None:
                return
            after = page.next
        raise Unintelligible("the platform's answer has no end")

    def _file(self, told: FileAnswer) -> Part:
        announced = PartAnswer(name=told.name, media_type=told.media_type, size=told.size, sha256=told.sha256)
        return Part(told.name, told.media_type, self._client.part(path("records", "files", told.name), announced))


def _terms(scope: Scope) -> Json:
    """What a platform is told of the terms. Not the purpose: whose it is, is nobody's business there."""
    terms = scope.terms
    return {
        "identifiers": [one.model_dump(mode="json") for one in terms.identifiers],
        "categories": [one.value for one in terms.categories],
        "fields": list(terms.fields),
        "since": terms.period.since.z(),
        "until": terms.period.until.z(),
        "stored_by": terms.stored_by.z(),
        "ends_at": terms.ends_at.z(),
    }
