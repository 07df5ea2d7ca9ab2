"""What programs log says nothing of a person: the guard at the end, and the words of a whole night."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from comity.main.logs import configure, guard

PERSONAL = ["ada@board.example", "https://board.example/p/7", "Zoë Müller", "see /complaint/abc", "www.board.example"]


@contextmanager
def logging_as_programs_do() -> Iterator[None]:
    root = logging.getLogger()
    before, level, kept = root.handlers[:], root.level, structlog.get_config()
    configure("INFO")
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        structlog.configure(**kept)
        root.handlers[:], root.level = before, level


@pytest.mark.parametrize("text", PERSONAL)
def test_what_could_name_somebody_is_left_out(text):
    assert guard(None, "", {"event": "moved", "who": text}) == {"event": "moved", "who": "(left out)"}


def test_numbers_names_and_codes_pass():
    line = {"event": "deadlines fired", "fired": 3, "code": "platform.unreachable", "case": "0" * 32, "again": None}
    assert guard(None, "", dict(line)) == line


@given(st.text(min_size=1), st.sampled_from(["ada@board.example", "https://board.example/p/7"]))
def test_no_text_around_it_saves_an_address(around, address):
    said = guard(None, "", {"event": around + address})
    assert address not in said["event"]


def test_a_failure_is_its_class_and_its_place(capsys):
    with logging_as_programs_do():
        try:
            int("ada@board.example wrote this")
        except ValueError:
            structlog.get_logger("x").exception("failed")
            logging.getLogger("some.library").exception("could not take %s", "ada@board.example")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert re.fullmatch(r"ValueError at test_logs\.py:\d+", first["failure"])
    assert second["event"] == "could not take %s"
    assert "ada" not in json.dumps([first, second])


def test_a_library_s_request_lines_do_not_appear(capsys):
    with logging_as_programs_do():
        logging.getLogger("httpx").info("HTTP Request: GET https://board.example/p/7")
        logging.getLogger("django.request").warning("Not Found: %s", "/complaint/secret-token")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "Not Found: %s"
