"""Reading Matrix addresses: what is ours, what is not, what a person must read; nothing is ever visited."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.platform.errors import Misconfigured
from comity.platform.protocols import Outcome
from comity.platform.synapse import SynapseSettings
from comity.platform.synapse.addresses import Named, read

SETTINGS = SynapseSettings(
    "http://127.0.0.1:8008", "chat.example", "a" * 30, "b" * 30, ("matrix.chat.example", "matrix.to", "app.element.io")
)
OURS = SETTINGS.ours
EVENT = "$" + "aB-_" * 10 + "abc"
SLASHED = "$" + "aB+/" * 10 + "abc"
ROOM, ALIAS = "!abc:chat.example", "#town:chat.example"

READABLE = {
    f"https://matrix.to/#/{ROOM}/{EVENT}": Named(ROOM, EVENT),
    f"HTTPS://MATRIX.TO/#/{ROOM}/{EVENT}": Named(ROOM, EVENT),
    f"http://matrix.to/#/{ROOM}/{EVENT}?via=a.example&via=b.example": Named(ROOM, EVENT),
    f"https://matrix.to/#/%21abc%3Achat.example/{EVENT.replace('$', '%24')}": Named(ROOM, EVENT),
    f"https://matrix.to/#/!abcdefghijklmnopqrstuvwxyz0123456789ABCDE-_/{EVENT}": Named(
        "!abcdefghijklmnopqrstuvwxyz0123456789ABCDE-_", EVENT
    ),
    f"https://matrix.to/#/{ROOM}/{SLASHED}": Named(ROOM, SLASHED),
    f"https://matrix.to/#/{ROOM}/$old1:chat.example": Named(ROOM, "$old1:chat.example"),
    f"https://matrix.to/#/{ALIAS}": Named(ALIAS),
    f"https://matrix.to/#/{ALIAS}/": Named(ALIAS),
    "https://matrix.to/#/%23caf%C3%A9:chat.example": Named("#café:chat.example"),
    "https://matrix.to/#/@ada:chat.example": Named(user="@ada:chat.example"),
    f"https://app.element.io/#/room/{ALIAS}/{EVENT}": Named(ALIAS, EVENT),
    "https://app.element.io/#/user/@ada:chat.example": Named(user="@ada:chat.example"),
    f"https://matrix.chat.example/#/room/{ROOM}": Named(ROOM),
    f"matrix:r/town:chat.example/e/{EVENT[1:]}?via=x": Named(ALIAS, EVENT),
    f"matrix:roomid/abc:chat.example/event/{EVENT[1:]}": Named(ROOM, EVENT),
    "matrix:u/ada:chat.example?action=chat": Named(user="@ada:chat.example"),
    "mxc://chat.example/AbC_-1": Named(media="mxc://chat.example/AbC_-1"),
    "https://matrix.chat.example/_matrix/media/v3/download/other.example/abc/x.png": Named(
        media="mxc://other.example/abc", by_our_host=True
    ),
}
UNREADABLE = [
    f"https://matrix.to/{ROOM}/{EVENT}",
    "https://matrix.to/",
    "https://matrix.to/#/",
    f"https://matrix.to/#/{ROOM}/%zz",
    f"https://matrix.to/#/{ROOM}/$short",
    f"https://matrix.to/#/{ROOM}/{EVENT}/{EVENT}",
    f"https://matrix.to/#/%2521abc:chat.example/{EVENT}",
    f"https://matrix.to/#/@ada:chat.example/{EVENT}",
    f"https://ada@matrix.to/#/{ROOM}/{EVENT}",
    f"matrix.to/#/{ROOM}/{EVENT}",
    f"https://matrix.to/#/{ROOM}/{EVENT}\n",
    "https://app.element.io/#/home",
    "https://app.element.io/_matrix/media/v3/download/chat.example/abc",
    "https://matrix.to/_matrix/media/v3/download/chat.example/abc",
    "https://matrix.chat.example/_matrix/media/v3/download/chat.example/../abc",
    "https://matrix.chat.example/_matrix/media/v3/config",
    "matrix://chat.example/r/town:chat.example",
    "matrix:r/town:chat.example/x/abc",
    "matrix:",
    "mxc:/chat.example/abc",
    "mxc://chat.example/a/b",
    "mxc://chat.example/",
]
FOREIGN = [
    f"https://matrix.t0/#/{ROOM}/{EVENT}",
    f"https://matrix.to.evil.example/#/{ROOM}/{EVENT}",
    f"https://matrix.to@evil.example/#/{ROOM}/{EVENT}",
    f"https://app.element.io.evil.example/#/room/{ROOM}/{EVENT}",
    "https://matrix.chat.example.evil.example/_matrix/media/v3/download/chat.example/abc",
    "https://matrix.chat.example:8448/_matrix/media/v3/download/chat.example/abc",
    "mxc://chat.examp1e/abc",
    "mxc://evil.example/abc",
]


@pytest.mark.parametrize(("url", "named"), READABLE.items(), ids=str)
def test_what_authorities_quote_is_read(url: str, named: Named) -> None:
    assert read(url, OURS).named == named


@pytest.mark.parametrize("url", UNREADABLE, ids=ascii)
def test_what_could_be_read_in_two_ways_goes_to_a_person(url: str) -> None:
    reading = read(url, OURS)
    assert (reading.outcome, reading.named) == (Outcome.UNKNOWN, None)


@pytest.mark.parametrize("url", FOREIGN, ids=ascii)
def test_a_look_alike_is_not_ours(url: str) -> None:
    reading = read(url, OURS)
    assert (reading.outcome, reading.named) == (Outcome.NOT_OURS, None)


@given(
    st.one_of(
        st.text(max_size=80),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(
                ["https://matrix.to/#/", "matrix:", "mxc://", "https://app.element.io/#/room/", "https://"]
            ),
            st.sampled_from(["", ROOM, ALIAS, "chat.example/", "r/town:chat.example"]),
            st.text(st.characters(codec="utf-8"), max_size=60),
        ),
    )
)
@example("https://[::1")
@example("https://matrix.to:99999/#/x")
@example("https://app.element.io/#/room/\ud800")
def test_nothing_that_an_order_contains_makes_it_fail(url: str) -> None:
    reading = read(url, OURS)
    assert (reading.named is not None) is (reading.outcome is Outcome.FOUND)
    assert reading.why.isprintable() or not url.isprintable()


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "short"},
        {"token": "b" * 30},
        {"stranger_token": "with a space in it, and long"},
        {"server_name": "chat example"},
        {"server_name": "https://chat.example"},
        {"base_url": "http://matrix.chat.example"},
        {"base_url": "matrix.chat.example"},
    ],
)
def test_unsafe_settings_of_a_homeserver_are_refused(changes: dict[str, str]) -> None:
    given_settings = {
        "base_url": "https://matrix.chat.example",
        "server_name": "chat.example",
        "token": "a" * 30,
        "stranger_token": "b" * 30,
        **changes,
    }
    with pytest.raises(Misconfigured):
        SynapseSettings(**given_settings)  # type: ignore[arg-type]


def test_a_token_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    files = (tmp_path / "token", tmp_path / "stranger")
    for path, letter in zip(files, "ab", strict=True):
        path.touch(mode=0o600)
        path.write_text(letter * 30 + "\n")
    settings = SynapseSettings.from_files("https://chat.example", "chat.example", files)
    assert "a" * 30 not in repr(settings)
    files[0].chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        SynapseSettings.from_files("https://chat.example", "chat.example", files)
