from __future__ import annotations

import hashlib
import json

import pytest

from comity.platform import Content, LegalNote, Messages, NoticeText, Outcome
from comity.platform.board import Board, BoardSettings
from comity.platform.errors import (
    Absent,
    Faulty,
    KeyReused,
    NotTrusted,
    Refused,
    Unintelligible,
    Unreachable,
    Unsendable,
)
from support.board import RunningBoard, free_port, picture

NOTE = LegalNote("https://board.example/removed", "REF 7")
UNION = ("EU",)


def test_the_adapter_is_both_protocols(adapter: Board) -> None:
    content: Content = adapter
    messages: Messages = adapter
    assert content is messages


def test_an_item_is_found_under_each_of_its_names(adapter: Board, board: RunningBoard, item: str) -> None:
    for base in (board.url, "https://board.example"):
        for path in (f"/p/{item}", f"/api/posts/{item}", f"/p/{item}?x=1#y"):
            assert adapter.resolve(base + path).item == item


def test_a_picture_is_an_item_of_its_own(adapter: Board, board: RunningBoard, item: str) -> None:
    first, second = adapter.describe(item).media
    found = adapter.resolve(first.url)
    assert found.item == first.name
    adapter.disable(first.name, territories=UNION, key=f"{item}-one", legal=NOTE)
    assert board.look(f"/media/{first.name}").status_code == 451
    assert board.look(f"/media/{second.name}").status_code == 200
    page = board.look(f"/p/{item}")
    assert page.status_code == 200
    assert first.name not in page.text
    assert second.name in page.text
    assert adapter.describe(first.name).kind == "picture"
    assert adapter.describe(first.name).urls == (first.url,)


@pytest.mark.parametrize("path", ["/", "/p/", "/p/pzzzzzzzzzzzzzzzz", "/media/pzzzzzzzzzzzzzzzz", "/r/town", "/inbox"])
def test_what_is_ours_and_no_item_is_absent(adapter: Board, path: str) -> None:
    assert adapter.resolve("https://board.example" + path).outcome is Outcome.ABSENT


def test_a_foreign_url_is_never_visited(adapter: Board) -> None:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/p/pabcabcabcabcabca"
        assert adapter.resolve(url).outcome is Outcome.NOT_OURS
        view = adapter.seen_by_stranger(url, "FR")
        assert (view.status, view.gone) == (None, None)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_description_is_whole(adapter: Board, item: str) -> None:
    described = adapter.describe(item)
    assert (described.kind, described.title, described.disabled_in) == ("post", "Old bridge", ())
    assert described.urls[0] == f"https://board.example/p/{item}"
    assert [one.media_type for one in described.media] == ["image/jpeg", "image/png"]
    assert {one.url for one in described.media} < set(described.urls)


def test_everything_is_fetched_even_when_disabled(adapter: Board, item: str) -> None:
    adapter.disable(item, territories=("*",), key=f"{item}-all", legal=None)
    parts = {part.name: b"".join(part.chunks) for part in adapter.fetch(item)}
    described = adapter.describe(item)
    assert json.loads(parts["post.json"])["body"] == "Come & see"
    assert json.loads(parts["account.json"])["handle"] == "ada"
    assert {"at", "what", "address", "agent"} == set(json.loads(parts["access.json"])[0])
    assert json.loads(parts["item.json"])["disabled_in"] == ["*"]
    for one in described.media:
        assert hashlib.sha256(parts[one.name]).hexdigest() == one.sha256


def test_disabled_in_the_union_and_visible_elsewhere(adapter: Board, board: RunningBoard, item: str) -> None:
    urls = adapter.describe(item).urls
    effect = adapter.disable(item, territories=UNION, key=f"{item}-1", legal=NOTE)
    assert (effect.state, effect.already, effect.disabled_in) == ("disabled", False, UNION)
    for url in urls:
        path = url.removeprefix("https://board.example")
        barred = board.look(path, "DE")
        assert barred.status_code == 451
        assert barred.headers["Link"] == '<https://board.example/removed>; rel="blocked-by"'
        assert board.look(path, "US").status_code == 200
        assert board.look(path, method="HEAD").status_code == 451
    assert adapter.seen_by_stranger(urls[0], "EU").gone is True
    assert adapter.seen_by_stranger(urls[0], "FR").status == 451
    assert adapter.seen_by_stranger(urls[0], "US").gone is False
    assert adapter.seen_by_stranger(urls[0], None).gone is True


def test_restored_is_exactly_what_stood_there(adapter: Board, board: RunningBoard, item: str) -> None:
    paths = [url.removeprefix("https://board.example") for url in adapter.describe(item).urls]
    before = {path: board.look(path).content for path in paths}
    adapter.disable(item, territories=("EU", "US"), key=f"{item}-1", legal=NOTE)
    part = adapter.restore(item, territories=("US",), key=f"{item}-2")
    assert (part.state, part.disabled_in) == ("disabled", UNION)
    whole = adapter.restore(item, territories=UNION, key=f"{item}-3")
    assert (whole.state, whole.already, whole.disabled_in) == ("available", False, ())
    assert {path: board.look(path).content for path in paths} == before
    assert adapter.restore(item, territories=UNION, key=f"{item}-4").already is True


def test_the_same_key_does_nothing_twice(adapter: Board, item: str) -> None:
    first = adapter.disable(item, territories=UNION, key=f"{item}-1", legal=NOTE)
    adapter.restore(item, territories=UNION, key=f"{item}-2")
    assert adapter.disable(item, territories=UNION, key=f"{item}-1", legal=NOTE) == first
    assert adapter.describe(item).disabled_in == ()
    assert adapter.disable(item, territories=UNION, key=f"{item}-3", legal=NOTE).already is False
    assert adapter.disable(item, territories=UNION, key=f"{item}-4", legal=NOTE).already is True


def test_a_key_used_for_something_else_is_refused(adapter: Board, item: str) -> None:
    adapter.disable(item, territories=UNION, key=f"{item}-1", legal=NOTE)
    for attempt in (
        lambda: adapter.disable(item, territories=("US",), key=f"{item}-1", legal=NOTE),
        lambda: adapter.disable(item, territories=UNION, key=f"{item}-1", legal=None),
        lambda: adapter.restore(item, territories=UNION, key=f"{item}-1"),
    ):
        with pytest.raises(KeyReused):
            attempt()
    assert adapter.describe(item).disabled_in == UNION


def test_silence_is_like_absence_and_ends_openly(adapter: Board, board: RunningBoard, item: str) -> None:
    adapter.disable(item, territories=UNION, key=f"{item}-1", legal=None)
    assert board.look(f"/p/{item}").status_code == 404
    view = adapter.seen_by_stranger(f"https://board.example/p/{item}", "EU")
    assert (view.status, view.gone) == (404, True)
    opened = adapter.disable(item, territories=UNION, key=f"{item}-2", legal=NOTE)
    assert opened.already is False
    assert board.look(f"/p/{item}").status_code == 451
    assert adapter.disable(item, territories=UNION, key=f"{item}-3", legal=None).already is True
    assert board.look(f"/p/{item}").status_code == 451


def test_an_item_that_is_not_there(adapter: Board) -> None:
    for attempt in (
        lambda: adapter.describe("pzzzzzzzzzzzzzzzz"),
        lambda: adapter.disable("pzzzzzzzzzzzzzzzz", territories=UNION, key="k", legal=None),
        lambda: adapter.restore("pzzzzzzzzzzzzzzzz", territories=UNION, key="k"),
        lambda: list(adapter.fetch("pzzzzzzzzzzzzzzzz")),
        lambda: adapter.notify("azzzzzzzzzzzzzzzz", NoticeText("s", "t", "en"), key="k"),
    ):
        with pytest.raises(Absent) as caught:
            attempt()
        assert not caught.value.retry


@pytest.mark.parametrize("bad", ["../accounts/x", "a/b", "", "x" * 65, "a?b", "a#b", "%2e", "a\n"])
def test_a_reference_that_leaves_the_interface_is_never_sent(adapter: Board, bad: str) -> None:
    with pytest.raises(Unsendable):
        adapter.describe(bad)


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "a\r\nX: y", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_key_that_is_none_is_never_sent(adapter: Board, item: str, key: str) -> None:
    with pytest.raises(Unsendable):
        adapter.restore(item, territories=UNION, key=key)


@pytest.mark.parametrize("territories", [(), ("fr",), ("FRA",), ("",), ("EU", "**")])
def test_territories_that_are_none_are_never_sent(adapter: Board, item: str, territories: tuple[str, ...]) -> None:
    with pytest.raises(Unsendable):
        adapter.disable(item, territories=territories, key="k", legal=NOTE)


@pytest.mark.parametrize("link", ["javascript:alert(1)", 'https://x/>; rel="evil"', "https://x/\r\nA: b", "//x", ""])
def test_a_note_that_would_break_the_header_is_refused(adapter: Board, item: str, link: str) -> None:
    with pytest.raises(Refused):
        adapter.disable(item, territories=UNION, key=f"{item}-{hash(link)}", legal=LegalNote(link))
    assert adapter.describe(item).disabled_in == ()


def test_a_notice_arrives_once(adapter: Board, board: RunningBoard) -> None:
    user = board.user("nora").join()
    item = user.posted("Hello", "there").removeprefix("/p/")
    account = adapter.describe(item).account
    notice = NoticeText("About your post", "<b>Removed</b>\n\nbecause", "en", "https://board.example/complain?c=1")
    first = adapter.notify(account, notice, key="n-1")
    assert adapter.notify(account, notice, key="n-1") == first
    inbox = user.browser.get("/inbox").text
    assert inbox.count("About your post") == 1
    shown = user.browser.get(f"/inbox/{first.message}").text
    assert "&lt;b&gt;Removed&lt;/b&gt;" in shown
    assert 'href="https://board.example/complain?c=1"' in shown
    with pytest.raises(KeyReused):
        adapter.notify(account, NoticeText("Another", "text", "en"), key="n-1")
    other = board.user("mallory").join()
    assert other.browser.get(f"/inbox/{first.message}").status_code == 404


def test_a_wrong_secret_does_nothing(board: RunningBoard, item: str) -> None:
    with board.adapter(secret="x" * 40) as stranger:
        with pytest.raises(NotTrusted):
            stranger.disable(item, territories=("*",), key="w", legal=None)
        with pytest.raises(NotTrusted):
            list(stranger.fetch(item))
        resolution = stranger.resolve(f"{board.url}/p/{item}")
        assert (resolution.outcome, resolution.item) == (Outcome.UNKNOWN, None)
    assert board.look(f"/p/{item}").status_code == 200


@pytest.mark.parametrize(("how", "failure"), [("error", Faulty), ("close", Unreachable), ("hang", Unreachable)])
def test_done_and_reported_lost_is_found_again_by_its_key(
    board: RunningBoard, item: str, how: str, failure: type[Exception]
) -> None:
    with board.adapter(timeout=0.5) as adapter:
        board.faults({"kind": "disable", "how": how, "after": True, "seconds": 1.5})
        with pytest.raises(failure) as caught:
            adapter.disable(item, territories=UNION, key=f"{item}-l", legal=NOTE)
        assert caught.value.retry
        assert board.secret not in str(caught.value)
        assert adapter.describe(item).disabled_in == UNION
        again = adapter.disable(item, territories=UNION, key=f"{item}-l", legal=NOTE)
        assert again.already is False


@pytest.mark.parametrize("how", ["error", "close"])
def test_not_done_is_done_by_repeating(board: RunningBoard, adapter: Board, item: str, how: str) -> None:
    board.faults({"kind": "disable", "times": 2, "how": how})
    for _ in range(2):
        with pytest.raises((Faulty, Unreachable)):
            adapter.disable(item, territories=UNION, key=f"{item}-r", legal=NOTE)
    assert adapter.describe(item).disabled_in == ()
    assert adapter.disable(item, territories=UNION, key=f"{item}-r", legal=NOTE).disabled_in == UNION


def test_a_part_that_breaks_off_is_no_part(board: RunningBoard, adapter: Board, item: str) -> None:
    board.faults({"kind": "part", "how": "close"})
    with pytest.raises((Unintelligible, Unreachable)):
        [b"".join(part.chunks) for part in adapter.fetch(item)]


def test_a_platform_that_is_down_is_unknown_not_no(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Board(BoardSettings(url, "s" * 40, timeout=1)) as adapter:
        assert adapter.resolve(f"{url}/p/pabc").outcome is Outcome.UNKNOWN
        assert adapter.seen_by_stranger(f"{url}/p/pabc", "FR").gone is None
        with pytest.raises(Unreachable) as caught:
            adapter.restore("pabc", territories=UNION, key="k")
        assert caught.value.retry


def test_an_answer_too_large_is_refused(board: RunningBoard, item: str) -> None:
    with board.adapter(max_answer=200) as adapter, pytest.raises(Unintelligible):
        adapter.describe(item)
    with board.adapter(max_part=100) as adapter, pytest.raises(Unintelligible):
        [b"".join(part.chunks) for part in adapter.fetch(item)]


def test_a_stranger_who_sees_a_part_sees_it_all(adapter: Board, board: RunningBoard) -> None:
    item = board.publish("bruno", pictures=(picture(),))
    url = f"https://board.example/p/{item}"
    assert adapter.seen_by_stranger(url, "EU").gone is False
    board.faults({"kind": "page", "times": 9, "how": "error"})
    assert adapter.seen_by_stranger(url, "EU").gone is None
