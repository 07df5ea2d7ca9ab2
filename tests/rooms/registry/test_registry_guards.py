"""What the database refuses although the code asks for it."""

# ruff: noqa: PT012 -- what is refused is the whole unit of work

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection
from registry_playbook import People, Work, call

from comity.casefile.documents import new_id
from comity.registry import service, store
from comity.registry.means import AuthorityState, CallOutcome


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_authority SET state = 'confirmed'",
        "UPDATE registry_authority SET name = 'Another'",
        "UPDATE registry_authority SET state = 'suspended'",  # no entry of this transaction
        "DELETE FROM registry_authority",
        "UPDATE registry_callback SET outcome = 'verified'",
        "DELETE FROM registry_callback",
        "DELETE FROM registry_callbacknumber",
    ],
)
def test_the_database_refuses_to_change_without_an_entry(
    work: Work, people: People, proposed: str, statement: str
) -> None:
    call(work, people.ben, proposed, CallOutcome.NOT_REACHED)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM registry_approval", "UPDATE registry_authority SET name = 'Another'"]
)
def test_not_even_the_owner_rewrites_the_register(
    confirmed: str, owner_connection: psycopg.Connection[object], statement: str
) -> None:
    with pytest.raises(psycopg.Error):
        owner_connection.execute(statement)


def test_the_database_refuses_a_confirmation_that_two_people_did_not_make(
    work: Work, people: People, proposed: str
) -> None:
    call(work, people.ben, proposed)
    with work(people.ben) as opened:
        service.confirm_authority(opened, by=people.ben, authority=proposed)
    with pytest.raises(DatabaseError, match="two people"), work(people.ben) as opened:
        entry = service._enter(opened, proposed, "forged", people.ben, {})
        store.set_state(proposed, AuthorityState.CONFIRMED, entry=entry)
    with pytest.raises(DatabaseError, match="approval_once"), work(people.ben) as opened:
        entry = service._enter(opened, proposed, "forged", people.ben, {})
        store.insert_approval(store.authority(proposed), by=people.ben, at=opened.at, entry=entry)


def test_the_database_refuses_an_entry_about_another_record(work: Work, people: People, confirmed: str) -> None:
    with pytest.raises(DatabaseError, match="no entry"), work(people.ben) as opened:
        entry = service._enter(opened, new_id(), "elsewhere", people.ben, {})
        store.set_state(confirmed, AuthorityState.SUSPENDED, entry=entry)


@pytest.mark.parametrize("state", [AuthorityState.PROPOSED, AuthorityState.CONFIRMED])
def test_the_database_refuses_to_wake_a_withdrawn_authority(
    work: Work, people: People, confirmed: str, state: AuthorityState
) -> None:
    with work(people.carla) as opened:
        service.withdraw_authority(opened, by=people.carla, authority=confirmed, because="Dissolved")
    with pytest.raises(DatabaseError, match="withdrawn"), work(people.ben) as opened:
        store.set_state(confirmed, state, entry=service._enter(opened, confirmed, "forged", people.ben, {}))


def test_the_database_refuses_going_back_without_a_new_round(work: Work, people: People, confirmed: str) -> None:
    with pytest.raises(DatabaseError, match="new round"), work(people.ben) as opened:
        entry = service._enter(opened, confirmed, "forged", people.ben, {})
        store.set_state(confirmed, AuthorityState.PROPOSED, entry=entry)


def test_the_database_refuses_another_role_outside_of_a_new_round(work: Work, people: People, confirmed: str) -> None:
    with pytest.raises(DatabaseError, match="new round"), work(people.ben) as opened:
        entry = service._enter(opened, confirmed, "forged", people.ben, {})
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registry_authority SET other_roles = '{data:us-sca}', entry = %s", [entry])


def test_a_program_that_knows_no_other_roles_goes_on_writing(work: Work, people: People, confirmed: str) -> None:
    """As before the column: it names every other one, and begins a round."""
    with work(people.ben) as opened:
        entry = service._enter(opened, confirmed, "as before", people.ben, {})
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE registry_authority SET roles = '{12(1)(b)}', state = 'proposed', round = round + 1, entry = %s",
                [entry],
            )
    assert store.authority(confirmed).roles == {"12(1)(b)"}
