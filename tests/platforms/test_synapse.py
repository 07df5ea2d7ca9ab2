"""The adapter against a real homeserver: what it finds, keeps, disables, shows, restores and tells."""

from __future__ import annotations

import json
import secrets

import pytest

from comity.platform import LegalNote, NoticeText, Outcome
from comity.platform.errors import Absent, Cannot, KeyReused, Misconfigured, NotTrusted, Refused, Unsendable
from comity.platform.protocols import State
from comity.platform.synapse import Synapse
from support.board import picture
from support.synapse import SERVER, RunningSynapse, User, enc

UNION = ("EU",)
NOTE = LegalNote("https://comity.chat.example/contact", "REF-1")


def key() -> str:
    return secrets.token_hex(16)


def link(room: str, event: str) -> str:
    return f"https://matrix.to/#/{room}/{event}?via={SERVER}"


def a_picture() -> bytes:
    return picture(tuple(secrets.token_bytes(3)), "PNG")


@pytest.fixture
def room(ada: User, ben: User) -> str:
    """A public room of ada's in which ben is."""
    made = ada.room(alias="r" + secrets.token_hex(4))
    ben.join(made)
    return made


def test_every_quoted_address_of_a_message_names_it(matrix: Synapse, ada: User) -> None:
    name = "r" + secrets.token_hex(4)
    room = ada.room(alias=name)
    event = ada.say(room, "hello")
    alias = f"#{name}:{SERVER}"
    for url in (
        link(room, event),
        f"https://matrix.to/#/{enc(room)}/{enc(event)}?via=other.example&via={SERVER}",
        f"https://matrix.to/#/{enc(alias)}/{event}",
        f"https://matrix.to/#/{alias}/{event}",
        f"https://app.element.io/#/room/{room}/{event}",
        f"https://app.element.io/#/room/{alias}/{event}?via={SERVER}",
        f"https://{SERVER}/#/room/{enc(alias)}/{enc(event)}",
        f"matrix:roomid/{room[1:]}/e/{event[1:]}?via={SERVER}",
        f"matrix:r/{name}:{SERVER}/e/{event[1:]}",
        f"https://matrix.chat.example/_matrix/client/v3/rooms/{enc(room)}/event/{enc(event)}",
    ):
        found = matrix.resolve(url)
        assert (found.outcome, found.item) == (Outcome.FOUND, event), (url, found)


def test_every_quoted_address_of_a_picture_names_it(matrix: Synapse, ada: User) -> None:
    mxc = ada.upload(a_picture())
    rest = mxc.removeprefix("mxc://")
    for url in (
        mxc,
        f"https://matrix.chat.example/_matrix/media/v3/download/{rest}",
        f"https://matrix.chat.example/_matrix/media/r0/download/{rest}/picture.png",
        f"https://chat.example/_matrix/media/v1/thumbnail/{rest}?width=32&height=32",
        f"https://matrix.chat.example/_matrix/client/v1/media/download/{rest}",
    ):
        assert matrix.resolve(url).item == mxc, url


def test_what_is_not_ours_or_not_there_is_never_found(matrix: Synapse, homeserver: RunningSynapse, ada: User) -> None:
    name = "r" + secrets.token_hex(4)
    room, other = ada.room(alias=name), ada.room()
    event = ada.say(room, "hello")
    rest = ada.upload(a_picture()).removeprefix("mxc://")
    nothing = "$" + "A" * 43
    expected = {
        link(room, nothing): Outcome.ABSENT,
        link("!abc:evil.example", nothing): Outcome.NOT_OURS,
        link(other, event): Outcome.UNKNOWN,
        f"https://matrix.to/#/#{name}:chat.examp1e/{event}": Outcome.UNKNOWN,
        f"https://matrix.to.evil.example/#/{room}/{event}": Outcome.NOT_OURS,
        f"https://matrix.to@evil.example/#/{room}/{event}": Outcome.NOT_OURS,
        f"https://evil.example/_matrix/media/v3/download/{rest}": Outcome.NOT_OURS,
        "mxc://evil.example/abc": Outcome.NOT_OURS,
        f"mxc://{SERVER}/nothing": Outcome.ABSENT,
        f"https://matrix.to/#/@nobody:{SERVER}": Outcome.ABSENT,
        "https://matrix.to/#/@ada:evil.example": Outcome.NOT_OURS,
        f"https://matrix.to/#/#nothing:{SERVER}": Outcome.ABSENT,
        "https://matrix.to/#/#nothing:evil.example": Outcome.NOT_OURS,
        f"https://matrix.to/#/#nothing:{SERVER}/{event}": Outcome.UNKNOWN,
    }
    assert {url: matrix.resolve(url).outcome for url in expected} == expected
    with homeserver.adapter(base_url="http://127.0.0.1:9", timeout=1.0) as down:
        assert down.resolve(link(room, event)).outcome is Outcome.UNKNOWN


def test_a_message_with_its_picture_is_described_and_kept(matrix: Synapse, ada: User, room: str) -> None:
    body = a_picture()
    mxc = ada.upload(body)
    event = ada.show(room, mxc)
    ada.send(
        room,
        {
            "msgtype": "m.text",
            "body": "* other words",
            "m.new_content": {"msgtype": "m.text", "body": "other words"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event},
        },
    )
    told = matrix.describe(event)
    assert (told.account, told.kind, told.title, told.disabled_in) == (ada.name, "m.image", "look at this", ())
    assert [one.size for one in told.media] == [len(body)]
    kept = {part.name: b"".join(part.chunks) for part in matrix.fetch(event)}
    assert set(kept) == {"event.json", "edit-1.json", f"media-{mxc.split('/')[-1]}", "account.json", "access.json"}
    assert kept[f"media-{mxc.split('/')[-1]}"] == body
    assert json.loads(kept["event.json"])["event"]["content"]["url"] == mxc
    assert b"other words" in kept["edit-1.json"]
    described = matrix.describe(mxc)
    assert (described.account, described.media[0].media_type) == (ada.name, "image/png")
    assert body in {b"".join(part.chunks) for part in matrix.fetch(mxc)}


def test_a_disabled_message_is_gone_for_everybody_with_its_picture_and_its_edits(
    matrix: Synapse, ada: User, ben: User, room: str
) -> None:
    mxc = ada.upload(a_picture())
    event = ada.show(room, mxc)
    edit = {"rel_type": "m.replace", "event_id": event}
    new = {"msgtype": "m.text", "body": "again"}
    second = ada.send(room, {"msgtype": "m.text", "body": "* again", "m.new_content": new, "m.relates_to": edit})
    assert matrix.seen_by_stranger(link(room, event), "EU").gone is False
    effect = matrix.disable(event, territories=UNION, key=key(), legal=NOTE)
    assert (effect.state, effect.already, effect.disabled_in) == (State.DISABLED, False, ("*",))
    assert "more than was asked" in effect.detail
    assert "cannot undo" in effect.detail
    for person in (ada, ben):
        assert person.sees(room, event) == {}
        assert person.sees(room, second) == {}
        assert person.gets(mxc) == 404
    seen = matrix.seen_by_stranger(link(room, event), "EU")
    assert seen.gone is True, seen
    assert matrix.describe(event).disabled_in == ("*",)
    assert any(part.name == "event.json" and mxc.encode() in b"".join(part.chunks) for part in matrix.fetch(event))


def test_who_has_left_a_private_room_is_reached_too(matrix: Synapse, ada: User, ben: User) -> None:
    room = ben.room(preset="private_chat", invite=[ada.name])
    ada.join(room)
    event, next_one = ada.say(room, "in private"), ada.say(room, "and more")
    ada.leave(room)
    assert matrix.seen_by_stranger(link(room, event), None).gone is False
    matrix.disable(event, territories=UNION, key=key(), legal=None)
    assert matrix.seen_by_stranger(link(room, event), None).gone is True
    assert ben.sees(room, event) == {}
    assert ben.sees(room, next_one) == {"msgtype": "m.text", "body": "and more"}, "nothing more than was ordered"


def test_without_a_note_the_redaction_gives_no_reason(matrix: Synapse, ada: User, room: str) -> None:
    quiet, open_one = ada.say(room, "one"), ada.say(room, "two")
    matrix.disable(quiet, territories=UNION, key=key(), legal=None)
    matrix.disable(open_one, territories=UNION, key=key(), legal=NOTE)
    for event, expected in ((quiet, None), (open_one, f"Removed under a legal order: {NOTE.blocked_by}")):
        raw = ada.done("GET", f"/_matrix/client/v3/rooms/{enc(room)}/event/{enc(event)}")
        assert raw["unsigned"]["redacted_because"]["content"].get("reason") == expected
    later = matrix.disable(quiet, territories=UNION, key=key(), legal=NOTE)
    assert later.already


def test_a_picture_comes_back_whole_and_a_text_does_not(matrix: Synapse, ada: User, ben: User, room: str) -> None:
    mxc = ada.upload(a_picture())
    event = ada.show(room, mxc)
    matrix.disable(mxc, territories=UNION, key=key(), legal=NOTE)
    assert (ben.gets(mxc), matrix.seen_by_stranger(mxc, None).gone) == (404, True)
    again = key()
    restored = matrix.restore(mxc, territories=UNION, key=again)
    assert (restored.state, restored.disabled_in) == (State.AVAILABLE, ())
    assert matrix.restore(mxc, territories=UNION, key=again) == restored
    assert (ben.gets(mxc), matrix.seen_by_stranger(mxc, None).gone) == (200, False)
    matrix.disable(event, territories=UNION, key=key(), legal=NOTE)
    back = key()
    for _ in range(2):
        with pytest.raises(Cannot, match="cannot bring back the text") as caught:
            matrix.restore(event, territories=UNION, key=back)
        assert not caught.value.retry
    assert ben.gets(mxc) == 200, "what can come back comes back"
    assert ben.sees(room, event) == {}


def test_a_picture_stays_away_until_the_last_order_about_it_has_ended(matrix: Synapse, ada: User, room: str) -> None:
    mxc = ada.upload(a_picture())
    first, second = ada.show(room, mxc), ada.show(room, mxc)
    for item in (first, second, mxc):
        matrix.disable(item, territories=UNION, key=key(), legal=NOTE)
    for item in (first, second):
        with pytest.raises(Cannot):
            matrix.restore(item, territories=UNION, key=key())
        assert ada.gets(mxc) == 404
    matrix.restore(mxc, territories=UNION, key=key())
    assert ada.gets(mxc) == 200


def test_a_picture_that_another_order_keeps_away_is_a_persons_matter(matrix: Synapse, ada: User, room: str) -> None:
    mxc = ada.upload(a_picture())
    event = ada.show(room, mxc)
    for item in (mxc, event):
        matrix.disable(item, territories=UNION, key=key(), legal=None)
    with pytest.raises(Refused, match="another order"):
        matrix.restore(mxc, territories=UNION, key=key())
    assert ada.gets(mxc) == 404


def test_a_message_ordered_away_again_takes_its_picture_along_again(
    matrix: Synapse, homeserver: RunningSynapse, ada: User, room: str
) -> None:
    mxc = ada.upload(a_picture())
    event = ada.show(room, mxc)
    matrix.disable(event, territories=UNION, key=key(), legal=None)
    with pytest.raises(Cannot):
        matrix.restore(event, territories=UNION, key=key())
    assert ada.gets(mxc) == 200
    homeserver.forget(event)
    assert json.loads(next(iter(matrix.fetch(event))).chunks.__next__())["event"]["content"] == {}
    assert f"media-{mxc.split('/')[-1]}" in {part.name for part in matrix.fetch(event)}
    assert matrix.disable(event, territories=UNION, key=key(), legal=None).already
    assert (ada.gets(mxc), matrix.seen_by_stranger(link(room, event), "EU").gone) == (404, True)


def test_what_a_moderator_put_away_is_not_given_free(
    matrix: Synapse, homeserver: RunningSynapse, ada: User, room: str
) -> None:
    moderator = homeserver.user("m" + secrets.token_hex(4), admin=True)
    mxc = ada.upload(a_picture())
    moderator.done("POST", f"/_synapse/admin/v1/media/quarantine/{mxc.removeprefix('mxc://')}", json={})
    body = {part.name: b"".join(part.chunks) for part in matrix.fetch(mxc)}
    assert any(name.startswith("media-") and content for name, content in body.items()), "kept although away"
    assert matrix.disable(mxc, territories=UNION, key=key(), legal=None).already
    with pytest.raises(Refused, match="Comity does not lift that"):
        matrix.restore(mxc, territories=UNION, key=key())
    assert ada.gets(mxc) == 404


def test_what_an_administrator_protected_is_a_persons_matter(matrix: Synapse, homeserver: RunningSynapse) -> None:
    mxc = homeserver.admin.upload(a_picture())
    homeserver.admin.done("POST", f"/_synapse/admin/v1/media/protect/{mxc.split('/')[-1]}", json={})
    with pytest.raises(Refused, match="protection"):
        matrix.disable(mxc, territories=UNION, key=key(), legal=None)


def test_somebody_elses_picture_in_a_message_is_left(matrix: Synapse, ada: User, ben: User, room: str) -> None:
    logo = ben.upload(a_picture())
    event = ada.show(room, logo)
    effect = matrix.disable(event, territories=UNION, key=key(), legal=None)
    assert f"{logo} was uploaded by somebody else" in effect.detail
    assert ben.gets(logo) == 200
    assert ben.sees(room, event) == {}


def test_a_whole_room_or_account_cannot_be_disabled(matrix: Synapse, ada: User, room: str) -> None:
    for url, item in ((f"https://matrix.to/#/{room}", room), (f"https://matrix.to/#/{ada.name}", ada.name)):
        assert matrix.resolve(url).item == item
        for attempt in (
            lambda item=item: matrix.disable(item, territories=UNION, key=key(), legal=None),
            lambda item=item: list(matrix.fetch(item)),
        ):
            with pytest.raises(Cannot, match="name the messages") as caught:
                attempt()
            assert not caught.value.retry


def test_what_is_no_message_cannot_be_redacted(matrix: Synapse, ada: User, room: str) -> None:
    sticker = ada.send(room, {"body": "s", "url": "mxc://chat.example/x", "info": {}}, kind="m.sticker")
    with pytest.raises(Cannot, match="messages only"):
        matrix.disable(sticker, territories=UNION, key=key(), legal=None)
    assert ada.sees(room, sticker)


def test_one_key_has_one_effect(matrix: Synapse, ada: User, room: str) -> None:
    event, other = ada.say(room, "one"), ada.say(room, "two")
    once = key()
    effect = matrix.disable(event, territories=UNION, key=once, legal=NOTE)
    assert matrix.disable(event, territories=UNION, key=once, legal=NOTE) == effect
    for change in (
        lambda: matrix.disable(other, territories=UNION, key=once, legal=NOTE),
        lambda: matrix.disable(event, territories=("FR",), key=once, legal=NOTE),
        lambda: matrix.restore(event, territories=UNION, key=once),
        lambda: matrix.notify(ada.name, NoticeText("a", "b", "en"), key=once),
    ):
        with pytest.raises(KeyReused):
            change()
    assert ada.sees(room, other) == {"msgtype": "m.text", "body": "two"}
    for bad in ("", "a/b", "x" * 129):
        with pytest.raises(Unsendable):
            matrix.disable(event, territories=UNION, key=bad, legal=None)


def test_a_notice_is_a_server_notice_once(matrix: Synapse, ada: User) -> None:
    notice, once = NoticeText("Your message was removed", "Why, and what you can do.", "en", "https://c.example"), key()
    sent = matrix.notify(ada.name, notice, key=once)
    assert matrix.notify(ada.name, notice, key=once) == sent
    assert ada.notices() == ["Your message was removed\n\nWhy, and what you can do.\n\nhttps://c.example"]
    with pytest.raises(KeyReused):
        matrix.notify(ada.name, NoticeText("Other", "text", "en"), key=once)
    for nobody in (f"@nobody:{SERVER}", "@ada:evil.example", "ada", ""):
        with pytest.raises(Absent):
            matrix.notify(nobody, notice, key=key())


def test_a_wrong_token_does_nothing_and_is_never_shown(homeserver: RunningSynapse, ada: User, room: str) -> None:
    event = ada.say(room, "hello")
    with homeserver.adapter(token=ada.token) as mere_user, pytest.raises(NotTrusted) as caught:
        mere_user.disable(event, territories=UNION, key=key(), legal=None)
    assert ada.token not in str(caught.value) + repr(homeserver.settings(token=ada.token))
    with homeserver.adapter(server_name="other.example") as astray, pytest.raises(Misconfigured):
        astray.disable(event, territories=UNION, key=key(), legal=None)
    assert ada.sees(room, event)
