"""What was granted is what the entry says, whoever rewrites the rows; nothing wider is ever done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from comity.casefile import audit
from comity.casefile.audit.errors import LeafMismatch
from comity.casefile.documents import new_id, new_salt
from comity.casefile.documents.decision import Decision
from comity.docket import store, walk
from comity.docket.procedure import Status
from comity.execution.content import looking
from support.failing import House

if TYPE_CHECKING:
    from conftest import Meddler


@pytest.fixture
def innocent(house: House) -> str:
    """A post that nobody ordered away."""
    return house.publish("innocent")


def executing(house: House) -> tuple[str, str]:
    url = house.publish()
    case = house.ordered("ruled", url)
    house.bring(case, Status.EXECUTING)
    return case, url


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("url = %(innocent)s", "another address was ordered"),
        ("territories = '[\"*\"]'", "other territories were ordered"),
        ("act = gen_random_uuid()", "no such act was ordered"),
    ],
)
def test_a_grant_widened_after_it_was_given(
    house: House, meddler: Meddler, innocent: str, change: str, why: str
) -> None:
    case, url = executing(house)
    statement = f"UPDATE execution_content_item SET {change} WHERE case_id = %(case)s"  # noqa: S608 -- of this file
    meddler.execute(statement, {"innocent": innocent, "case": case})
    house.run(case)
    assert house.status(case) is Status.WAITING
    assert why in looking.items(case)[0].detail
    assert (house.gone(url), house.gone(innocent)) == (False, False)


def test_an_item_exchanged_between_custody_and_removal_stays(house: House, meddler: Meddler, innocent: str) -> None:
    case, url = executing(house)
    house.board.faults({"kind": "disable", "times": 1})
    walk.STEPS[Status.EXECUTING](store.case(case), house.parts)
    assert looking.items(case)[0].state == "preserved"
    other = house.board_adapter.resolve(innocent).item
    meddler.execute("UPDATE execution_content_item SET item = %s WHERE case_id = %s", (other, case))
    house.run(case)
    assert house.status(case) is Status.WAITING
    assert (house.gone(url), house.gone(innocent)) == (False, False)


def test_an_act_of_another_case_is_not_borrowed(house: House, meddler: Meddler) -> None:
    first, url = executing(house)
    second, other = executing(house)
    theirs = looking.items(second)[0]
    meddler.execute(
        "UPDATE execution_content_item SET ordered = %s, url = %s WHERE case_id = %s", (theirs.ordered, other, first)
    )
    with pytest.raises(Exception, match=r"entry|case"):  # the database refuses an entry of another case
        house.run(first)
    assert (house.gone(url), house.gone(other)) == (False, False)


def test_a_decision_widened_after_it_was_entered_is_not_carried_out(
    house: House, meddler: Meddler, innocent: str
) -> None:
    case, url = executing(house)
    decision = store.case(case).decision
    assert decision is not None
    body = audit.find(decision.hex, Decision).document.canonical()
    meddler.execute(
        "UPDATE document SET body = %s WHERE id = %s", (body.replace(url.encode(), innocent.encode()), decision)
    )
    with pytest.raises(LeafMismatch):
        house.run(case)
    assert (house.gone(url), house.gone(innocent)) == (False, False)
    assert store.case(case).needs_person, "and a person learns of it"
    assert house.tally(case)["move stopped"] == 1
    house.run(case)
    assert house.tally(case)["move stopped"] == 1
    assert house.gone(innocent) is False


def test_a_decision_slipped_in_without_a_leaf_is_no_decision(house: House, meddler: Meddler, innocent: str) -> None:
    case, url = executing(house)
    row = store.case(case)
    assert row.decision is not None
    genuine = audit.find(row.decision.hex, Decision).document.canonical()
    slipped = UUID(new_id())
    meddler.execute(
        "INSERT INTO document (id, case_id, kind, at, actor, salt, body)"
        " VALUES (%s, %s, 'decision', now(), %s, %s, %s)",
        (slipped, row.id, "staff:nobody", new_salt(), genuine.replace(url.encode(), innocent.encode())),
    )
    meddler.execute("UPDATE docket_case SET decision = %s WHERE id = %s", (slipped, row.id))
    with pytest.raises(LeafMismatch):
        audit.find(slipped.hex, Decision)
    with pytest.raises(LeafMismatch):
        house.run(case)
    assert (house.gone(url), house.gone(innocent)) == (False, False), "nothing goes by itself until a person looked"
    assert store.case(case).needs_person


@pytest.mark.parametrize("change", ["authority = %(other)s", 'channels = \'["api", "email", "paper"]\''])
def test_a_standing_rule_that_was_rewritten_says_nothing(house: House, meddler: Meddler, change: str) -> None:
    rule = house.docket.rules()[0].rule
    before = meddler.execute("SELECT authority, channels FROM decision_standing_rule WHERE id = %s", (rule,)).fetchone()
    statement = f"UPDATE decision_standing_rule SET {change} WHERE id = %(rule)s"  # noqa: S608 -- of this file
    meddler.execute(statement, {"other": house.ids["other"], "rule": rule})
    try:
        for name in ("ruled", "other"):
            case = house.ordered(name, house.publish())
            house.run(case)
            assert house.status(case) is Status.WAITING
    finally:
        assert before is not None
        meddler.execute(
            "UPDATE decision_standing_rule SET authority = %s, channels = %s::jsonb WHERE id = %s",
            (before[0], Jsonb(before[1]), rule),
        )


def test_a_case_pushed_along_by_hand_carries_nothing_out(house: House, meddler: Meddler) -> None:
    url = house.publish()
    case = house.ordered("other", url)
    house.run(case)
    meddler.execute("UPDATE docket_case SET status = 'executing', needs_person = false WHERE id = %s", (case,))
    with pytest.raises(AssertionError, match="comes to no end"):
        house.run(case)  # there is no act to carry out, so it looks again for ever
    assert house.gone(url) is False
