"""The two measures that a homeserver has: redact a message, quarantine a file. Each may be repeated without harm.

Redaction empties a message for everybody, on every homeserver that honours it, and cannot be undone. Quarantine hides a
file on this homeserver and can be lifted. Nothing is purged: a purge would take the bytes away for good.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from comity.platform.errors import Absent, Cannot, Faulty, Refused
from comity.platform.synapse import answers, contents
from comity.platform.synapse.client import ADMIN, Client, path
from comity.platform.synapse.contents import File, Message
from comity.platform.synapse.journal import Journal

REDACTABLE = frozenset({"m.room.message", "m.room.encrypted"})
_POLLS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0)


@dataclass(frozen=True)
class Measures:
    """What is done, and undone, on the homeserver."""

    client: Client
    journal: Journal

    def hide(self, item: str, file: File) -> None:
        """Quarantine a file on account of an item."""
        self.journal.hold(file.uri, item)
        if file.info.quarantined_by is not None:
            return
        if file.info.safe_from_quarantine:
            raise Refused(f"an administrator protected {file.uri} from quarantine; lift the protection first")
        self.client.post(answers.Anything, path(f"{ADMIN}/media/quarantine", file.server, file.identifier), {})
        if contents.file_of(self.client, file.uri).info.quarantined_by is None:
            raise Faulty(f"the homeserver confirmed, but {file.uri} is not in quarantine")

    def show(self, item: str, uri: str) -> bool:
        """End an item's hold on a file; lift the quarantine unless another item or administrator keeps it."""
        if self.journal.let_go(uri, item):
            return False
        try:
            file = contents.file_of(self.client, uri)
        except Absent:
            return False
        if file.info.quarantined_by is None:
            return True
        if file.info.quarantined_by != self.journal.me:
            raise Refused(f"{file.info.quarantined_by} put {uri} into quarantine too; Comity does not lift that")
        where = path(f"{ADMIN}/media/unquarantine", file.server, file.identifier)
        self.client.post(answers.Anything, where, {})
        if self.journal.holders(uri) - {item}:  # another order came between: its hold wins
            self.client.post(answers.Anything, where.replace("/unquarantine/", "/quarantine/"), {})
            return False
        return True

    def redact(self, message: Message, reason: str | None) -> None:
        """Empty a message and its edited versions, each by name of its author and its very millisecond."""
        for event in (message.event, *message.edits):
            if not contents.is_redacted(self.client, event):
                self._redact_one(event, message, reason)

    def _redact_one(self, event: answers.Event, message: Message, reason: str | None) -> None:
        """The admin API redacts by author, room and time, so that also who has left the room is reached.

        It would redact again what is redacted already, so it is asked only when nothing of this author is under way.
        """
        _only_this(event, message)
        for begun in self._under_way(event.sender):
            self._wait(begun)
        if contents.is_redacted(self.client, event):
            return
        done = self._wait(self._begin(event, reason))
        if event.event_id in done.failed_redactions:
            raise Cannot(f"the homeserver could not redact it: {done.failed_redactions[event.event_id][:200]!a}")
        if not contents.is_redacted(self.client, event):
            raise Faulty("the homeserver confirmed, but the message is not redacted")

    def _begin(self, event: answers.Event, reason: str | None) -> str:
        window = {"before_ts": event.origin_server_ts, "after_ts": event.origin_server_ts, "limit": 10}
        body = {"rooms": [event.room_id], **window, **({"reason": reason} if reason else {})}
        where = path(f"{ADMIN}/user", event.sender, "redact")
        try:
            return self.client.post_once(answers.Redacting, where, body).redact_id
        except Refused as failure:
            if type(failure) is not Refused:
                raise
            raise Faulty(f"{failure}; another redaction of this author may have begun just now") from failure

    def _under_way(self, author: str) -> list[str]:
        """Redactions of an author that somebody began, perhaps we before the connection broke."""
        query = {"action_name": "redact_all_events", "resource_id": author}
        tasks = self.client.get(answers.Tasks, f"{ADMIN}/scheduled_tasks", query).scheduled_tasks
        return [task.id for task in tasks if task.status in ("active", "scheduled")]

    def _wait(self, redact_id: str) -> answers.RedactStatus:
        for pause in _POLLS:
            status = self.client.get(answers.RedactStatus, path(f"{ADMIN}/user/redact_status", redact_id))
            if status.status == "complete":
                return status
            if status.status == "failed":
                raise Faulty(f"the redaction failed: {(status.error or '')[:200]!a}")
            time.sleep(pause)
        raise Faulty("the redaction is not finished yet")


def _only_this(event: answers.Event, message: Message) -> None:
    """No more than granted: the window must hold this one message of its author and nothing else."""
    if event.type not in REDACTABLE:
        raise Cannot(f"the admin API redacts messages only; this is {event.type[:100]!a}")
    if event.origin_server_ts <= 0:
        raise Cannot("the message carries no time by which the admin API could single it out")
    own = {message.event.event_id, *(edit.event_id for edit in message.edits)}
    beside = [
        one.event_id
        for one in message.neighbours
        if one.origin_server_ts == event.origin_server_ts
        and one.event_id not in own
        and not one.redacted
        and (one.type in REDACTABLE or one.type == "m.room.member")
    ]
    if beside:
        raise Cannot("its author wrote another message in the same millisecond: redact it by hand")
