from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.audit.rules import (
    LEAF_CLASSES,
    OTHER_CLASS,
    ClockTolerance,
    Vouched,
    believed,
    clock_fault,
    leaf_data,
)
from comity.casefile.clock import Instant
from comity.casefile.documents import commitment, new_id, new_salt
from comity.casefile.records.roles import Role

NOON = Instant.parse("2026-11-23T13:00:00+01:00")
SECOND = timedelta(seconds=1)


def test_a_leaf_says_this_and_nothing_else() -> None:
    assert leaf_data("ab" * 16, "demand", NOON, bytes(32)) == (
        b'{"at":"2026-11-23T12:00:00.000000Z","commitment":"' + b"00" * 32
        + b'","entry":"' + b"ab" * 16 + b'","kind":"received","v":1}'
    )  # fmt: skip


def test_a_secret_kind_looks_like_an_open_one() -> None:
    assert LEAF_CLASSES["secrecy"] == LEAF_CLASSES["notice"]
    lengths = {len(leaf_data("ab" * 16, kind, NOON, bytes(32))) for kind in ("secrecy", "notice", "complaint")}
    assert len(lengths) == 1


def test_the_trigger_writes_exactly_what_the_rule_says(
    connect: Callable[[Role], psycopg.Connection[tuple[bytes, bool]]],
) -> None:
    """Whatever the session is set to: the trigger's meaning may not depend on who inserts."""
    conn = connect(Role.APP)
    conn.execute("SET timezone = 'Asia/Kathmandu'; SET datestyle = 'German'; SET bytea_output = 'escape'")
    conn.execute("SET standard_conforming_strings = off; SET search_path = pg_temp; SET IntervalStyle = 'sql_standard'")
    for kind in [*LEAF_CLASSES, "deadline", "custody", "erasure", "anything_else"]:
        at = Instant.parse("1999-12-31T23:59:59.000007+11:30")
        entry, salt, body = new_id(), new_salt(), '{"x":"é\\"\\\\\u2028"}'.encode()
        conn.execute(
            "INSERT INTO public.document (id, case_id, kind, at, actor, salt, body)"
            " VALUES (%s, %s, %s, %s, 'system:x', %s, %s)",
            (entry, new_id(), kind, at.utc, salt, body),
            binary=True,
        )
        row = conn.execute(
            "SELECT data, sha256(decode('00', 'hex') || data) = hash FROM public.leaf WHERE document = %s",
            (entry,),
            binary=True,
        ).fetchone()
        assert row == (leaf_data(entry, kind, at, commitment(salt, body)), True)
        assert json.loads(row[0])["kind"] == LEAF_CLASSES.get(kind, OTHER_CLASS)


def test_many_documents_in_one_statement_get_a_leaf_each(
    connect: Callable[[Role], psycopg.Connection[tuple[int]]],
) -> None:
    conn = connect(Role.APP)
    conn.execute(
        "INSERT INTO document (id, case_id, kind, at, actor, salt, body) SELECT gen_random_uuid(), gen_random_uuid(),"
        " 'deadline', now(), 'system:x', sha256('salt'), 'x' FROM generate_series(1, 300)"
    )
    with conn.cursor().copy("COPY document (id, case_id, kind, at, actor, salt, body) FROM STDIN") as copy:
        copy.write_row((new_id(), new_id(), "act", NOON.utc, "system:x", new_salt(), b"x"))
    row = conn.execute("SELECT count(*) FROM leaf JOIN document ON document.id = leaf.document").fetchone()
    assert row == (301,)


@given(st.integers(-3600, 3600), st.integers(-3600, 3600), st.integers(0, 3600))
def test_a_clock_is_believed_exactly_within_its_tolerance(ahead: int, wall: int, running: int) -> None:
    tolerance = ClockTolerance()
    fault = clock_fault(
        NOON, newest=NOON.plus(-ahead * SECOND), elapsed=(wall * SECOND, running * SECOND), tolerance=tolerance
    )
    if ahead < -2 or running - wall > 60:
        assert fault == "backward"
    elif wall - running > 60:
        assert fault == "forward"
    else:
        assert fault is None


def test_a_clock_never_looked_at_before_is_believed() -> None:
    assert clock_fault(NOON, newest=None, elapsed=None, tolerance=ClockTolerance()) is None


def test_replayed_time_may_run_forward_but_not_back() -> None:
    replay = ClockTolerance(forward=None)
    year = timedelta(days=365)
    assert clock_fault(NOON, newest=NOON.plus(-year), elapsed=(year, SECOND), tolerance=replay) is None
    assert clock_fault(NOON, newest=NOON.plus(year), elapsed=(-year, SECOND), tolerance=replay) == "backward"


@pytest.mark.parametrize(
    ("wall", "running", "fault"),
    [(61, 0, "forward"), (60, 0, None), (0, 61, "backward"), (0, 60, None), (3600, 3600, None)],
)
def test_a_clock_that_left_the_machines_own_time_is_not_believed(wall: int, running: int, fault: str | None) -> None:
    elapsed = (wall * SECOND, running * SECOND)
    assert clock_fault(NOON, newest=None, elapsed=elapsed, tolerance=ClockTolerance()) == fault


def test_whoever_settled_an_alarm_is_believed_until_the_log_has_caught_up() -> None:
    settled = Vouched(at=NOON, until=NOON.plus(60 * SECOND))
    assert believed(NOON.plus(60 * SECOND), settled) == NOON
    assert believed(NOON.plus(61 * SECOND), settled) == NOON.plus(61 * SECOND)
    assert believed(NOON, None) == NOON
