"""``Content`` and ``Messages`` for a Matrix homeserver.

An item is named by what Matrix names it: ``$event`` or ``mxc://server/media``. Rooms (``!…``) and users (``@…``) are
found, so that an order about them reaches a person, but *cannot* be disabled: the reasons are in decision record 0010.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Self

from comity.platform import checks
from comity.platform.errors import Absent, Cannot, Misconfigured, PlatformFailure, Refused, Unsendable
from comity.platform.listings import Page
from comity.platform.protocols import (
    EVERYWHERE,
    Delivered,
    Description,
    Effect,
    LegalNote,
    NoticeText,
    Outcome,
    Part,
    Resolution,
    State,
    StrangerView,
)
from comity.platform.synapse import addresses, answers, contents, keeping, listing, looking, notices
from comity.platform.synapse.client import CLIENT, Client
from comity.platform.synapse.journal import Journal, Row, what
from comity.platform.synapse.measures import Measures
from comity.platform.synapse.settings import SynapseSettings

WIDER = "a homeserver knows no countries: this holds everywhere, which is more than was asked for"
FOR_GOOD = "the homeserver cannot undo a redaction; what stood there is preserved"
NO_WAY_BACK = (
    "the homeserver cannot bring back the text of a redacted message (its files are shown again); its author can be "
    "given the preserved original and may post it anew"
)
NOT_WHOLE = (
    "a whole {} cannot be disabled here: blocking it stops newcomers only, shutting it down removes its members for "
    "good and leaves what they have read; name the messages or files"
)


class Synapse:
    """The adapter. One instance serves a whole process; close it at the end, or use it as a context manager."""

    cannot_undo = FOR_GOOD
    """For who makes a rule: what is carried out here without a person stays done."""

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

    @cached_property
    def _journal(self) -> Journal:
        me = self._client.get(answers.WhoAmI, f"{CLIENT}/account/whoami").user_id
        if not self._settings.ours.serves(me):
            raise Misconfigured(f"the administrator {me} is not of {self._settings.server_name}")
        return Journal(self._client, me)

    @cached_property
    def _measures(self) -> Measures:
        return Measures(self._client, self._journal)

    def resolve(self, url: str) -> Resolution:
        """Find the item behind an address; no server but the provider's is asked, and no link is followed."""
        reading = addresses.read(url, self._settings.ours)
        if reading.named is None:
            return Resolution(reading.outcome, None, reading.why)
        try:
            outcome, item, more = looking.find(self._client, reading.named, self._settings.ours)
        except PlatformFailure as failure:
            why = f"{reading.why}; {failure.code}: {failure}"
            return Resolution(Outcome.UNKNOWN, None, why, again=failure.retry)
        return Resolution(outcome, item, f"{reading.why}{more}")

    def describe(self, item: str) -> Description:
        """Say what a message or a file is."""
        return looking.describe(self._client, _sort(item), item, self._settings)

    def fetch(self, item: str) -> Iterator[Part]:
        """Give the event as it was written, its edited versions, its files, and what is known of its author."""
        if _sort(item) == "media":
            return keeping.of_file(self._client, contents.file_of(self._client, item))
        message = self._message(item)
        return keeping.of_message(self._client, message, self._settings.server_name)

    def listed(self, cursor: str | None, most: int) -> Page:
        """A page of what this homeserver's users uploaded."""
        return listing.listed(self._client, cursor, most, self._settings.server_name)

    def files(self, item: str) -> Iterator[Part]:
        """A file, or the files of a message."""
        files = (contents.file_of(self._client, item),) if _sort(item) == "media" else self._message(item).files
        return keeping.of_files(self._client, files)

    def disable(self, item: str, *, territories: tuple[str, ...], key: str, legal: LegalNote | None) -> Effect:
        """Redact a message and quarantine its files, or quarantine a file; everywhere, whatever was ordered.

        With a note the redaction gives it as its reason; without one it says nothing, as a moderator's own does.
        """
        sort, row = self._begin(item, territories, key, "disable" if legal is None else "disable openly")
        if row.at is None:
            reason = f"Removed under a legal order: {legal.blocked_by}" if legal else None
            told = [] if EVERYWHERE in territories else [WIDER]
            told += self._hide_file(item) if sort == "media" else self._hide_message(item, reason)
            row = self._done(key, row, "; ".join(told))
        assert row.at is not None
        return Effect(State.DISABLED, row.already, row.at, (EVERYWHERE,), row.detail)

    def restore(self, item: str, *, territories: tuple[str, ...], key: str) -> Effect:
        """Lift our quarantine; raises ``Cannot`` when a message was redacted, which is for good."""
        sort, row = self._begin(item, territories, key, "restore")
        if row.at is None:
            files = [item] if sort == "media" else self._journal.media_of(item) or []
            held = [uri for uri in files if not self._measures.show(item, uri)]
            if sort == "event" and looking.is_gone(self._client, item):
                raise Cannot(NO_WAY_BACK)
            if sort == "media" and held:
                raise Refused(f"another order, about {min(self._journal.holders(item), default=item)}, keeps it away")
            row = self._done(key, row, "; ".join(f"another order keeps {uri} away" for uri in held))
        assert row.at is not None
        return Effect(State.AVAILABLE, row.already, row.at, (), row.detail)

    def _begin(self, item: str, territories: tuple[str, ...], key: str, measure: str) -> tuple[str, Row]:
        """Write down what a key stands for before anything is done, unless it is written already."""
        sort = _sort(item)
        stands_for = what(measure, item, checks.sendable_territories(territories))
        row = self._journal.row(checks.sendable_key(key), stands_for)
        if row is None:
            gone = looking.is_gone(self._client, item)
            row = self._journal.write(key, Row(what=stands_for, already=gone != (measure == "restore")))
        return sort, row

    def _done(self, key: str, row: Row, detail: str) -> Row:
        return self._journal.write(key, row.model_copy(update={"at": self._client.now(), "detail": detail}))

    def _hide_file(self, item: str) -> list[str]:
        self._measures.hide(item, contents.file_of(self._client, item))
        return []

    def _hide_message(self, item: str, reason: str | None) -> list[str]:
        message = self._message(item)
        self._journal.remember_media(item, sorted({file.uri for file in message.files}))
        for file in message.files:
            self._measures.hide(item, file)
        self._measures.redact(message, reason)
        left = [f"{uri} was uploaded by somebody else and is left" for uri in message.foreign]
        if message.event.type == "m.room.encrypted":
            left.append("it is encrypted: its files, if any, cannot be found")
        return [FOR_GOOD, *left, *message.more]

    def seen_by_stranger(self, url: str, territory: str | None) -> StrangerView:  # noqa: ARG002 -- it knows no countries
        """Look at a message with an ordinary account, and at its files with that account and with none."""
        reading = addresses.read(url, self._settings.ours)
        if reading.named is None:
            return StrangerView(None, None, reading.why)
        try:
            outcome, item, more = looking.find(self._client, reading.named, self._settings.ours)
            if item is None:
                return StrangerView(None, True if outcome is Outcome.ABSENT else None, f"{reading.why}{more}")
            if _sort(item) == "media":
                return looking.view(self._client, item, [item])
            message = self._message(item)
            seen = looking.view(self._client, item, [file.uri for file in message.files])
            return looking.not_whole(seen, message.more)
        except PlatformFailure as failure:
            return StrangerView(None, None, f"{failure.code}: {failure}")

    def _message(self, item: str) -> contents.Message:
        """A message, with the files that we remember: some time after a redaction the homeserver forgets them."""
        message = contents.message(self._client, item)
        known = {file.uri for file in message.files}
        remembered = [uri for uri in self._journal.media_of(item) or () if uri not in known]
        found = [file for uri in remembered if (file := contents.known(self._client, uri))]
        return replace(message, files=(*message.files, *found))

    def notify(self, account: str, notice: NoticeText, *, key: str) -> Delivered:
        """Put a server notice into a user's rooms, once."""
        checks.sendable_key(key)
        if addresses.USER.fullmatch(account) is None or not self._settings.ours.serves(account):
            raise Absent(f"{account[:100]!a} is not a user of this homeserver")
        return notices.send(self._client, self._journal, account, notice, key)

    def language(self, account: str) -> str | None:  # noqa: ARG002 -- a homeserver keeps no language of its users
        """Nobody knows: Matrix has no such field."""
        return None


def _sort(item: str) -> str:
    """``event`` or ``media``; a room or a user cannot be disabled, and anything else is no item of ours."""
    if addresses.EVENT.fullmatch(item):
        return "event"
    if addresses.MXC.fullmatch(item):
        return "media"
    for pattern, word in ((addresses.ROOM, "room"), (addresses.USER, "account")):
        if pattern.fullmatch(item):
            raise Cannot(NOT_WHOLE.format(word))
    raise Unsendable(f"{item[:64]!a} is not a reference that the homeserver gives")
