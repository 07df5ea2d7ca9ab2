"""Whose content a URL names: look-alikes and tricks are never ours."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from comity.law import host_of, is_ours
from comity.law.addresses import is_foreign, normal_host

HOSTS = ("board.example", "img.board.example", "bücher.example")

OURS = [
    "https://board.example",
    "http://board.example/",
    "https://board.example/p/17?x=1#y",
    "HTTPS://Board.EXAMPLE/p",
    "https://board.example.:443/p",
    "https://board.example:/p",
    "https://board.example?url=https://evil.test",
    "https://board.example/@evil.test",
    "https://img.board.example/9.jpg",
    "https://bücher.example/1",
    "https://xn--bcher-kva.example/1",
    "https://BÜCHER.example/1",
]
NOBODYS = [
    "https://evil.test@board.example/p",
    "https://board.example:pw@evil.test/p",
    "https://board.example\\@evil.test",
    "https:\\\\board.example/p",
    "https:/board.example/p",
    "//board.example/p",
    "board.example/p",
    "ftp://board.example/p",
    "javascript://board.example/%0aalert(1)",
    "https://board.example%2eevil.test/p",
    "https://board.example:99999/p",
    "https://board.example:0/p",
    "https://board.example:80:80/p",
    "https://board.example:8o/p",
    "https:// board.example/p",
    " https://board.example/p",
    "https://board.example/p\n",
    "https://board.example/a b",
    "https://board\u200b.example/p",
    "https://\u202eboard.example/p",
    "https://board..example/p",
    "https://.board.example/p",
    "https://board.example../p",
    "https://-board.example/p",
    "https:///p",
    "https://",
    "https://127.0.0.1/p",
    "https://0x7f000001/p",
    "https://2130706433/p",
    "https://[::1]/p",
    "https://ｂoard.example/p",
    "https://board。example/p",
    "https://" + "a" * 300 + ".example/p",
    "https://" + ("a" * 60 + ".") * 5 + "example/p",
    "https://ü" + "a" * 80 + ".example/p",
    "https://board.example/" + "a" * 5000,
    "https://boa\ud800rd.example/p",
    "",
    None,
    17,
    ["https://board.example"],
]
OTHERS = [
    "https://evil.test/board.example",
    "https://board.example.evil.test/p",
    "https://notboard.example/p",
    "https://www.board.example/p",
    "https://bоard.example/p",
    "https://xn--bard-q5d.example/p",
    "https://board-example.test/p",
    "https://evil.test#@board.example/p",
    "https://evil.test?@board.example/p",
]


@pytest.mark.parametrize("url", OURS)
def test_ours(url: str) -> None:
    assert is_ours(url, HOSTS)
    assert not is_foreign(url, HOSTS)


@pytest.mark.parametrize("url", NOBODYS)
def test_what_can_be_read_in_two_ways_has_no_host(url: object) -> None:
    assert host_of(url) is None
    assert not is_ours(url, HOSTS)


@pytest.mark.parametrize("url", OTHERS)
def test_another_host_is_not_ours(url: str) -> None:
    assert host_of(url) is not None
    assert not is_ours(url, HOSTS)
    assert is_foreign(url, HOSTS)


def test_our_host_in_the_user_info_of_another_is_foreign_and_the_reverse_is_nobodys() -> None:
    assert is_foreign("https://board.example@evil.test/p", HOSTS)
    assert not is_foreign("https://evil.test@board.example/p", HOSTS)
    assert not is_foreign("https://evil.test\\@board.example/p", HOSTS)
    assert not is_foreign(17, HOSTS)


@given(st.text(max_size=200))
@example("https://board.example")
def test_any_text_has_one_host_or_none(url: str) -> None:
    host = host_of(url)
    assert host is None or (host == normal_host(host) and host.isascii() and host == host.lower())


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_before_or_after_another_host_it_is_not_ours(before: str, after: str) -> None:
    assert not is_ours(f"https://{before}evil.test{after}", ("evil.test.board.example",)) or after.startswith(".board")
    assert not is_ours(f"https://evil.test/{after}", HOSTS)


@given(st.text(max_size=40))
def test_any_path_on_our_host_is_ours_or_unreadable(path: str) -> None:
    url = f"https://board.example/{path}"
    assume(host_of(url) is not None)
    assert is_ours(url, HOSTS)


@given(st.text(alphabet="\\@:/?#.%[]\t\n boardexample-ü\u200b", max_size=40))
def test_tricks_around_our_host_never_hide_another(text: str) -> None:
    url = f"https://{text}evil.test/"
    if is_ours(url, HOSTS):
        assert url.startswith("https://board.example")
        assert url[len("https://board.example") :][:1] in {"/", "?", "#", ":", "."}
