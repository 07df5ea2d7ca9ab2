"""What SQL writes about deadlines equals what the documents and enumerations of Python say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.record import DeadlineEntry
from comity.casefile.records import deadlines, record, unit_of_work
from comity.casefile.records.deadlines import DeadlineRow, State, fire_due

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis wants bounds without a zone


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, st.binary(min_size=16, max_size=16), TEXT, TEXT, st.none() | MOMENTS)
def test_the_database_writes_the_same_bytes_as_the_document(owner_connection, because, case, change_, name, due_at):
    said = DeadlineEntry(
        because=because, case=case.hex(), change=change_, deadline=name, due_at=Instant(due_at) if due_at else None
    )
    ((built,),) = owner_connection.execute(
        "SELECT deadline_body(%s, %s, %s, %s, %s)", [because, case.hex(), change_, name, due_at]
    ).fetchall()
    assert bytes(built) == said.canonical()


def test_what_the_ticker_enters_is_what_the_document_says(database, clock):
    case, soon, due_at = new_id(), clock.now().plus(timedelta(microseconds=1)), clock.now().plus(timedelta(hours=1))
    row = DeadlineRow("hour", "remove", "eu-tco", ("2021/784 Art 3(3)",), due_at, ("plus one hour",), warn_at=(soon,))
    with unit_of_work(clock.now(), "system:test") as work:
        deadlines.set_deadline(work, case, row, record(work, case, "demand", b"{}"))
    fire_due(clock.advance(timedelta(microseconds=1)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM document WHERE kind = 'deadline'")
        for (body,) in cursor.fetchall():
            assert DeadlineEntry.from_canonical(bytes(body)).canonical() == bytes(body)
            assert json.loads(bytes(body))["due_at"] == "2026-11-23T02:13:00Z"


def test_the_database_knows_the_same_states(database, owner_connection):
    ((definition,),) = owner_connection.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'deadline_state_check'"
    ).fetchall()
    assert set(definition.split("'")[1::2]) == {state.value for state in State}
