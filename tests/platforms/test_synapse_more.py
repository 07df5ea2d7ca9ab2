"""Where more belongs to a message than was looked at: it is said, and nobody claims that all of it is gone."""

from __future__ import annotations

import pytest
from test_synapse import UNION, a_picture, key, link

from comity.platform.protocols import State, cannot_undo
from comity.platform.synapse import Synapse, contents
from support.synapse import User


@pytest.fixture
def room(ada: User, ben: User) -> str:
    made = ada.room()
    ben.join(made)
    return made


def test_a_message_with_more_files_than_are_looked_at_is_never_called_gone(
    matrix: Synapse, ada: User, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [ada.upload(a_picture()) for _ in range(2)]
    shown = "".join(f'<img src="{one}">' for one in pictures)
    event = ada.send(
        room, {"msgtype": "m.text", "body": "two", "format": "org.matrix.custom.html", "formatted_body": shown}
    )
    monkeypatch.setattr(contents, "_MOST_FILES", 1)
    effect = matrix.disable(event, territories=UNION, key=key(), legal=None)
    assert effect.state is State.DISABLED
    assert "more exists: it names 2 files, and the first 1 of them were looked at" in effect.detail
    assert matrix.seen_by_stranger(link(room, event), "EU").gone is None
    assert ada.gets(pictures[1]) == 200
    monkeypatch.undo()
    assert matrix.seen_by_stranger(link(room, event), "EU").gone is not True


def test_an_author_who_wrote_too_much_since_is_said(
    matrix: Synapse, ada: User, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = ada.send(room, {"msgtype": "m.text", "body": "one"})
    monkeypatch.setattr(contents, "_PAGES", 0)
    seen = matrix.seen_by_stranger(link(room, event), "EU")
    assert seen.gone is False  # it is shown, and that is certain
    effect = matrix.disable(event, territories=UNION, key=key(), legal=None)
    if "more exists" in effect.detail:  # unless the room ended on the first page
        assert matrix.seen_by_stranger(link(room, event), "EU").gone is None


def test_a_whole_message_is_called_gone_and_says_nothing_of_more(matrix: Synapse, ada: User, room: str) -> None:
    event = ada.send(room, {"msgtype": "m.text", "body": "one"})
    effect = matrix.disable(event, territories=UNION, key=key(), legal=None)
    assert "more exists" not in effect.detail
    assert matrix.seen_by_stranger(link(room, event), "EU").gone is True


def test_only_what_cannot_be_undone_says_so(matrix: Synapse) -> None:
    from comity.platform.board import Board

    assert "cannot undo a redaction" in cannot_undo(matrix)
    assert cannot_undo(Board.__new__(Board)) == ""
