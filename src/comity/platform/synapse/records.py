"""``Records`` of a Matrix homeserver: the profile, devices and their addresses, what the account sent, its files.

The homeserver keeps addresses of connections about four weeks, each with the last time it was used alone. It has no
measure that keeps an account from deletion without telling, so ``hold`` says *cannot*.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

from comity.casefile.documents.disclosure import (
    Category,
    GrantTerms,
    Identifier,
    IdentifierKind,
    Preservation,
    Scope,
)
from comity.platform import asking
from comity.platform.errors import Absent, Cannot
from comity.platform.protocols import Held, Part, RecordRow
from comity.platform.synapse import addresses, answers, contents
from comity.platform.synapse.client import ADMIN, Client, path
from comity.platform.synapse.settings import SynapseSettings

_USERS = "/_synapse/admin/v2/users"
_MEDIUM = {IdentifierKind.EMAIL: "email", IdentifierKind.PHONE_NUMBER: "msisdn"}
_PAGE = 200
_NOBODY = "@comity-asks-in-vain"
Ask = Callable[[str], Iterator[object]]
_NO_HOLD = "the homeserver cannot keep an account from deletion; what is there now is copied into custody"
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", re.ASCII)


class SynapseRecords:
    """The adapter. One instance serves a whole process; close it at the end, or use it as a context manager."""

    name = "synapse"

    def __init__(self, settings: SynapseSettings) -> None:
        self._settings = settings
        self._client = Client(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def subscriber(self, scope: Scope) -> Iterator[RecordRow]:
        """What was registered: names, proved addresses, since when, on which devices."""
        terms, _ = asking.granted(scope, Category.SUBSCRIBER)
        for identifier, user in self._accounts(terms, self._registration):
            account = self._client.get(answers.Account, path(_USERS, user))
            devices = self._client.get(answers.Devices, path(_USERS, user, "devices")).devices
            yield asking.row(
                terms,
                Category.SUBSCRIBER,
                identifier,
                answers.instant(account.creation_ts * 1000) if account.creation_ts else None,
                _registered(account, devices),
            )

    def identification(self, scope: Scope) -> Iterator[RecordRow]:
        """From which addresses the account was used, each with the last time of it."""
        terms, _ = asking.granted(scope, Category.USER_ID)
        for identifier, user in self._accounts(terms, lambda user: self._connections(user, terms)):
            for device, one in self._connections(user, terms):
                yield _connection(terms, Category.USER_ID, identifier, user, device, one)

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        """The same connections, and every event that the account sent, without what it says. No locations are kept."""
        terms, named = asking.granted(scope, Category.TRAFFIC, Category.LOCATION)
        if Category.TRAFFIC in named:
            yield from self._traffic(terms)

    def _traffic(self, terms: GrantTerms) -> Iterator[RecordRow]:
        asks = (lambda user: self._connections(user, terms)), (lambda user: self._events(user, terms))
        for identifier, user in self._accounts(terms, *asks):
            for device, one in self._connections(user, terms):
                yield _connection(terms, Category.TRAFFIC, identifier, user, device, one, event="connection")
            for event in self._events(user, terms):
                said = {"account": user, "event": event.type, "message": event.event_id, "room": event.room_id}
                at = answers.instant(event.origin_server_ts)
                yield asking.row(terms, Category.TRAFFIC, identifier, at, said)

    def content(self, scope: Scope) -> Iterator[RecordRow]:
        """What the account wrote, as it was written, and the files that it uploaded."""
        terms, _ = asking.granted(scope, Category.CONTENT)
        for identifier, user in self._accounts(terms, lambda user: self._events(user, terms), self._media):
            for event in self._events(user, terms):
                yield self._written(terms, identifier, user, event)
            yield from self._uploads(identifier, user, terms)

    def hold(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the protocol's
        """Not here."""
        raise Cannot(_NO_HOLD)

    def release(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the same
        """Nothing was held."""
        raise Cannot(_NO_HOLD)

    def _accounts(self, terms: GrantTerms, *asks: Ask) -> Iterator[tuple[Identifier, str]]:
        """Each identifier that names an account here, and the account. Exactly: Matrix compares letter by letter.

        ``asks`` are what is asked of an account. Of one that does not exist it is asked in vain, so that the time of an
        answer does not tell it from one that was silent.
        """
        for identifier in terms.identifiers:
            user = self._account(identifier) or f"{_NOBODY}:{self._settings.server_name}"
            if user.partition(":")[2] != self._settings.server_name:
                continue
            if self._exists(user):
                yield identifier, user
            else:
                for ask in asks:
                    with suppress(Absent):
                        deque(ask(user), maxlen=0)

    def _exists(self, user: str) -> bool:
        try:
            return self._client.get(answers.User, path(_USERS, user)).name == user
        except Absent:
            return False

    def _registration(self, user: str) -> Iterator[object]:
        with suppress(Absent):
            yield self._client.get(answers.Account, path(_USERS, user))
        yield self._client.get(answers.Devices, path(_USERS, user, "devices"))

    def _media(self, user: str) -> Iterator[object]:
        query = {"limit": str(_PAGE), "order_by": "created_ts"}
        yield self._client.get(answers.Uploads, path(f"{ADMIN}/users", user, "media"), query)

    def _account(self, identifier: Identifier) -> str:
        if identifier.kind is IdentifierKind.USER_ID:
            return identifier.value if addresses.USER.fullmatch(identifier.value) else ""
        medium = _MEDIUM.get(identifier.kind)
        if medium is None:
            return ""
        try:
            where = path(f"{ADMIN}/threepid", medium, "users", identifier.value.removeprefix("+"))
            return self._client.get(answers.Found, where).user_id
        except Absent:
            return ""

    def _connections(self, user: str, terms: GrantTerms) -> Iterator[tuple[str, answers.Connection]]:
        for device, used in self._client.get(answers.Whois, path(f"{ADMIN}/whois", user)).devices.items():
            for session in used.sessions:
                for one in session.connections:
                    if one.last_seen is not None and _within(one.last_seen, terms):
                        yield device, one

    def _events(self, user: str, terms: GrantTerms) -> Iterator[answers.Event]:
        """Every event of the account in the period, room by room, the newest first.

        A room is read to its beginning: times are their senders' claims, and an old one may stand among new ones.
        """
        only = json.dumps({"senders": [user]})
        where = path(f"{ADMIN}/users", user, "memberships")
        for room in self._client.get(answers.Memberships, where).memberships:
            query = {"dir": "b", "limit": str(_PAGE), "filter": only}
            while True:
                page = self._client.get(answers.Messages, path(f"{ADMIN}/rooms", room, "messages"), query)
                yield from (one for one in page.chunk if one.sender == user and _within(one.origin_server_ts, terms))
                if page.end is None:
                    break
                query["from"] = page.end

    def _written(self, terms: GrantTerms, identifier: Identifier, user: str, event: answers.Event) -> RecordRow:
        original = contents.event_of(self._client, event.event_id) if event.redacted else event
        said: dict[str, asking.Said] = {
            "account": user,
            "message": event.event_id,
            "room": event.room_id,
            "type": event.type,
            "text": json.dumps(original.content, ensure_ascii=False, sort_keys=True),
        }
        return asking.row(terms, Category.CONTENT, identifier, answers.instant(event.origin_server_ts), said)

    def _uploads(self, identifier: Identifier, user: str, terms: GrantTerms) -> Iterator[RecordRow]:
        query = {"limit": str(_PAGE), "order_by": "created_ts"}
        while True:
            page = self._client.get(answers.Uploads, path(f"{ADMIN}/users", user, "media"), query)
            for one in page.media:
                if _within(one.created_ts, terms):
                    yield self._upload(terms, identifier, user, one)
            if page.next_token is None:
                return
            query["from"] = str(page.next_token)

    def _upload(self, terms: GrantTerms, identifier: Identifier, user: str, one: answers.Upload) -> RecordRow:
        server, size = self._settings.server_name, one.media_length or 0
        told = one.media_type or ""
        media_type = told if _MEDIA_TYPE.fullmatch(told) else "application/octet-stream"
        chunks = self._client.download(server, one.media_id, size=size, sha256=None)
        said: dict[str, asking.Said] = {
            "account": user,
            "message": f"mxc://{server}/{one.media_id}",
            "type": "upload",
            "file_name": one.upload_name,
            "file_type": media_type,
            "file_size": size,
        }
        part = Part(f"media-{one.media_id}", media_type, chunks)
        return asking.row(terms, Category.CONTENT, identifier, answers.instant(one.created_ts), said, file=part)


def _within(milliseconds: int, terms: GrantTerms) -> bool:
    return terms.period.holds(answers.instant(milliseconds))


def _registered(account: answers.Account, devices: list[answers.Device]) -> dict[str, asking.Said]:
    proved = {medium: [one.address for one in account.threepids if one.medium == medium] for medium in _MEDIUM.values()}
    created = answers.instant(account.creation_ts * 1000) if account.creation_ts else None
    other = [f"{one.get('auth_provider', '')}: {one.get('external_id', '')}" for one in account.external_ids]
    return {
        "account": account.name,
        "display_name": account.displayname,
        "picture": account.avatar_url,
        "registered_at": str(created) if created else None,
        "email": ", ".join(proved["email"]),
        "phone": ", ".join(proved["msisdn"]),
        "devices": ", ".join(f"{one.device_id} {one.display_name or ''}".strip() for one in devices),
        "status": "deactivated" if account.deactivated else "active",
        "other_account": ", ".join(other),
    }


def _connection(
    terms: GrantTerms,
    category: Category,
    identifier: Identifier,
    user: str,
    device: str,
    one: answers.Connection,
    **more: str,
) -> RecordRow:
    said: dict[str, asking.Said] = {
        "account": user,
        "ip": one.ip,
        "device": device,
        "user_agent": one.user_agent,
        **more,
    }
    return asking.row(terms, category, identifier, answers.instant(one.last_seen) if one.last_seen else None, said)
