"""The public page about the log, over the real house: a witness and a time-stamping authority vouch for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.test import Client, override_settings

from comity.casefile.audit.policy import Policy, require
from comity.casefile.audit.stamps import Chain, Stamping
from comity.casefile.audit.witnesses import Asking, parse_places, policy_of
from comity.casefile.records.roles import Role
from comity.main.web import django_options
from comity.settings import Settings
from support.stamper import Stamper
from support.witness import RunningWitness

_OPTIONS = django_options(Settings(), database={}, secret_key="only for tests", door="public")


@pytest.fixture
def page(night) -> Iterator[Client]:
    with override_settings(
        COMITY_DOCKET=night.docket, ROOT_URLCONF="comity.public.urls", MIDDLEWARE=_OPTIONS["MIDDLEWARE"]
    ):
        yield Client()


@pytest.fixture
def vouched(watch, tmp_path: Path) -> Iterator[Stamper]:
    """Something was entered, then stamped, then cosigned."""
    witness = RunningWitness(tmp_path / "witness", [key.encode() for key in watch.night.keys.verifiers])
    stamper = Stamper(tmp_path / "tsa" / "it")
    night = watch.night
    places = parse_places(witness.setting)
    asking = Asking(lambda: pytest.fail("asked step by step"), places[0])
    try:
        watch.order(night.publish())
        night.wait_for_the_log()
        Stamping(stamper.url, Chain.parse(stamper.chain), night.clock, night.parts.tiles).step()
        night.wait_for_the_log()
        with psycopg.connect(**night.server.parameters(Role.SEQUENCER), autocommit=True) as conn:
            asking.step(conn)
        require(policy_of(places, 1))
        night._until(lambda: b"witness.example/w1" in (night.parts.tiles / "checkpoint").read_bytes())
        yield stamper
    finally:
        require(Policy())
        asking.close()
        stamper.close()
        witness.stop()


def test_the_page_shows_who_vouches_and_how_to_check(night, vouched: Stamper, page: Client) -> None:
    text = page.get("/log").content.decode()
    assert text.count("witness.example/w1</code> witness") == 2  # each key once, verified
    assert "before 1 witness has cosigned" in text
    assert all(key in text.replace("&#x2B;", "+") for key in night.parts.vkeys)
    assert "comity monitor http://testserver/ --vkey KEY" in text
    size = int(page.get("/checkpoint").content.split(b"\n")[1])
    assert f"<dd>{size}</dd>" in text
    stamped = next(name for name in vouched_files(night) if name.endswith(".tsr"))
    assert f"/stamps/{stamped}" in text
    answer = page.get(f"/stamps/{stamped}")
    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    assert answer.content == (night.parts.tiles / "stamps" / stamped).read_bytes()
    assert b"comity.example/log" in page.get(f"/stamps/{stamped[:-3]}txt").content


def vouched_files(night) -> list[str]:
    return sorted(file.name for file in (night.parts.tiles / "stamps").iterdir())


@pytest.mark.parametrize("name", ["0.tsr", "../checkpoint", "1.key", "1", "..%2fcheckpoint", "99.tsr", "1.tsr/"])
def test_no_other_file_is_shown(page: Client, name: str) -> None:
    assert page.get(f"/stamps/{name}").status_code == 404


def test_a_signature_that_does_not_verify_is_not_shown(night, vouched: Stamper, page: Client) -> None:
    path = night.parts.tiles / "checkpoint"
    night.stop_the_log()
    right = path.read_text()
    text, _, lines = right.rpartition("\n\n")
    origin, size, root = text.split("\n")
    path.write_text(f"{origin}\n{int(size) + 1}\n{root}\n\n{lines}")
    shown = page.get("/log").content.decode()
    path.write_text(right)
    night.start_the_log()
    assert "</code> witness" not in shown
    assert "the log itself" not in shown


def test_a_log_that_is_empty_says_so(night, page: Client) -> None:
    path = night.parts.tiles / "checkpoint"
    night.stop_the_log()
    path.unlink(missing_ok=True)
    assert "Nothing was entered yet." in page.get("/log").content.decode()
    night.start_the_log()
