"""Records of a real homeserver: who an account is, from where it was used, what it sent; nothing of anybody else."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import pytest

from comity.casefile.clock import Instant, WallClock
from comity.casefile.documents.disclosure import (
    Category,
    DisclosureGrant,
    Identifier,
    IdentifierKind,
    Preservation,
    Span,
)
from comity.casefile.documents.identifiers import new_id
from comity.platform.errors import Cannot, NotGranted
from comity.platform.synapse import SynapseRecords
from support.grants import decision, terms
from support.synapse import SERVER, RunningSynapse, User


@pytest.fixture(scope="module")
def records(homeserver: RunningSynapse):
    with SynapseRecords(homeserver.settings()) as adapter:
        yield adapter


def now() -> Instant:
    return WallClock().now().plus(timedelta(seconds=2))


def granted(*categories: Category, of: str, since: Instant | None = None, until: Instant | None = None):
    end = until or now()
    period = Span(since=since or end.plus(timedelta(days=-9)), until=end)
    ends = now().plus(timedelta(days=30))
    made = terms(*categories, of=of, period=period, stored_by=max(end, now()), ends_at=ends)
    signed = decision(made, approvals=_signed())
    grant: DisclosureGrant = signed.grants(new_id())[0]
    return grant


def _signed():
    from comity.casefile.documents.decision import Approval
    from support.grants import ADA, BEN

    return tuple(Approval(person=one, at=now().plus(timedelta(seconds=9))) for one in (ADA, BEN))


def test_who_an_account_is(records: SynapseRecords, homeserver: RunningSynapse, ada: User) -> None:
    where = f"/_synapse/admin/v2/users/{ada.name}"
    proved = {"displayname": "Ada L.", "threepids": [{"medium": "email", "address": "ada@post.example"}]}
    homeserver.admin.done("PUT", where, json=proved)
    (row,) = records.subscriber(granted(Category.SUBSCRIBER, of=ada.name))
    assert (row.identifier.value, row.fields["account"]) == (ada.name, ada.name)
    assert (row.fields["display_name"], row.fields["email"]) == ("Ada L.", "ada@post.example")
    assert row.at is not None
    assert abs(row.at.since(now())) < timedelta(minutes=30)
    assert row.fields["status"] == "active"
    mail = Identifier(kind=IdentifierKind.EMAIL, value="ada@post.example")
    asked = granted(Category.SUBSCRIBER, of=ada.name)
    by_mail = asked.model_copy(update={"terms": asked.terms.model_copy(update={"identifiers": (mail,)})})
    (same,) = records.subscriber(by_mail)
    assert (same.identifier, same.fields["account"]) == (mail, ada.name)


def test_from_where_an_account_was_used(records: SynapseRecords, ada: User) -> None:
    ada.done("GET", "/_matrix/client/v3/joined_rooms")
    rows = list(records.identification(granted(Category.USER_ID, of=ada.name)))
    assert rows
    assert {row.fields["ip"] for row in rows} == {"127.0.0.1"}
    assert all(row.at is not None and row.category is Category.USER_ID for row in rows)


def test_what_an_account_sent_in_a_period_and_nothing_of_others(records: SynapseRecords, ada: User, ben: User) -> None:
    room = ada.room()
    ben.join(room)
    before = ada.say(room, "before")
    first = now()
    while WallClock().now() < first:
        pass
    wanted = [ada.say(room, f"wanted {number}") for number in range(3)]
    theirs = ben.say(room, "not ada's")
    rows = list(records.traffic(granted(Category.TRAFFIC, of=ada.name, since=first)))
    sent = [row for row in rows if row.fields["event"] == "m.room.message"]
    assert {row.fields["message"] for row in sent} == set(wanted)
    assert before not in str(rows)
    assert theirs not in str(rows)
    assert "wanted" not in str(rows), "what a message says is no traffic data"


def test_what_an_account_wrote_with_what_it_redacted_and_its_files(records: SynapseRecords, ada: User) -> None:
    room, picture = ada.room(), secrets.token_bytes(5000)
    said, gone = ada.say(room, "as it was written"), ada.say(room, "taken back")
    ada.done("PUT", f"/_matrix/client/v3/rooms/{room}/redact/{gone}/{secrets.token_hex(4)}", json={})
    mxc = ada.upload(picture)
    texts, files = {}, {}
    for row in records.content(granted(Category.CONTENT, of=ada.name)):
        assert row.fields["account"] == ada.name
        texts[row.fields["message"]] = str(row.fields.get("text"))
        if row.file is not None:
            files[row.fields["message"]] = b"".join(row.file.chunks)
    assert "as it was written" in texts[said]
    assert "taken back" in texts[gone], "the homeserver still stores it"
    assert hashlib.sha256(files[mxc]).digest() == hashlib.sha256(picture).digest()


@pytest.mark.parametrize("name", ["@nobody:{server}", "@ada:elsewhere.example", "ada", "@{prefix}:{server}"])
def test_an_account_that_is_not_here_has_no_records(records: SynapseRecords, ada: User, name: str) -> None:
    prefix = ada.name[1:].partition(":")[0][:-1]
    of = name.format(server=SERVER, prefix=prefix)
    assert list(records.subscriber(granted(Category.SUBSCRIBER, of=of))) == []
    assert list(records.traffic(granted(Category.TRAFFIC, of=of))) == []


def test_a_look_alike_of_an_account_is_not_the_account(records: SynapseRecords, ada: User) -> None:
    local, _, server = ada.name.partition(":")
    for name in (f"{local.upper()}:{server}", f"{local}:{server.upper()}", f"{local.replace('u', 'ù')}:{server}"):
        assert list(records.subscriber(granted(Category.SUBSCRIBER, of=name))) == []


def test_only_what_is_granted_is_asked(records: SynapseRecords, ada: User) -> None:
    asked = granted(Category.SUBSCRIBER, of=ada.name)
    for ask in (records.identification, records.traffic, records.content):
        with pytest.raises(NotGranted):
            list(ask(asked))
    assert list(records.traffic(granted(Category.LOCATION, of=ada.name))) == [], "no homeserver keeps locations"


def test_a_homeserver_cannot_keep_an_account_from_deletion(records: SynapseRecords, ada: User) -> None:
    kept = Preservation(basis=new_id(), terms=terms(of=ada.name))
    for measure in (records.hold, records.release):
        with pytest.raises(Cannot):
            measure(kept, key=new_id())
