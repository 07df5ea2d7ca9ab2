"""Removal orders about a real Matrix homeserver, from the order to the answer and back."""

from __future__ import annotations

import json
import secrets

from support.board import picture
from support.synapse import SERVER, enc


def _picture() -> bytes:
    return picture(tuple(secrets.token_bytes(3)), "PNG")


def _kept(watch) -> list[bytes]:
    parts, case = watch.night.parts, watch.case().line.case
    with parts.work() as work:
        digests = [digest for act in watch.bodies("act") for digest in act["exhibits"]]
        opened = [parts.vault.open(work, case, digest, purpose="test") for digest in digests]
    return [b"".join(chunks) for chunks in opened]


def test_a_message_named_by_a_matrix_to_link_is_gone_for_strangers_kept_answered_and_told(
    over_matrix, matrix, ada, ben
):
    watch = over_matrix(matrix)
    room = ada.room(alias="r" + secrets.token_hex(4))
    ben.join(room)
    body = _picture()
    mxc = ada.upload(body)
    event, beside = ada.show(room, mxc, "what was ordered away"), ada.say(room, "about the weather")

    watch.order(f"https://matrix.to/#/{enc(room)}/{enc(event)}?via={SERVER}")

    assert watch.status() == "in_effect", watch.case().timeline
    assert [ben.sees(room, event), ben.gets(mxc)] == [{}, 404]
    assert ben.sees(room, beside) == {"msgtype": "m.text", "body": "about the weather"}
    kept = _kept(watch)
    assert body in kept, "the picture is preserved"
    assert any(b"what was ordered away" in one and json.loads(one)["event"]["content"]["url"] == mxc for one in kept)
    assert watch.forms() == ["annex-2"]
    said = [act["detail"] for act in watch.bodies("act") if act["state"] == "performed" and act["detail"]]
    assert "more than was asked for" in said[-1]
    assert "cannot undo a redaction" in said[-1]
    assert len(ada.notices()) == 1

    watch.found_wrong()  # what can come back comes back, and a person learns what cannot

    assert ben.gets(mxc) == 200
    assert ben.sees(room, event) == {}
    assert watch.items() == ["failed"]
    assert watch.case().line.needs_person
    assert "cannot bring back the text" in watch.bodies("act")[-1]["detail"]


def test_a_picture_named_by_its_media_address_comes_back_whole(over_matrix, matrix, ada, ben):
    watch = over_matrix(matrix)
    mxc = ada.upload(_picture())
    watch.order(f"https://matrix.chat.example/_matrix/media/v3/download/{mxc.removeprefix('mxc://')}")
    assert (watch.status(), ben.gets(mxc)) == ("in_effect", 404)
    watch.found_wrong()
    assert (watch.status(), ben.gets(mxc)) == ("reinstated", 200)


def test_an_order_about_a_whole_room_reaches_a_person_and_nothing_is_done(over_matrix, matrix, ada):
    watch = over_matrix(matrix)
    room = ada.room()
    event = ada.say(room, "hello")
    watch.order(f"https://matrix.to/#/{room}?via={SERVER}")
    assert (watch.status(), watch.case().line.needs_person) == ("waiting", True)
    assert "name the messages" in watch.bodies("act")[-1]["detail"]
    assert ada.sees(room, event)
    assert _kept(watch) == []


def test_a_look_alike_of_our_homeserver_is_never_acted_upon(over_matrix, matrix, ada):
    watch = over_matrix(matrix)
    name = "r" + secrets.token_hex(4)
    room = ada.room(alias=name)
    event = ada.say(room, "hello")
    watch.order(f"https://matrix.to/#/#{name}:chat.examp1e/{event}")
    assert watch.status() == "waiting"
    assert ada.sees(room, event)
