"""``Content`` and ``Messages`` for every platform that offers the contract of ``docs/platform-webhook.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Self

from comity.platform import addresses, checks
from comity.platform.answers import Parts, spoken
from comity.platform.errors import Absent, Cannot, PlatformFailure, Refused, Unintelligible, Unsendable
from comity.platform.listings import ListedItem, Page
from comity.platform.protocols import (
    EVERYWHERE,
    Delivered,
    Description,
    Effect,
    LegalNote,
    Media,
    NoticeText,
    Outcome,
    Part,
    Resolution,
    State,
    StrangerView,
)
from comity.platform.webhook import answers
from comity.platform.webhook.client import Client, path
from comity.platform.webhook.settings import WebhookSettings

_REFERENCE = re.compile(r"[!-~]{1,200}", re.ASCII)
_GONE = frozenset({404, 410, 451})


class Webhook:
    """The adapter. One instance serves a whole process; close it at the end, or use it as a context manager."""

    def __init__(self, settings: WebhookSettings) -> None:
        self._settings = settings
        self._client = Client(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def about(self) -> answers.About:
        """What the platform says of itself."""
        return self._client.get(answers.About, "about")

    def resolve(self, url: str) -> Resolution:
        """Find the item behind a URL of a host of ours; the platform is shown the whole URL, nobody visits it."""
        address = addresses.read(url, self._settings.origins)
        if address.path is None:
            return Resolution(address.outcome, None, address.why)
        try:
            answer = self._client.get(answers.Resolved, "resolve", {"url": url.strip(" ")})
        except PlatformFailure as failure:
            why = f"{address.why}; {failure.code}: {failure}"
            return Resolution(Outcome.UNKNOWN, None, why, again=failure.retry)
        more = "" if answer.item else f"; the platform says: {answer.outcome}"
        return Resolution(Outcome(answer.outcome), answer.item, address.why + more)

    def describe(self, item: str) -> Description:
        """Say what an item is."""
        found = self._client.get(answers.Described, path("items", _reference(item)))
        if found.item != item:
            raise Unintelligible("the platform described another item than was asked for")
        return Description(
            item=found.item,
            account=found.account,
            kind=found.kind,
            created_at=found.created_at,
            title=found.title,
            media=tuple(Media(one.name, one.media_type, one.size, one.sha256, one.url) for one in found.media),
            urls=tuple(found.urls),
            disabled_in=tuple(sorted(found.disabled_in)),
        )

    def fetch(self, item: str) -> Iterator[Part]:
        """Give everything to be preserved: small parts of one moment at once, then each larger one streamed."""
        for part in self._client.get(Parts, path("items", _reference(item), "parts")).parts:
            where = path("items", item, "parts", part.name)
            chunks = self._client.part(where, part) if part.text is None else spoken(part)
            yield Part(part.name, part.media_type, chunks)

    def listed(self, cursor: str | None, most: int) -> Page:
        """A page of everything that is stored. This call is optional: a platform that refuses it does not list."""
        query = {"most": str(most)} | ({"after": cursor} if cursor is not None else {})
        try:
            found = self._client.get(answers.ItemsListed, "items", query)
        except (Absent, Cannot) as failure:
            raise Cannot("this platform does not list what it stores (GET /items)") from failure
        checks.goes_on(cursor, found.next)
        return Page(tuple(ListedItem(one.item, one.text) for one in found.items), found.next)

    def files(self, item: str) -> Iterator[Part]:
        """Those parts whose bytes the description names as the item's media."""
        media = {one.sha256 for one in self.describe(item).media}
        for part in self._client.get(Parts, path("items", item, "parts")).parts:
            if part.sha256 in media:
                chunks = (
                    self._client.part(path("items", item, "parts", part.name), part)
                    if part.text is None
                    else spoken(part)
                )
                yield Part(part.name, part.media_type, chunks)

    def disable(self, item: str, *, territories: tuple[str, ...], key: str, legal: LegalNote | None) -> Effect:
        """Make an item invisible in territories; believed only when the platform names all of them, or everywhere."""
        note = {"blocked_by": legal.blocked_by, "reference": legal.reference} if legal else None
        effect = self._effect(
            "disable", item, {"territories": checks.sendable_territories(territories), "legal": note}, key
        )
        if EVERYWHERE not in effect.disabled_in and not set(territories) <= set(effect.disabled_in):
            named = ", ".join(effect.disabled_in) or "nothing"
            raise Unintelligible(f"the platform confirmed, but names as disabled only: {named}")
        return effect

    def restore(self, item: str, *, territories: tuple[str, ...], key: str) -> Effect:
        """Lift what was disabled for exactly these territories."""
        effect = self._effect("restore", item, {"territories": checks.sendable_territories(territories)}, key)
        if set(territories) & set(effect.disabled_in):
            raise Unintelligible(f"the platform confirmed, but still disables in: {', '.join(effect.disabled_in)}")
        return effect

    def _effect(self, measure: str, item: str, body: Mapping[str, object], key: str) -> Effect:
        where = path("items", _reference(item), measure)
        done = self._client.post(answers.Effected, where, body, checks.sendable_key(key))
        return Effect(State(done.state), done.already, done.at, tuple(sorted(done.disabled_in)), done.detail)

    def seen_by_stranger(self, url: str, territory: str | None) -> StrangerView:  # noqa: ARG002 -- looks from here only
        """Fetch the address, and every public URL of its item, without any secret, from where Comity stands."""
        address = addresses.read(url, self._settings.origins)
        if address.path is None:
            return StrangerView(None, None, address.why)
        try:
            views = [self._view(one) for one in self._public_urls(url.strip(" "))]
        except PlatformFailure as failure:
            return StrangerView(None, None, f"{failure.code}: {failure}")
        return checks.together(views)

    def _public_urls(self, url: str) -> list[str]:
        found = self._client.get(answers.Resolved, "resolve", {"url": url})
        if found.item is None:
            return [url]
        told = self.describe(found.item)
        return list(dict.fromkeys((url, *told.urls, *(one.url for one in told.media))))

    def _view(self, url: str) -> StrangerView:
        """One look. A URL that the platform names on a foreign host is not visited, and so cannot be called gone."""
        if addresses.read(url, self._settings.origins).path is None:
            return StrangerView(None, None, f"{url[:200]!a} is not on a host of this provider")
        status = self._client.look(url.partition("#")[0])
        gone = True if status in _GONE else False if status == 200 else None
        return StrangerView(status, gone, f"GET {url[:200]}: {status}")

    def notify(self, account: str, notice: NoticeText, *, key: str) -> Delivered:
        """Put a notice into a user's inbox, once."""
        body = {"subject": notice.subject, "text": notice.text, "language": notice.language, "link": notice.link}
        where = path("accounts", _reference(account), "messages")
        done = self._client.post(answers.Messaged, where, body, checks.sendable_key(key))
        return Delivered(done.message, done.at)

    def language(self, account: str) -> str | None:
        """What an account reads. This call is optional: a platform that refuses it simply does not know."""
        try:
            return self._client.get(answers.Known, path("accounts", _reference(account))).language
        except (Absent, Cannot, Refused):
            return None


def _reference(name: str) -> str:
    """A platform's reference as one segment of a path; dots alone would lead out of it."""
    if _REFERENCE.fullmatch(name) is None or name in (".", ".."):
        raise Unsendable(f"{name[:64]!a} is not a reference that the platform gives")
    return name
