from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.platform import Outcome
from comity.platform.addresses import origin_of, read

ORIGINS = frozenset({("board.example", 443), ("board.example", 80), ("127.0.0.1", 8420)})
ITEM = "/p/p222222222222abcd"


@pytest.mark.parametrize(
    "url",
    [
        f"https://board.example{ITEM}",
        f"http://board.example{ITEM}",
        f"HTTPS://BOARD.EXAMPLE:443{ITEM}",
        f"https://board.example.{ITEM}",
        f"http://127.0.0.1:8420{ITEM}",
        f"https://board.example{ITEM}?utm_source=x#top",
        f"  https://board.example{ITEM} ",
        f"https://board.example/%70{ITEM[2:]}",
    ],
)
def test_our_urls_name_their_path(url: str) -> None:
    address = read(url, ORIGINS)
    assert (address.outcome, address.path) == (Outcome.FOUND, ITEM)


@pytest.mark.parametrize(
    "url",
    [
        f"https://board.example.evil.test{ITEM}",
        f"https://evil.test/board.example{ITEM}",
        f"https://evil.test/?go=https://board.example{ITEM}",
        f"https://board.example@evil.test{ITEM}",
        f"https://board.example:443@evil.test{ITEM}",
        f"https://board-example{ITEM}",
        f"https://xn--bard-65d.example{ITEM}",
        f"https://b\N{CYRILLIC SMALL LETTER O}ard.example{ITEM}",
        f"https://sub.board.example{ITEM}",
        f"https://board.example:8443{ITEM}",
        f"https://board.example:0{ITEM}",
        f"http://127.0.0.1:22{ITEM}",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://10.0.0.1:6379/_x",
        "data:text/html,x",
        "",
        "   ",
        "not a url",
    ],
)
def test_what_is_elsewhere_is_not_ours(url: str) -> None:
    address = read(url, ORIGINS)
    assert (address.outcome, address.path) == (Outcome.NOT_OURS, None)
    assert address.why


@pytest.mark.parametrize(
    "url",
    [
        f"https://somebody@board.example{ITEM}",
        f"https://somebody:word@board.example{ITEM}",
        f"https://board%2eexample{ITEM}",
        f"board.example{ITEM}",
        f"//board.example{ITEM}",
        f"https:/board.example{ITEM}",
        f"https:board.example{ITEM}",
        f"ftp://board.example{ITEM}",
        f"https://evil.test\\@board.example{ITEM}",
        f"https://board.example\\{ITEM}",
        f"https://board.exa\tmple{ITEM}",
        f"https://board\N{IDEOGRAPHIC FULL STOP}example{ITEM}",
        f"https://\N{FULLWIDTH LATIN SMALL LETTER B}oard.example{ITEM}",
        f"https://board.\N{SOFT HYPHEN}example{ITEM}",
        f"https://board.example:port{ITEM}",
        f"https://[board.example{ITEM}",
        f"https://board.example/a/..{ITEM}",
        f"https://board.example/a/%2e%2e{ITEM}",
        f"https://board.example/.{ITEM}",
        f"https://board.example/{ITEM}",
        f"https://board.example{ITEM}%00",
        f"https://board.example{ITEM}%0d%0aX-Y:z",
        f"https://board.example{ITEM}%2",
        f"https://board.example/%2570{ITEM[2:]}",
        "https://board.example/" + "a" * 3000,
    ],
)
def test_what_can_be_read_in_two_ways_is_unknown(url: str) -> None:
    address = read(url, ORIGINS)
    assert (address.outcome, address.path) == (Outcome.UNKNOWN, None)
    assert address.why


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    address = read(text, ORIGINS)
    assert (address.path is not None) == (address.outcome is Outcome.FOUND)
    assert address.why.isprintable()


@given(st.from_regex(r"https?://[a-z0-9.@:\\/%-]{0,30}board\.example[a-z0-9.@:\\/%?#-]{0,30}", fullmatch=True))
def test_what_is_ours_has_our_host_for_everybody(url: str) -> None:
    address = read(url, ORIGINS)
    if address.path is not None:
        assert urlsplit(url).hostname in {"board.example", "board.example."}
        assert ".." not in address.path
        assert "//" not in address.path


@pytest.mark.parametrize(
    "url",
    [
        "",
        "board.example",
        "ftp://board.example",
        "https://board.example/x",
        "https://u@h",
        "https://h:x",
        "https://h?q",
    ],
)
def test_a_base_url_is_an_origin_and_nothing_else(url: str) -> None:
    assert origin_of(url) is None
