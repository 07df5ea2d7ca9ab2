"""Invariants 1, 3, 6 and 7 attacked: acting without an entry, before its checkpoint, without an author, in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pydantic import ValidationError

from comity.casefile.documents import new_id
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval, Decision, Grant, Measure, Person
from comity.casefile.documents.record import CaseMove
from comity.casefile.records.roles import Role
from comity.docket import walk
from comity.platform.errors import Unreachable
from comity.platform.protocols import Outcome, Resolution
from support import orders

PERSON = Person(id="p", role="moderator")


@pytest.fixture
def app(night) -> Iterator[psycopg.Connection[Any]]:
    """What somebody has who took over a process of ours: its connection to the database."""
    with psycopg.connect(**night.server.parameters(Role.APP), autocommit=True) as conn:
        yield conn


FORGERIES = (
    "UPDATE docket_case SET status = 'executing'",
    "UPDATE docket_case SET needs_person = false",
    "UPDATE docket_case SET verified = true",
    "UPDATE docket_case SET entry = gen_random_uuid()",
    "UPDATE docket_case SET received_at = received_at - interval '1 hour'",
    "DELETE FROM docket_case",
    "TRUNCATE docket_case",
    (
        "INSERT INTO docket_case SELECT gen_random_uuid(), entry, number + 1, 'received', instrument, channel, "
        "authority, authority_name, reference, received_at, due_at, due_duty, verified, needs_person, opened_at, "
        "demand, assessment, decision, reply, rule, test FROM docket_case"
    ),
    "UPDATE execution_content_item SET state = 'restored'",
    "UPDATE execution_content_item SET state = 'ordered', act = gen_random_uuid()",
    "DELETE FROM execution_content_item",
    "UPDATE transparency_notice SET state = 'told'",
    "UPDATE transparency_notice SET secret_until = NULL",
    "DELETE FROM transparency_notice",
    "DELETE FROM transparency_complaint",
    "UPDATE decision_standing_rule SET valid_until = valid_until + interval '9 years'",
    "UPDATE decision_standing_rule SET channels = '[\"paper\"]'",
    "DELETE FROM decision_standing_rule",
    "UPDATE document SET body = 'x'",
    "DELETE FROM document",
    "UPDATE leaf SET data = 'x'",
    "UPDATE leaf SET idx = 0",
    "DELETE FROM leaf",
    "INSERT INTO docket_arrow VALUES ('received', 'closed')",
    "UPDATE docket_arrow SET target = 'closed'",
    "ALTER TABLE docket_case DISABLE TRIGGER ALL",
    "SET session_replication_role = 'replica'",
    "SET ROLE comity_owner",
)


def _goes_through(app: psycopg.Connection[Any], forgery: str) -> bool:
    try:
        return app.execute(forgery).rowcount != 0
    except psycopg.Error:
        return False


def test_a_stolen_connection_can_change_nothing_without_an_entry(watch, app):
    watch.rule()
    watch.order(watch.night.publish())
    watch.night.wait_for_the_log()
    before = watch.case()
    assert [forgery for forgery in FORGERIES if _goes_through(app, forgery)] == []
    after = watch.case()
    assert (after.line, after.items, after.timeline) == (before.line, before.items, before.timeline)


def test_an_entry_of_yesterday_or_of_another_case_permits_no_change_today(watch, app):
    watch.order(watch.night.publish())
    watch.order(watch.night.publish())
    (mine, others) = (watch.entries(1)[-1].entry, watch.entries(2)[-1].entry)
    for entry in (mine, others):
        with pytest.raises(psycopg.Error):
            app.execute("UPDATE docket_case SET needs_person = false, entry = %s WHERE number = 1", (entry,))
    with app.transaction(force_rollback=True):
        made = new_id()
        case = watch.case(2).line.case
        app.execute(
            "INSERT INTO document (id, case_id, kind, at, actor, salt, body) "
            "VALUES (%s, %s, 'case_move', now(), 'system:thief', sha256('x'), %s)",
            (made, case, CaseMove(case=case, event="looked at", because="x").canonical()),
        )
        with pytest.raises(psycopg.Error):
            app.execute("UPDATE docket_case SET needs_person = false, entry = %s WHERE number = 1", (made,))


def test_whoever_enters_something_to_act_leaves_a_leaf(watch, app):
    """The one way to change a row is to say so in the log, where everybody outside can see that it was said."""
    watch.order(watch.night.publish())
    size = watch.night.verify_log()
    case, made = watch.case().line.case, new_id()
    with app.transaction():
        app.execute(
            "INSERT INTO document (id, case_id, kind, at, actor, salt, body) "
            "VALUES (%s, %s, 'case_move', now(), 'system:thief', sha256('x'), %s)",
            (made, case, CaseMove(case=case, event="looked at", because="x").canonical()),
        )
        app.execute("UPDATE docket_case SET needs_person = false, entry = %s WHERE id = %s", (made, case))
    assert watch.night.verify_log() == size + 1


def test_nothing_happens_on_the_platform_before_the_order_is_in_a_signed_checkpoint(watch, monkeypatch):
    monkeypatch.setattr("comity.execution.content.service.SECONDS_FOR_CHECKPOINT", 0.05)
    url = watch.night.publish()
    watch.rule()
    watch.order(url, work=False)
    watch.night.wait_for_the_log()
    watch.night.stop_the_log()

    for _ in range(3):
        walk.advance(watch.case().line.case, watch.night.parts)

    assert (watch.status(), watch.items(), watch.gone(url)) == ("executing", ["ordered"], False)
    assert [one["state"] for one in watch.bodies("act")] == ["ordered"]
    watch.night.start_the_log()
    watch.night.work_on()
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)


def test_a_row_that_names_another_item_than_was_granted_is_not_carried_out(watch):
    """The owner of the database, triggers off, points an ordered act at somebody else's post."""
    url, other = watch.night.publish(), watch.night.publish()
    watch.rule()
    watch.night.board.faults({"kind": "parts", "times": 1, "how": "error"})
    watch.order(url, work=False)
    watch.night.work_on(rounds=1)
    assert watch.items() == ["ordered"]
    with psycopg.connect(**watch.night.server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE execution_content_item DISABLE TRIGGER USER")
        owner.execute("UPDATE execution_content_item SET url = %s", (other,))
        owner.execute("ALTER TABLE execution_content_item ENABLE ALWAYS TRIGGER execution_content_item_needs_entry")
    watch.night.work_on()
    assert (watch.gone(other), watch.status()) == (False, "waiting")


@pytest.mark.parametrize(
    "authors",
    [
        {},
        {"approvals": (Approval(person=PERSON, at=orders.ISSUED_AT),), "standing_rule": "r"},
        {"approvals": (Approval(person=PERSON, at=orders.ISSUED_AT), Approval(person=PERSON, at=orders.ISSUED_AT))},
    ],
)
def test_a_decision_without_an_author_or_signed_twice_by_one_person_cannot_be_written(authors):
    grant = Grant(measure=Measure.DISABLE, url="https://board.example/p/1", territories=("EU",))
    with pytest.raises(ValidationError):
        Decision(case="c", answer=Proposal.COMPLY, grants=(grant,), reasons=("x",), basis="b", **authors)


def test_a_platform_that_cannot_say_what_is_there_lets_nothing_be_executed_by_rule(watch, monkeypatch):
    url = watch.night.publish()
    watch.rule()
    unknown = Resolution(Outcome.UNKNOWN, None, "the platform is down")
    monkeypatch.setattr(watch.night.board_adapter, "resolve", lambda _: unknown)
    watch.order(url)
    assert (watch.status(), watch.case().line.needs_person, watch.items()) == ("waiting", True, [])


def test_a_platform_that_hangs_up_is_never_taken_for_one_that_obeyed(watch, monkeypatch):
    url = watch.night.publish()
    watch.rule()

    def hangs_up(*_: Any, **__: Any) -> Any:
        raise Unreachable

    monkeypatch.setattr(watch.night.board_adapter, "disable", hangs_up)
    watch.order(url)
    assert (watch.status(), watch.items(), watch.forms(), watch.gone(url)) == ("waiting", ["failed"], [], False)
    assert "performed" not in [one["state"] for one in watch.bodies("act") if one["grant"]["measure"] == "disable"]


def test_a_platform_that_lies_is_found_out_by_looking_as_a_stranger(watch, monkeypatch):
    url = watch.night.publish()
    watch.rule()
    monkeypatch.setattr(watch.night.board_adapter, "disable", lambda *_, **__: None)
    watch.order(url)
    assert (watch.status(), watch.items(), watch.forms()) == ("waiting", ["failed"], [])
    assert any("stranger still sees it" in one["detail"] for one in watch.bodies("act"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"grounds": []},
        {"issued_at": "yesterday"},
        {"addressee": "Another Board Ltd"},
        {"issuer__name": None},
        {"nondisclosure": "perhaps"},
        {"order_reference": None},
        {"redress": None},
    ],
)
def test_an_order_that_the_law_does_not_settle_is_never_executed_by_rule(watch, wrong):
    url = watch.night.publish()
    watch.rule()
    form = orders.order(content_locations=[{"url": url}], **wrong)
    watch.night.file(watch.authority, watch.client, form)
    watch.night.work_on()
    assert (watch.status(), watch.case().line.needs_person, watch.gone(url)) == ("waiting", True, False)


def test_what_arrived_is_kept_byte_for_byte_with_its_time_whatever_becomes_of_it(watch):
    odd = b'  {"order_reference": "\\u00e9", "content_locations" : [ ] ,\r\n "unknown": [1.50, "caf\xc3\xa9"]}  \n'
    received = watch.night.clock.now()
    message = watch.says(odd)
    view = watch.night.docket.receive_order(message)
    watch.night.work_on()
    case = watch.case()
    kept = watch.night.docket.exhibit(view.reference, watch.staff.mia, case.demand.raw[0], "comparing")[1]
    assert b"".join(kept) == odd
    assert case.demand.times.transport_received_at == received
    watch.withdraw(view)
    assert watch.status() == "dismissed"
    assert b"".join(watch.night.docket.exhibit(view.reference, watch.staff.mia, case.demand.raw[0], "again")[1]) == odd


def test_a_rule_that_one_person_made_alone_cannot_be_written_even_by_the_owner_of_the_database(watch):
    watch.rule()
    with psycopg.connect(**watch.night.server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE decision_standing_rule DISABLE TRIGGER USER")
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("UPDATE decision_standing_rule SET approved_by = proposed_by")
