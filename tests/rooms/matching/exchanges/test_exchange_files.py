"""Lists in files: taken once, in one unit of work with the checkpoint; taken back when they are gone; else refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile import audit
from comity.casefile.documents.exchange import ExchangeChange, ExchangeFetch
from support.exchanges import House, digest

if TYPE_CHECKING:
    from comity.matching.exchanges.store import Pulse


def lines(*seeds: object) -> str:
    return "".join(f"sha256 {digest(seed)}\n" for seed in seeds)


def listed(*seeds: object) -> set[tuple[str, str]]:
    return {("sha256", digest(seed)) for seed in seeds}


def test_a_file_is_listed_and_the_next_fetch_waits(house: House) -> None:
    house.write("list.txt", "# ours\n\n" + lines(1, 2) + f"HASH_PDQ {'f8' * 32}\n")
    made = house.set_up("file", settings={"path": "list.txt"})
    begun = house.clock.now()
    assert house.jobs() == [(made.id, begun.z())]
    pulse = house.fetch()
    assert (pulse.failures, pulse.said) == (0, "")
    assert house.signals() == listed(1, 2) | {("pdq", "f8" * 32)}
    assert pulse.next_at.since(begun).total_seconds() == 300
    assert house.jobs()[-1] == (made.id, pulse.next_at.z())
    written = audit.entries_of(made.id)
    assert [row.kind for row in written] == ["exchange", "exchange_fetch"]
    said = audit.find(written[1].entry, ExchangeFetch).document
    assert (said.turn, said.items, said.withdrawn, said.refused) == (1, 3, 0, 0)
    assert audit.find(written[0].entry, ExchangeChange).document.terms.settings == {"path": "list.txt"}


def test_an_unchanged_file_is_not_entered_again(house: House) -> None:
    from comity.matching.exchanges import store

    house.write("list.txt", lines(1))
    made = house.set_up("file", settings={"path": "list.txt"})
    for _ in range(3):
        house.fetch()
    assert len(audit.entries_of(made.id)) == 2
    assert store.progress(made.id).turn == 1


def test_what_is_gone_from_the_whole_list_was_taken_back(house: House) -> None:
    house.write("list.txt", lines(1, 2, 3))
    house.set_up("file", settings={"path": "list.txt"})
    house.fetch()
    house.write("list.txt", lines(2, 4))
    house.fetch()
    assert house.signals() == listed(2, 4)


def test_what_others_listed_in_the_same_bank_stays(house: House) -> None:
    house.write("one.txt", lines(1))
    house.write("two.txt", lines(2))
    house.set_up("file", "one", settings={"path": "one.txt"})
    house.set_up("file", "two", settings={"path": "two.txt"})
    house.fetch("one")
    house.fetch("two")
    house.write("one.txt", lines(3))
    house.fetch("one")
    assert house.signals() == listed(2, 3)


def test_a_list_that_loses_most_of_itself_is_refused(house: House) -> None:
    house.write("list.txt", lines(*range(100)))
    made = house.set_up("file", settings={"path": "list.txt"})
    house.fetch()
    house.write("list.txt", "")
    pulse = house.fetch()
    assert (pulse.failures, pulse.code) == (1, "exchange_answer")
    assert "100 are missing" in pulse.said
    assert len(house.signals()) == 100
    from comity.matching.exchanges import service

    with house.begin() as work:
        service.change(work, "them", "they told us by letter", settings={"path": "list.txt", "shrink": "1"})
    assert house.fetch().failures == 0
    assert house.signals() == set()
    assert len(audit.entries_of(made.id)) == 5


def test_a_folder_of_files(house: House) -> None:
    folder = house.files / "many"
    folder.mkdir()
    for seed in range(5):
        (folder / f"{seed}.txt").write_text(lines(seed))
    house.set_up("file", settings={"path": "many", "whole": "no"})
    house.fetch()
    assert house.signals() == listed(*range(5))
    (folder / "0.txt").unlink()
    house.fetch()
    assert house.signals() == listed(*range(5))


def test_bad_rows_are_refused_and_the_rest_is_taken(house: House) -> None:
    house.write("list.txt", lines(1) + "sha256 nonsense\nphotodna AAAA\nsha256\n" + lines(2))
    made = house.set_up("file", settings={"path": "list.txt"})
    pulse = house.fetch()
    assert [(one.place, one.why) for one in pulse.refused] == [
        ("list.txt, line 2", "no signal of the type sha256"),
        ("list.txt, line 4", "a type and a signal, with a space between"),
    ]
    assert house.signals() == listed(1, 2)
    said = audit.find(audit.entries_of(made.id)[-1].entry, ExchangeFetch).document
    assert (said.items, said.refused, said.passed) == (2, 2, 1)


def test_a_list_of_bad_rows_is_no_list(house: House) -> None:
    house.write("list.txt", lines(1) + "sha256 nonsense\n" * 30)
    house.set_up("file", settings={"path": "list.txt"})
    pulse = house.fetch()
    assert "30 of 31 rows name no usable signal; first list.txt, line 2" in pulse.said
    assert "nonsense" not in pulse.said
    assert house.signals() == set()


def test_a_failure_is_tried_again_soon_and_then_less_often(house: House) -> None:
    house.set_up("file", pace=3600, settings={"path": "absent.txt"})
    pauses = []
    for _ in range(9):
        pulse = house.fetch()
        pauses.append(pulse.next_at.since(house.clock.now()).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert pulse.code == "exchange_not_reached"
    house.write("absent.txt", lines(1))
    assert house.fetch().failures == 0


@pytest.mark.parametrize("path", ["../secrets/key", "/etc/passwd", ".", "link", "a/../../secrets/key", "\0"])
def test_nothing_outside_the_folder_of_lists_is_read(house: House, path: str) -> None:
    from comity.matching.exchanges.errors import UnusableExchange

    house.secret("key", lines(1))
    (house.files / "link").symlink_to(house.secrets / "key")
    try:
        house.set_up("file", settings={"path": path})
    except UnusableExchange:
        return
    pulse = house.fetch()
    assert pulse.code == "exchange_unusable"
    assert house.signals() == set()


def refused(house: House) -> Pulse:
    house.set_up("file", settings={"path": "folder"})
    pulse = house.fetch()
    assert pulse.code in ("exchange_answer", "exchange_not_reached")
    assert house.signals() == set()
    return pulse


def test_a_link_in_the_folder_is_not_followed(house: House) -> None:
    (house.files / "folder").mkdir()
    house.secret("key", lines(1))
    (house.files / "folder" / "a").symlink_to(house.secrets / "key")
    refused(house)


def test_a_pipe_is_not_waited_for(house: House) -> None:
    (house.files / "folder").mkdir()
    os.mkfifo(house.files / "folder" / "a")
    assert "not a plain file" in refused(house).said


def test_what_is_too_long_is_refused_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges.kinds import lists

    monkeypatch.setattr(lists, "MOST_BYTES", 100)
    (house.files / "folder").mkdir()
    for name in "ab":
        (house.files / "folder" / name).write_text(lines(name))
    assert "more than 100 bytes" in refused(house).said


@pytest.mark.parametrize("data", [b"\xff\xfe", b"sha256 \0"])
def test_bytes_that_are_no_text_are_refused(house: House, data: bytes) -> None:
    (house.files / "folder").mkdir()
    (house.files / "folder" / "a").write_bytes(data)
    refused(house)


def test_one_folder_of_a_missing_house(tmp_path: Path) -> None:
    from comity.matching.exchanges.errors import NoSecret, UnusableExchange
    from comity.matching.exchanges.means import Means

    with pytest.raises(UnusableExchange):
        Means().file("x")
    with pytest.raises(NoSecret):
        Means().secret("x")
    with pytest.raises(NoSecret, match="No such file"):
        Means(tmp_path).secret("x")
    (tmp_path / "open").write_text("secret")
    (tmp_path / "open").chmod(0o644)
    with pytest.raises(NoSecret, match="others"):
        Means(tmp_path).secret("open")
    for name, data in (("empty", b" \n"), ("binary", b"\xff")):
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(0o600)
        with pytest.raises(NoSecret):
            Means(tmp_path).secret(name)


def test_more_than_one_statement_may_name(house: House) -> None:
    """The database's protocol ends at 65,535 values."""
    from comity.matching.banks import store

    house.write("list.txt", lines(*range(66_000)))
    house.set_up("file", settings={"path": "list.txt", "shrink": "1"})
    assert house.fetch().said == ""
    assert store.count(store.bank("LIST")) == 66_000
    house.write("list.txt", lines(7))
    assert house.fetch().said == ""
    assert house.signals() == listed(7)
