"""A notice is in the language that the platform says its user reads; in English where it does not know."""

from __future__ import annotations

import pytest

from comity.casefile.documents.identifiers import new_id
from support.board import User


def _item(watch, language: str | None) -> str:
    """A post of somebody whose browser said what they read when they joined."""
    board = watch.night.board
    handle = f"r-{new_id()[:12]}"
    user = User(board, handle, "correct horse")
    if language:
        user.browser.headers["Accept-Language"] = f"{language},en;q=0.5"
    user.join()
    user.browser.close()
    return f"https://board.example/p/{board.publish(handle, 'A title', 'A text')}"


@pytest.mark.parametrize(
    ("language", "entered"),
    [("de-AT", "de"), ("fr", "fr"), ("mt", "en"), (None, "en")],
)
def test_a_user_is_told_in_the_language_that_the_platform_knows(watch, language, entered):
    watch.rule()
    watch.order(_item(watch, language))
    assert watch.status() == "in_effect"
    (notice,) = watch.bodies("notice")
    assert notice["language"] == entered


def test_a_platform_that_fails_while_it_is_asked_is_asked_again_and_the_user_is_told_once(watch):
    watch.rule()
    url = _item(watch, "de")
    watch.night.board.faults(
        {"kind": "language", "times": 2, "how": "error"}, {"kind": "language", "how": "close", "after": True}
    )
    watch.order(url)
    assert watch.status() == "in_effect"
    assert [one["language"] for one in watch.bodies("notice")] == ["de"]
    assert [one["state"] for one in watch.bodies("secrecy")] == ["told"]


def test_nobody_is_asked_about_while_silence_is_kept(watch):
    """Even a question could show in the platform's own logs that something goes on."""
    watch.rule()
    url = _item(watch, "de")
    watch.night.board.faults({"kind": "language", "times": 99, "how": "error"})
    began = watch.night.clock.now()
    watch.order(url, nondisclosure=True, issued_at=str(began))
    assert watch.status() == "in_effect"
    assert watch.bodies("notice") == []
