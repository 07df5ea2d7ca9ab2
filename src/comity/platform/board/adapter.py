"""``Content`` and ``Messages`` for the board, and for every platform that offers the same HTTP interface."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Self

from comity.platform import addresses, checks
from comity.platform.answers import Parts, spoken
from comity.platform.board import answers
from comity.platform.board.client import Client
from comity.platform.board.settings import BoardSettings
from comity.platform.errors import Absent, PlatformFailure, Unintelligible, Unsendable
from comity.platform.listings import ListedItem, Page
from comity.platform.protocols import (
    EVERYWHERE,
    UNION,
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

_ROOT = "/admin/v1"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_GONE = frozenset({404, 410, 451})


class Board:
    """The adapter. One instance serves a whole process; close it at the end, or use it as a context manager."""

    def __init__(self, settings: BoardSettings) -> None:
        self._settings = settings
        self._client = Client(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def resolve(self, url: str) -> Resolution:
        """Find the item behind a URL; the URL's path is shown to the platform, the URL itself is never visited."""
        address = addresses.read(url, self._settings.origins)
        if address.path is None:
            return Resolution(address.outcome, None, address.why)
        try:
            answer = self._client.get(answers.Resolved, f"{_ROOT}/resolve", {"path": address.path})
        except PlatformFailure as failure:
            why = f"{address.why}; {failure.code}: {failure}"
            return Resolution(Outcome.UNKNOWN, None, why, again=failure.retry)
        if answer.item is None:
            return Resolution(Outcome.ABSENT, None, f"{address.why}; the platform has nothing there")
        return Resolution(Outcome.FOUND, answer.item, address.why)

    def describe(self, item: str) -> Description:
        """Say what an item is."""
        found = self._client.get(answers.Described, f"{_ROOT}/items/{_name(item)}")
        if found.item != item:
            message = "the platform described another item than was asked for"
            raise Unintelligible(message)
        base = self._settings.public_url
        media = tuple(Media(one.name, one.media_type, one.size, one.sha256, base + one.path) for one in found.media)
        return Description(
            item=found.item,
            account=found.account,
            kind=found.kind,
            created_at=found.created_at,
            title=found.title,
            media=media,
            urls=tuple(base + path for path in found.paths),
            disabled_in=tuple(sorted(found.disabled_in)),
        )

    def fetch(self, item: str) -> Iterator[Part]:
        """Give everything to be preserved: small parts of one moment at once, then each picture's bytes."""
        path = f"{_ROOT}/items/{_name(item)}/parts"
        for part in self._client.get(Parts, path).parts:
            chunks = self._client.part(f"{path}/{part.name}", part) if part.text is None else spoken(part)
            yield Part(part.name, part.media_type, chunks)

    def listed(self, cursor: str | None, most: int) -> Page:
        """A page of posts; a post's pictures are its files."""
        query = {"after": cursor or "", "most": str(most)}
        found = self._client.get(answers.ItemsListed, f"{_ROOT}/items", query)
        checks.goes_on(cursor, found.next)
        return Page(tuple(ListedItem(item, found.texts.get(item)) for item in found.items), found.next)

    def files(self, item: str) -> Iterator[Part]:
        """A post's pictures."""
        path = f"{_ROOT}/items/{_name(item)}/parts"
        for part in self._client.get(Parts, path).parts:
            if part.text is None:
                yield Part(part.name, part.media_type, self._client.part(f"{path}/{part.name}", part))

    def disable(self, item: str, *, territories: tuple[str, ...], key: str, legal: LegalNote | None) -> Effect:
        """Make an item invisible in territories; believed only when the platform names them all afterwards."""
        note = {"blocked_by": legal.blocked_by, "reference": legal.reference} if legal else None
        body = {"territories": checks.sendable_territories(territories), "legal": note}
        effect = self._effect(f"{_ROOT}/items/{_name(item)}/disable", body, key)
        if not set(territories) <= set(effect.disabled_in):
            message = (
                f"the platform confirmed, but names as disabled only: {', '.join(effect.disabled_in) or 'nothing'}"
            )
            raise Unintelligible(message)
        return effect

    def restore(self, item: str, *, territories: tuple[str, ...], key: str) -> Effect:
        """Lift what was disabled for exactly these territories."""
        body = {"territories": checks.sendable_territories(territories)}
        effect = self._effect(f"{_ROOT}/items/{_name(item)}/restore", body, key)
        if set(territories) & set(effect.disabled_in):
            message = f"the platform confirmed, but still disables in: {', '.join(effect.disabled_in)}"
            raise Unintelligible(message)
        return effect

    def _effect(self, path: str, body: Mapping[str, object], key: str) -> Effect:
        done = self._client.post(answers.Effected, path, body, checks.sendable_key(key))
        where = tuple(sorted(done.disabled_in))
        if (done.state == "disabled") != bool(where):
            message = "the platform's state and territories contradict one another"
            raise Unintelligible(message)
        return Effect(State(done.state), done.already, done.at, where, done.detail)

    def seen_by_stranger(self, url: str, territory: str | None) -> StrangerView:
        """Fetch the item's page and all its parts without any secret, from each country that stands for a territory."""
        address = addresses.read(url, self._settings.origins)
        if address.path is None:
            return StrangerView(None, None, address.why)
        try:
            paths = self._public_paths(address.path)
            views = [self._view(path, country) for country in self._countries(territory) for path in paths]
        except PlatformFailure as failure:
            return StrangerView(None, None, f"{failure.code}: {failure}")
        return checks.together(views)

    def _countries(self, territory: str | None) -> tuple[str | None, ...]:
        if territory is None:
            return (None,)
        checks.sendable_territories((territory,))
        return self._settings.union_vantages if territory in {UNION, EVERYWHERE} else (territory,)

    def _public_paths(self, path: str) -> list[str]:
        """The path that was named, then every other under which a part of the same item is found."""
        item = self._client.get(answers.Resolved, f"{_ROOT}/resolve", {"path": path}).item
        if item is None:
            return [path]
        try:
            others = self._client.get(answers.Described, f"{_ROOT}/items/{_name(item)}").paths
        except Absent:
            others = []
        return [path, *(other for other in others if other != path)]

    def _view(self, path: str, country: str | None) -> StrangerView:
        status, answered_for = self._client.look(path, country)
        where = country or "here"
        if country is not None and answered_for != country:
            return StrangerView(status, None, f"GET {path} from {where}: {status}, but answered for {answered_for}")
        gone = True if status in _GONE else False if status == 200 else None
        return StrangerView(status, gone, f"GET {path} from {where}: {status}")

    def notify(self, account: str, notice: NoticeText, *, key: str) -> Delivered:
        """Put a notice into a user's inbox, once."""
        body = {
            "subject": notice.subject,
            "text": notice.text,
            "language": notice.language,
            "link": notice.link,
        }
        done = self._client.post(
            answers.Messaged, f"{_ROOT}/accounts/{_name(account)}/messages", body, checks.sendable_key(key)
        )
        return Delivered(done.message, done.at)

    def language(self, account: str) -> str | None:
        """What an account chose to read; nobody knows where there is no account."""
        try:
            return self._client.get(answers.Known, f"{_ROOT}/accounts/{_name(account)}").language
        except Absent:
            return None


def _name(name: str) -> str:
    """A platform's reference as one segment of a path; anything else could leave the interface."""
    if _NAME.fullmatch(name) is None:
        message = f"{name[:64]!a} is not a reference that the platform gives"
        raise Unsendable(message)
    return name
