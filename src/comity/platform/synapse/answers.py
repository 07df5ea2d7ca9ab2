"""The homeserver's answers, checked at the border: whatever is misshapen is ``Unintelligible``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field

from comity.casefile.clock import Instant
from comity.platform.answers import Answer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253402300799999
"""Milliseconds of the last instant that a date can name."""


def instant(milliseconds: int) -> Instant:
    """A time of the homeserver."""
    return Instant(_EPOCH + timedelta(milliseconds=min(max(milliseconds, 0), _LAST)))


class Event(Answer):
    """One event, whole or redacted."""

    event_id: str
    room_id: str
    sender: str
    type: str
    origin_server_ts: int
    content: dict[str, Any]
    unsigned: dict[str, Any] = Field(default_factory=dict)

    @property
    def redacted(self) -> bool:
        """Whether everybody sees it empty; never set on an event fetched as it was."""
        return "redacted_because" in self.unsigned

    @property
    def replaces(self) -> str:
        """The event of which this is an edited version."""
        relation = self.content.get("m.relates_to")
        if not isinstance(relation, dict) or relation.get("rel_type") != "m.replace":
            return ""
        return str(relation.get("event_id", ""))


class Fetched(Answer):
    """``GET fetch_event``: as it was, even when it is redacted (until the server's retention period ends)."""

    event: Event


class Context(Answer):
    """``GET rooms/<room>/context/<event>``: as the members of the room see it."""

    event: Event
    events_before: list[Event]
    events_after: list[Event]
    end: str


class Messages(Answer):
    """``GET rooms/<room>/messages``."""

    chunk: list[Event]
    end: str | None = None


class MediaInfo(Answer):
    """What the media repository knows of one file."""

    user_id: str | None
    media_type: str | None
    media_length: int | None
    upload_name: str | None
    created_ts: int
    quarantined_by: str | None
    safe_from_quarantine: bool | int | None = None
    sha256: str | None = None


class Media(Answer):
    """``GET media/<server>/<id>``."""

    media_info: MediaInfo


class WhoAmI(Answer):
    """``GET account/whoami``."""

    user_id: str


class UserNamed(Answer):
    """One user in a list."""

    name: str


class Users(Answer):
    """``GET users``: ``next_token`` is there as long as there are more."""

    users: list[UserNamed]
    next_token: str | None = None


class Room(Answer):
    """``GET directory/room/<alias>`` and ``GET rooms/<room>``."""

    room_id: str


class Redacting(Answer):
    """``POST user/<user>/redact``."""

    redact_id: str


class RedactStatus(Answer):
    """``GET user/redact_status/<id>``."""

    status: str
    failed_redactions: dict[str, str] = Field(default_factory=dict)
    error: str | None = None


class Task(Answer):
    """One of the homeserver's own tasks."""

    id: str
    status: str


class Tasks(Answer):
    """``GET scheduled_tasks``."""

    scheduled_tasks: list[Task]


class Sent(Answer):
    """``PUT send_server_notice``."""

    event_id: str


class Memberships(Answer):
    """``GET users/<user>/memberships``."""

    memberships: dict[str, str]


class Anything(Answer):
    """An answer of which only the success matters."""


class User(Answer):
    """``GET users/<user>``."""

    name: str


class Address(Answer):
    """An e-mail address or telephone number that an account proved."""

    medium: str
    address: str


class Account(Answer):
    """``GET /_synapse/admin/v2/users/<user>``."""

    name: str
    displayname: str | None = None
    avatar_url: str | None = None
    creation_ts: int | None = None
    deactivated: bool | int = False
    threepids: list[Address] = Field(default_factory=list)
    external_ids: list[dict[str, str]] = Field(default_factory=list)


class Found(Answer):
    """``GET threepid/<medium>/users/<address>``."""

    user_id: str


class Connection(Answer):
    """One address from which a device was last used."""

    ip: str | None
    last_seen: int | None
    user_agent: str | None


class Session(Answer):
    """What a device's token was used from."""

    connections: list[Connection]


class Used(Answer):
    """A device with its sessions."""

    sessions: list[Session]


class Whois(Answer):
    """``GET whois/<user>``."""

    user_id: str
    devices: dict[str, Used]


class Device(Answer):
    """One device."""

    device_id: str
    display_name: str | None = None
    last_seen_ip: str | None = None
    last_seen_user_agent: str | None = None
    last_seen_ts: int | None = None


class Devices(Answer):
    """``GET /_synapse/admin/v2/users/<user>/devices``."""

    devices: list[Device]


class Upload(Answer):
    """A file that an account uploaded."""

    media_id: str
    media_type: str | None
    media_length: int | None
    upload_name: str | None
    created_ts: int


class Uploads(Answer):
    """``GET users/<user>/media``."""

    media: list[Upload]
    next_token: int | None = None
