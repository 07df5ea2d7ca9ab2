"""A collection: under a grant that verifies or not at all, cut, counted, reported, repeatable."""

from __future__ import annotations

import hashlib
import tracemalloc
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from comity.casefile import audit
from comity.casefile.audit.errors import LeafMismatch
from comity.casefile.clock import Instant
from comity.casefile.documents.act import ActState
from comity.casefile.documents.collection import Collection, Excess
from comity.casefile.documents.disclosure import Category, DisclosureDecision
from comity.casefile.documents.identifiers import new_id
from comity.casefile.records.embedded import administrator
from comity.execution.disclosure import dataset, service, store
from comity.execution.disclosure.errors import NoSuchCollection
from comity.platform.errors import Faulty, Misconfigured, Unreachable
from support.grants import ADA, ENDS, decision, terms
from support.records import Shelf, login, person, upload

INSIDE, BEFORE, AFTER = "2026-11-12T00:00:00Z", "2026-11-09T22:59:59Z", "2026-11-18T23:00:00Z"


def shelf(*rows, **more) -> Shelf:
    return Shelf(lambda: iter(rows), **more)


def rows_of(room, collection: str) -> list[dataset.Row]:
    row = store.collection(collection)
    _head, *rows = dataset.read([room.read(collection, row.exhibits[0])])
    return rows


def test_exactly_what_was_granted_lies_in_custody(room) -> None:
    (collection,) = room.decided(terms(Category.TRAFFIC))
    done = room.collect(shelf(login(INSIDE), login("2026-11-12T05:00:00+02:00")))
    assert (done.settled, done.failed, done.again_in) == (True, False, None)
    assert [one.at.utc for one in rows_of(room, collection)] == ["2026-11-12T00:00:00Z", "2026-11-12T03:00:00Z"]
    ordered, performed = room.entered(Collection)
    assert (ordered.state, performed.state) == (ActState.ORDERED, ActState.PERFORMED)
    assert (performed.rows, performed.cut, performed.grant) == (2, {}, ordered.grant)
    assert room.entered(Excess) == []


def test_a_greedy_adapter_is_cut_counted_and_reported(room) -> None:
    (collection,) = room.decided(terms(Category.TRAFFIC, fields=("ip",)))
    greedy = shelf(
        login(INSIDE),
        login(BEFORE),
        login(AFTER),
        login(None),
        login(INSIDE, of="alice2"),
        login(INSIDE, of="\u0430lice"),
    )
    room.collect(greedy)
    assert [dict(one.fields) for one in rows_of(room, collection)] == [{"ip": "192.0.2.1"}]
    expected = {"field": 1, "no_time": 1, "other_identifier": 2, "outside_period": 2}
    assert store.collection(collection).cut == room.entered(Collection)[-1].cut == expected
    (said,) = room.entered(Excess)
    assert (said.adapter, said.collection, said.cut) == ("shelf", collection, expected)


def test_only_the_granted_questions_are_asked_and_by_the_grant(room) -> None:
    room.decided(terms(Category.SUBSCRIBER))
    asked = shelf(person(), login(INSIDE))
    room.collect(asked)
    ((name, scope),) = asked.asked
    assert (name, scope) == ("subscriber", room.entered(Collection)[0].grant)


def test_nothing_is_asked_before_the_order_is_in_a_signed_checkpoint(room) -> None:
    room.decided(terms(), signed=False)
    asked = shelf(login(INSIDE))
    done = room.collect(asked)
    assert (asked.asked, done.settled) == ([], False)
    assert room.collect(asked).settled
    assert len(asked.asked) == 1


def test_nothing_is_asked_after_the_grant_ended(room) -> None:
    room.decided(terms())
    room.clock.set(ENDS)
    asked = shelf(login(INSIDE))
    done = room.collect(asked)
    assert (asked.asked, done.failed) == ([], True)
    assert "grant_expired" in room.entered(Collection)[-1].detail


def test_a_grant_that_ends_while_it_is_answered_has_no_result(room) -> None:
    (collection,) = room.decided(terms())

    def slow():
        room.clock.set(ENDS)
        yield login(INSIDE)

    assert room.collect(Shelf(slow)).failed
    assert store.collection(collection).exhibits == []


def test_two_decided_grants_are_collected_apart_and_once(room) -> None:
    first, second = room.decided(terms(Category.TRAFFIC), terms(Category.SUBSCRIBER))
    source = shelf(login(INSIDE), person())
    room.collect(source)
    room.collect(source)
    assert [one.category for one in rows_of(room, first)] == ["TRAFFIC"]
    assert [one.category for one in rows_of(room, second)] == ["SUBSCRIBER"]
    assert len(source.asked) == 2
    decided = audit.find(room.entered(Collection)[0].grant.decision, DisclosureDecision)
    with room.work() as unit:
        assert service.order(unit, decided) == ()


def test_files_lie_beside_the_data_set_and_are_not_read_when_they_are_cut(room) -> None:
    (collection,) = room.decided(terms(Category.CONTENT))
    bodies = [bytes([number]) * 5000 for number in range(40)]
    read = []

    def watched():
        for number, body in enumerate(bodies):
            yield upload(INSIDE, body)
            read.append(number)
        yield upload(AFTER, b"not ordered")

    room.collect(Shelf(watched))
    row = store.collection(collection)
    digests = [hashlib.sha256(body).hexdigest() for body in bodies]
    assert row.exhibits[1:] == digests
    assert [one.file.sha256 for one in rows_of(room, collection)] == digests
    assert room.read(collection, digests[7]) == bodies[7]
    assert hashlib.sha256(b"not ordered").hexdigest() not in {
        one.exhibit.digest for one in room.vault.exhibits(collection)
    }
    assert row.cut == {"outside_period": 1}


# --- Failures: lost, repeated, late, persisted but reported lost ---


@pytest.mark.parametrize("failure", [Unreachable(), Faulty()])
def test_an_answer_that_breaks_off_is_asked_again_from_the_beginning(room, failure) -> None:
    (collection,) = room.decided(terms(Category.CONTENT))
    source = Shelf(lambda: iter([upload(INSIDE, b"a" * 99)]), fails=[failure])
    first = room.collect(source)
    assert (first.settled, first.again_in) == (False, timedelta(seconds=5))
    assert room.entered(Collection)[-1].retry
    assert room.collect(source).settled
    assert len(rows_of(room, collection)) == 1
    assert len(room.vault.exhibits(collection)) == 2, "the file of the first attempt is the same file"


def test_a_refusal_that_repeating_cannot_mend_waits_for_a_person(room) -> None:
    room.decided(terms())
    assert room.collect(shelf(login(INSIDE), fails=[Misconfigured("wrong")])).failed
    assert room.entered(Collection)[-1].retry is False


def test_it_is_given_up_after_twenty_attempts(room) -> None:
    room.decided(terms())
    source = shelf(login(INSIDE), fails=[Unreachable()] * 20)
    for _ in range(19):
        assert not room.collect(source).failed
    assert room.collect(source).failed


def test_a_collection_that_two_workers_walk_is_performed_once(room) -> None:
    room.decided(terms())

    def overtaken():
        yield login(INSIDE)
        service.carry(room.case, room.means(shelf(login(INSIDE))), room.work)

    room.collect(Shelf(overtaken))
    assert [one.state for one in room.entered(Collection)] == [ActState.ORDERED, ActState.PERFORMED]


def test_an_entry_that_could_not_be_written_leaves_nothing_but_a_file_to_sweep(room, monkeypatch) -> None:
    (collection,) = room.decided(terms())
    with monkeypatch.context() as broken:
        broken.setattr("comity.execution.disclosure.service._report", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            room.collect(shelf(login(INSIDE)))
    assert room.vault.exhibits(collection) == ()
    assert store.collection(collection).state == "ordered"
    assert room.collect(shelf(login(INSIDE))).settled


# --- Grants widened between signing and collecting ---


@pytest.fixture
def meddler(databases, server, room):
    """Whoever rules the database, with every trigger off."""
    import psycopg

    where = {**administrator(databases.directory), "dbname": server.place["dbname"]}
    with psycopg.connect(**where, autocommit=True) as conn:

        def execute(statement: str, values=()) -> None:
            with conn.transaction():
                for table in ("document", "execution_disclosure_collection"):
                    conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                conn.execute(statement, values)
                for table in ("document", "execution_disclosure_collection"):
                    conn.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")

        yield execute


def swap(meddler, entry: str, old: bytes, new: bytes) -> None:
    document = connection.cursor()
    document.execute("SELECT body FROM document WHERE id = %s", [entry])
    body = bytes(document.fetchone()[0])
    assert old in body
    meddler("UPDATE document SET body = %s WHERE id = %s", (body.replace(old, new), entry))


def test_a_decision_altered_after_it_was_signed_collects_nothing(room, meddler) -> None:
    (collection,) = room.decided(terms())
    swap(meddler, store.collection(collection).decision.hex, b'"alice"', b'"mallory"')
    asked = shelf(login(INSIDE, of="mallory"))
    assert room.collect(asked).failed
    assert asked.asked == []
    assert "grant_altered" in store.collection(collection).detail


def test_an_order_widened_after_it_was_entered_collects_nothing(room, meddler) -> None:
    (collection,) = room.decided(terms())
    swap(meddler, store.collection(collection).ordered.hex, b'"alice"', b'"mallory"')
    asked = shelf(login(INSIDE, of="mallory"))
    with pytest.raises(LeafMismatch):
        room.collect(asked)
    assert asked.asked == []


def test_an_order_of_a_decision_that_nobody_entered_collects_nothing(room, meddler) -> None:
    room.decided(terms())
    made = decision(terms(of="mallory"), case=room.case)
    invented = new_id()
    forged = Collection(
        collection=new_id(), case=room.case, grant=made.grants(invented)[0], state=ActState.ORDERED, at=room.clock.now()
    )
    with room.work() as unit:
        store.add(forged, audit.enter(unit, room.case, forged).entry, made)
    room.sign()
    asked = shelf(login(INSIDE, of="mallory"))
    assert room.collect(asked).failed
    assert {scope.terms.identifiers[0].value for _, scope in asked.asked} == {"alice"}


def test_a_row_pointed_at_another_grant_collects_nothing(room, meddler) -> None:
    first, second = room.decided(terms(), terms(of="bob"))
    meddler(
        "UPDATE execution_disclosure_collection SET ordered = %s WHERE collection = %s",
        (store.collection(second).ordered, first),
    )
    asked = shelf(login(INSIDE))
    assert room.collect(asked).failed
    assert [scope.terms.identifiers[0].value for _, scope in asked.asked] == ["bob"]


@pytest.mark.parametrize(
    "change", ["second_by = first_by", "second_by = ''", "first_by = ''"], ids=["twice", "one alone", "nobody"]
)
def test_the_database_refuses_one_person_for_two(room, change) -> None:
    (collection,) = room.decided(terms(Category.CONTENT))
    statement = f"UPDATE execution_disclosure_collection SET {change}, entry = %s WHERE collection = %s"  # noqa: S608
    with pytest.raises(IntegrityError, match="collection_"):
        with_an_entry(room, statement, collection)


def with_an_entry(room, statement: str, collection: str) -> None:
    """What the entry's guard lets through."""
    with room.work() as unit, connection.cursor() as cursor:
        entry = audit.enter(unit, room.case, room.entered(Collection)[0]).entry
        cursor.execute(statement, [entry, collection])


def test_the_database_refuses_a_row_without_an_entry_and_to_forget_one(room) -> None:
    (collection,) = room.decided(terms())
    for statement in (
        "UPDATE execution_disclosure_collection SET state = 'performed' WHERE collection = %s",
        "DELETE FROM execution_disclosure_collection WHERE collection = %s",
    ):
        with (
            pytest.raises(Exception, match=r"entry|change|append"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [collection])


def test_one_person_signs_what_takes_one(room) -> None:
    (collection,) = room.decided(terms(), people=(ADA,))
    row = store.collection(collection)
    assert (row.first_by, row.second_by, row.needs_two) == ("ada", "", False)


def test_what_is_not_there_is_not_found(database) -> None:
    with pytest.raises(NoSuchCollection):
        store.collection(new_id())


def test_a_million_rows_need_no_more_memory_than_a_thousand(room) -> None:
    room.decided(terms(fields=("ip",)))
    many = Instant.parse(INSIDE)
    row = login(str(many))
    tracemalloc.start()
    room.collect(Shelf(lambda: (row for _ in range(60_000))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert room.entered(Collection)[-1].rows == 60_000
    assert peak < 32 << 20
