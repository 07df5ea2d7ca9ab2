"""Secrecy watched from outside: a case that nobody may know of, beside one that is no secret.

Everything that somebody outside can see is compared: the board's page, its interface and the author's inbox; the public
door's log; another authority's questions; the leaves, their number and class at every step, and how long answers take.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from comity.casefile import audit
from comity.casefile.records import fire_due
from comity.docket.errors import DocketRefused, NoSuchCase
from support import orders

WEEK = timedelta(weeks=1)


def _leaves() -> list[str]:
    """The classes of all leaves in the log's order: what every reader of the published tiles sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM leaf ORDER BY id")
        return [json.loads(bytes(row[0]))["kind"] for row in cursor.fetchall()]


def _published(watch) -> list[str]:
    """The same from the files that anybody may download."""
    watch.night.wait_for_the_log()
    folder = watch.night.folder / "tiles"
    audit.export(folder)
    bundles = b"".join(path.read_bytes() for path in sorted((folder / "tile" / "entries").rglob("*")) if path.is_file())
    kinds = []
    while bundles:
        size = int.from_bytes(bundles[:2], "big")
        kinds.append(json.loads(bundles[2 : 2 + size])["kind"])
        bundles = bundles[2 + size :]
    return kinds


def _added(watch, step: Callable[[], None]) -> list[str]:
    """What a step adds to the log, as strangers see it."""
    before = len(_leaves())
    step()
    return _leaves()[before:]


@pytest.mark.parametrize("standing_rule", [True, False])
def test_secrecy_broken_by_side_effects(watch, standing_rule):
    if standing_rule:
        watch.rule()
    open_url, secret_url = watch.night.publish(), watch.night.publish()

    def carried_out(number: int, url: str, **changes: bool) -> None:
        watch.order(url, **changes)
        if not standing_rule:
            watch.decide("comply", url, number=number)
        assert watch.status(number) == "in_effect"

    told = _added(watch, lambda: carried_out(1, open_url))
    silent = _added(watch, lambda: carried_out(2, secret_url, nondisclosure=True))
    assert told == silent
    assert "noticed" in silent

    # Both have reached the same point; now time passes over both, to just before the silence ends.
    for case in (1, 2):
        assert [watch.clock("remove_or_disable", case)[0], watch.clock("preserve", case)[0]] == ["met", "running"]
    assert _published(watch) == _leaves()


def test_while_time_passes_the_log_of_a_secret_case_moves_as_that_of_an_open_one(watch):
    """One case alone in a log, once secret and once not: a reader counts leaves at every hour of six weeks."""
    watch.rule()
    counted = {}
    for number, secret in ((1, False), (2, True)):
        began = watch.night.clock.now()
        watch.order(watch.night.publish(), nondisclosure=secret, issued_at=str(began.plus(timedelta(minutes=-3))))
        steps = []
        for hours in (0.5, 1, 24, 47, 48, 49, 71, 72, 73, 7 * 24, 35 * 24, 41 * 24):
            before = len(watch.entries(number))
            watch.night.pass_time(began.plus(timedelta(hours=hours)))
            steps.append((hours, len(watch.entries(number)) - before))
        counted[secret] = steps
        watch.night.pass_time(began.plus(timedelta(weeks=7)))
    assert counted[True] == counted[False]


def test_a_secret_item_looks_like_one_that_never_was_to_everybody_and_nobody_is_told(watch):
    watch.rule()
    author = watch.night.board.user(f"vera{time.monotonic_ns()}").join()
    path = author.posted("A title", "A text")
    before = watch.night.board.look("/", "FR").text
    watch.order(f"https://board.example{path}", nondisclosure=True)
    board = watch.night.board

    for country in ("FR", "DE", None):
        _same(board.look(path, country), board.look("/p/pzzzzzzzzzzzzzzzz", country))
        _same(board.look(f"/api/posts{path[2:]}", country), board.look("/api/posts/pzzzzzzzzzzzzzzzz", country))
    _same(author.browser.get(path), author.browser.get("/p/pzzzzzzzzzzzzzzzz"))
    assert path not in board.look("/", "FR").text
    assert path in before
    assert "/inbox/" not in author.browser.get("/inbox").text


def _same(one, other) -> None:
    assert (one.status_code, one.text) == (other.status_code, other.text)
    assert {name: value for name, value in one.headers.items() if name != "date"} == {
        name: value for name, value in other.headers.items() if name != "date"
    }


def test_another_authority_cannot_tell_a_secret_case_from_an_open_one_or_from_none(watch):
    watch.rule()
    cases = [watch.order(watch.night.publish(), nondisclosure=secret).reference for secret in (True, False)]
    other = watch.night.enrol(watch.staff, orders.Authority.named("Parquet de test", "orders@parquet.example"))
    client, docket = watch.night.client(watch.staff, other), watch.night.docket
    said = set()
    for reference in (*cases, "0" * 32, "not-a-reference"):
        message = watch.says(authority=other)
        asked: tuple[Callable[[], object], ...] = (
            lambda reference=reference: docket.order_status(other, reference),
            lambda reference=reference: docket.answer(other, client, reference, form=None, pdf=True),
            lambda reference=reference, message=message: docket.withdraw(reference, message, reasons="mine"),
            lambda reference=reference, message=message: docket.inform(message, reference=reference, text="news"),
            lambda reference=reference, message=message: docket.clarify(
                reference, message, changes={}, grounds_ceased=False, note=""
            ),
        )
        for question in asked:
            with pytest.raises(DocketRefused) as refused:
                question()
            said.add((type(refused.value), refused.value.code, str(refused.value)))
    assert said == {(NoSuchCase, "no_such_case", NoSuchCase.__doc__)}


def test_a_repetition_by_another_authority_does_not_reveal_the_first(watch):
    """The same address ordered by two: what the second sees of its own case says nothing of the first."""
    watch.rule()
    url = watch.night.publish()
    first = watch.order(url, nondisclosure=True)
    signer = orders.Authority.named("Parquet de test", "orders@parquet.example")
    other = watch.night.enrol(watch.staff, signer)
    client = watch.night.client(watch.staff, other)
    form = orders.order(
        content_locations=[{"url": url}],
        order_reference=first.order_reference,
        issuer__name=signer.name,
        issuer__email=signer.email,
    )
    second = watch.night.file(other, client, form)
    watch.night.work_on()
    shown = watch.night.docket.order_status(other, second.reference)
    assert shown.duplicate_of is None
    assert first.reference not in repr(shown)


def test_a_complaint_link_that_was_never_sent_answers_like_any_wrong_one(watch):
    watch.rule()
    watch.order(watch.night.publish(), nondisclosure=True)
    docket = watch.night.docket
    assert docket.complaint_form("A" * 43) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, token_hash, notice FROM transparency_notice")
        assert cursor.fetchall() == [("silent", None, None)]


def test_strangers_wait_as_long_for_a_secret_item_as_for_one_that_never_was(watch):
    watch.rule()
    url = watch.night.publish()
    watch.order(url, nondisclosure=True)
    path = url.removeprefix("https://board.example")

    def seconds(asked: str) -> float:
        began = time.perf_counter()
        watch.night.board.look(asked, "DE")
        return time.perf_counter() - began

    looks: list[tuple[float, float]] = []
    for _ in range(20):  # a busy machine only ever adds to a look; the quickest one says how long it takes
        looks += [(seconds(path), seconds("/p/pzzzzzzzzzzzzzzzz")) for _ in range(25)]
        secret, never = min(one for one, _ in looks), min(two for _, two in looks)
        if abs(secret - never) < max(0.25 * never, 0.002):
            return
    pytest.fail(f"{secret} s for a secret item, {never} s for none")


def test_an_order_that_asks_for_silence_without_a_usable_date_is_kept_silent_in_doubt(watch):
    url = watch.night.publish()
    watch.order(url, nondisclosure=True, issued_at="the day before yesterday")
    watch.decide("comply", url, reasons="Complete but for the date.")
    watch.approve(watch.staff.ben)
    assert watch.status() == "in_effect"
    assert watch.case().secret_until == watch.case().line.received_at.plus(WEEK * 6)
    assert watch.bodies("notice") == []


def test_when_silence_ends_nothing_shows_before_the_notice_is_in_a_signed_checkpoint(watch, monkeypatch):
    watch.rule()
    url = watch.night.publish()
    watch.order(url, nondisclosure=True)
    end = watch.case().secret_until
    monkeypatch.setattr("comity.transparency.service.SECONDS_FOR_CHECKPOINT", 0.05)
    monkeypatch.setattr("comity.docket.clocks.SECONDS_FOR_CHECKPOINT", 0.05)
    watch.night.stop_the_log()
    watch.night.pass_time(end)
    watch.night.work_on(rounds=2)
    path = url.removeprefix("https://board.example")
    assert watch.night.board.look(path, "DE").status_code == 404

    watch.night.start_the_log()
    watch.night.work_on()
    assert watch.night.board.look(path, "DE").status_code == 451


def test_a_clock_set_to_next_year_tells_no_secret(watch):
    watch.rule()
    url = watch.night.publish()
    watch.order(url, nondisclosure=True)
    watch.night.raise_alarm("forward")
    watch.night.pass_time(watch.case().secret_until.plus(WEEK * 60))
    path = url.removeprefix("https://board.example")
    assert (watch.status(), watch.night.board.look(path, "DE").status_code) == ("in_effect", 404)
    assert not any(exhibit.erased for exhibit in watch.case().exhibits)


def test_after_the_clock_was_put_right_the_secret_still_ends_when_the_law_says(watch, monkeypatch):
    watch.rule()
    url = watch.night.publish()
    watch.order(url, nondisclosure=True)
    tonight, end = watch.night.clock.now(), watch.case().secret_until
    monkeypatch.setattr("comity.docket.clocks.SECONDS_FOR_CHECKPOINT", 0.05)
    watch.night.wait_for_the_log()
    watch.night.stop_the_log()  # what was signed in the future would bar the log until then
    watch.night.raise_alarm("forward")
    watch.night.clock.set(end.plus(WEEK * 60))
    while fire_due(watch.night.clock.now(), task="advance"):
        pass
    watch.night.work_on(rounds=3)

    watch.night.clock.set(tonight)
    watch.night.start_the_log()
    watch.night.settle_clock(watch.staff.ben)
    watch.night.work_on(rounds=3, until=tonight)
    assert watch.bodies("notice") == []
    watch.night.clock.set(end)
    watch.night.work_on(rounds=9, until=end)
    assert len(watch.bodies("notice")) == 1
    assert watch.night.board.look(url.removeprefix("https://board.example"), "DE").status_code == 451


def test_a_notice_that_the_platform_cannot_take_is_tried_again_and_is_sent_once(watch):
    watch.rule()
    url = watch.night.publish()
    watch.night.board.faults(
        {"kind": "notify", "times": 2, "how": "error"}, {"kind": "notify", "how": "close", "after": True}
    )
    watch.order(url)
    assert watch.status() == "in_effect"
    assert [one["state"] for one in watch.bodies("secrecy")] == ["told"]
