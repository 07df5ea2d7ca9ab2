"""Server notices: a message from the homeserver itself in a room of the user's own."""

from __future__ import annotations

import json

from comity.platform.protocols import Delivered, NoticeText
from comity.platform.synapse import answers, contents
from comity.platform.synapse.client import ADMIN, Client, path
from comity.platform.synapse.journal import Journal, Row, what

_KEY_FIELD = "eu.comity.key"
_MOST_ROOMS = 200


def send(client: Client, journal: Journal, account: str, notice: NoticeText, key: str) -> Delivered:
    """Send it, once for a key; after an interruption look first whether it lies there already."""
    stands_for = what("notify", account, notice.subject, notice.text, notice.language, notice.link)
    row = journal.row(key, stands_for)
    if row is not None and row.at is not None:
        return Delivered(row.message, row.at)
    sent = None
    if row is None:
        row = journal.write(key, Row(what=stands_for))
    else:
        sent = _lying_there(client, account, key)
    if sent is None:
        sent = _put(client, account, notice, key)
    at = answers.instant(contents.event_of(client, sent).origin_server_ts)
    journal.write(key, row.model_copy(update={"message": sent, "at": at}))
    return Delivered(sent, at)


def _put(client: Client, account: str, notice: NoticeText, key: str) -> str:
    """The homeserver itself knows the key for half an hour, as long as it runs."""
    text = "\n\n".join(part for part in (notice.subject, notice.text, notice.link) if part)
    content = {"msgtype": "m.text", "body": text, _KEY_FIELD: key}
    where = path(f"{ADMIN}/send_server_notice", key)
    return client.put(answers.Sent, where, {"user_id": account, "content": content}).event_id


def _lying_there(client: Client, account: str, key: str) -> str | None:
    """The notice under this key in one of the user's rooms, joined or invited to; newest messages only."""
    rooms = client.get(answers.Memberships, path(f"{ADMIN}/users", account, "memberships")).memberships
    entered = [room for room, membership in rooms.items() if membership in ("join", "invite", "leave")]
    only = json.dumps({"types": ["m.room.message"], "not_senders": [account]})
    for room in entered[-_MOST_ROOMS:]:
        query = {"dir": "b", "limit": "30", "filter": only}
        for event in client.get(answers.Messages, path(f"{ADMIN}/rooms", room, "messages"), query).chunk:
            if event.content.get(_KEY_FIELD) == key and event.sender.partition(":")[2] == account.partition(":")[2]:
                return event.event_id
    return None
