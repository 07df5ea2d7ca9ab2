"""What enrols a passkey lies in two hands: nobody of ours ever holds enough to enrol one of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from comity.casefile.records.roles import Role
from comity.registry.errors import NotReadyError, NotYourDutyError, WrongStateError
from comity.registry.officers_means import Application, OfficerState
from support import portal
from support.authenticator import Authenticator
from support.portal import APPLICATION, OVERSEER_NUMBER, browser, halves, overseer_codes, register

ADDRESS = "noor@dpa.example"
DRAWN = "AAAA-BBBB-CCCC"


@pytest.fixture
def half_way(night: Any, staff: Any, authority: str) -> tuple[str, str]:
    """Mia called, Ben agreed and saw his half: the officer, the half."""
    night.docket.apply_for_access(Application(**APPLICATION))
    (held,) = night.docket.officers(staff.anna)
    night.docket.propose_officer(staff.anna, held.id, authority)
    portal.call(night, staff.mia, held.id)
    return held.id, night.docket.approve_officer(staff.ben, held.id)


def opens(*codes: str) -> bool:
    return browser().post("/enrol/", halves(APPLICATION["address"], (codes[0], codes[1]))).status_code == 302


def test_who_agreed_cannot_enrol_a_passkey_of_their_own(night: Any, staff: Any, half_way: tuple[str, str]) -> None:
    officer, first = half_way
    assert not opens(first, first)
    assert not opens(first, "")
    assert not opens(first, DRAWN)
    again = night.docket.officer_half(staff.ben, officer)  # asked again, it is the same half that is made anew
    assert not opens(first, again)
    assert not opens(again, again)
    assert night.docket.officer(officer, staff.anna).held.state is OfficerState.APPROVED


def test_who_called_cannot_either(night: Any, staff: Any, half_way: tuple[str, str]) -> None:
    officer, _ = half_way
    found = [night.docket.officer_half(staff.mia, officer) for _ in range(2)]
    assert not opens(found[0], found[1])
    assert not opens(found[1], found[1])


def test_both_halves_open_it_in_any_order_and_only_the_newest_of_each(
    night: Any, staff: Any, half_way: tuple[str, str]
) -> None:
    officer, first = half_way
    lost, second = night.docket.officer_half(staff.mia, officer), night.docket.officer_half(staff.mia, officer)
    assert not opens(first, lost)
    assert opens(first, second)
    assert opens(second, first)
    assert register(browser(), Authenticator(), APPLICATION["address"], (second, first)).status_code == 302
    assert not opens(first, second)
    with pytest.raises(WrongStateError):
        night.docket.officer_half(staff.mia, officer)


def test_halves_of_two_people_from_outside_do_not_fit(night: Any, staff: Any, authority: str) -> None:
    _, mine = portal.approved(night, staff, authority)
    _, theirs = portal.approved(night, staff, authority, APPLICATION | {"address": "bo@authority.example"})
    assert not opens(mine[0], theirs[1])
    assert not opens(theirs[0], mine[1])


def test_the_second_half_is_only_for_somebody_else_who_called(
    night: Any, staff: Any, half_way: tuple[str, str]
) -> None:
    officer, first = half_way
    with pytest.raises(NotReadyError, match="must have called"):
        night.docket.officer_half(staff.anna, officer)
    with pytest.raises(NotYourDutyError):
        night.docket.officer_half(staff.dan, officer)
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    portal.call(night, staff.anna, officer, outcome="not_reached")
    with pytest.raises(NotReadyError, match="not reached"):
        night.docket.officer_half(staff.anna, officer)
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    portal.call(night, staff.anna, officer)
    assert opens(first, night.docket.officer_half(staff.anna, officer))


def test_an_authority_that_disowns_the_officer_in_the_second_call_ends_it(
    night: Any, staff: Any, half_way: tuple[str, str]
) -> None:
    officer, first = half_way
    second = night.docket.officer_half(staff.mia, officer)
    client, key = browser(), Authenticator()
    client.post("/enrol/", halves(APPLICATION["address"], (first, second)))
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    portal.call(night, staff.anna, officer, outcome="disowned")
    options, state = portal.ceremony(client.get("/enrol/passkey"))
    refused = client.post("/enrol/passkey", {"state": state, "answer": key.create(options)})
    assert refused.status_code == 409
    assert night.docket.officer(officer, staff.anna).held.state is OfficerState.APPROVED
    with pytest.raises(NotReadyError, match="disowned"):
        night.docket.officer_half(staff.mia, officer)


@pytest.mark.parametrize(
    ("purpose", "who", "why"),
    [
        ("enrol", "mia", "for another person"),
        ("enrol_second", "ben", "for another person"),
        ("enrol_second", "carla", "told in a call"),
        ("enrol_second", None, "names who saw it"),
    ],
)
def test_the_database_gives_no_half_to_the_wrong_hand(
    night: Any, staff: Any, half_way: tuple[str, str], purpose: str, who: str | None, why: str
) -> None:
    by = getattr(staff, who) if who else None
    insert = """
        INSERT INTO registry_onetimecode (id, kind, holder, purpose, mark, until, spent, entry, given_by_id)
        SELECT gen_random_uuid(), kind, holder, %s, repeat('0', 64), until, false, entry, %s FROM registry_onetimecode
    """
    with psycopg.connect(**night.server.parameters(Role.OWNER)) as conn:
        conn.execute("ALTER TABLE registry_onetimecode DISABLE TRIGGER registry_onetimecode_needs_entry")
        with pytest.raises(psycopg.Error, match=why):
            conn.execute(insert, [purpose, by])


def test_the_database_enrols_nobody_by_one_half(night: Any, staff: Any, half_way: tuple[str, str]) -> None:
    from comity.casefile.records import unit_of_work
    from comity.registry import officers, officers_store
    from comity.registry.officers_means import CodePurpose

    officer, code = half_way

    def cheat() -> None:
        with unit_of_work(night.clock.now(), "system:test") as work:
            found = officers.good_code(code, CodePurpose.ENROL, work.at)
            assert found is not None
            officers.bind(work, "officer", officer, officers.NewPasskey(b"c", b"k", 0), active_from=work.at)
            entry = officers.note(work, officer, "officer_enrolled", "", {})
            officers_store.spend_code(found.id, entry=entry)
            officers_store.update(officer, entry=entry, state=OfficerState.ENROLLED)

    with pytest.raises(Exception, match="codes of two people"):
        cheat()


@pytest.mark.parametrize(
    "jump",
    ["applied->enrolled", "applied->approved", "proposed->applied", "enrolled->applied", "enrolled->approved"],
)
def test_the_database_knows_every_step_of_an_officer(night: Any, staff: Any, authority: str, jump: str) -> None:
    before, after = jump.split("->")
    night.docket.apply_for_access(Application(**APPLICATION))
    (held,) = night.docket.officers(staff.anna)
    if before == "proposed":
        night.docket.propose_officer(staff.anna, held.id, authority)
    if before == "enrolled":
        portal.enrolled(night, staff, authority, APPLICATION | {"address": "bo@authority.example"})
    with psycopg.connect(**night.server.parameters(Role.OWNER)) as conn:
        conn.execute("ALTER TABLE registry_officer DISABLE TRIGGER registry_officer_needs_entry")
        with pytest.raises(psycopg.Error, match=r"cannot go|approved by"):
            conn.execute("UPDATE registry_officer SET state = %s WHERE state = %s", [after, before])


# --- overseers ------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(night: Any, staff: Any) -> str:
    told = {"body": "Data protection authority", "name": "Noor Haddad", "address": ADDRESS}
    return str(night.docket.propose_overseer(staff.anna, **told, number="+33 1 53 73 22 22"))


def test_nobody_alone_makes_an_overseer(night: Any, staff: Any, proposed: str) -> None:
    first = night.docket.approve_overseer(staff.ben, proposed, "+33 (1) 53.73.22.22")
    with pytest.raises(NotReadyError, match="must call first"):
        night.docket.overseer_half(staff.anna, proposed)
    again = night.docket.overseer_half(staff.ben, proposed)
    for codes in ((first, again), (again, again), (again, DRAWN)):
        assert browser().post("/enrol/", halves(ADDRESS, codes)).status_code == 422
    with pytest.raises(NotYourDutyError):
        night.docket.overseer_half(staff.mia, proposed)


def test_who_agrees_found_the_number_too(night: Any, staff: Any, proposed: str) -> None:
    for number in ("", "+33153732223", "x"):
        with pytest.raises(NotReadyError, match="number that you found"):
            night.docket.approve_overseer(staff.ben, proposed, number)
    codes = overseer_codes(night.docket, staff, proposed)
    assert register(browser(), Authenticator(), ADDRESS, codes).status_code == 302


def test_no_overseer_is_written_down_without_a_number(night: Any, staff: Any) -> None:
    for number in ("", "112", "+33 what", "0153732222"):
        with pytest.raises(Exception, match="number"):
            night.docket.propose_overseer(staff.anna, body="A body", name="Noor", address=ADDRESS, number=number)


def test_an_overseer_s_call_needs_an_agreed_account_and_a_duty(night: Any, staff: Any, proposed: str) -> None:
    with pytest.raises(WrongStateError):
        night.docket.call_overseer(staff.anna, proposed, spoken_to="desk", outcome="verified")
    night.docket.approve_overseer(staff.ben, proposed, OVERSEER_NUMBER)
    with pytest.raises(NotYourDutyError):
        night.docket.call_overseer(staff.mia, proposed, spoken_to="desk", outcome="verified")
    with pytest.raises(ValueError, match="perhaps"):
        night.docket.call_overseer(staff.ben, proposed, spoken_to="desk", outcome="perhaps")
    night.docket.call_overseer(staff.ben, proposed, spoken_to="desk", outcome="verified")
    with (
        psycopg.connect(**night.server.parameters(Role.APP), autocommit=True) as conn,
        pytest.raises(psycopg.Error),
    ):
        conn.execute("UPDATE registry_overseercall SET outcome = 'disowned'")


def test_the_database_confirms_no_sign_in_without_a_call(night: Any, staff: Any, proposed: str) -> None:
    from comity.casefile.records import unit_of_work
    from comity.registry import officers
    from comity.registry.officers_means import CodePurpose

    codes = overseer_codes(night.docket, staff, proposed)
    register(browser(), Authenticator(), ADDRESS, codes)
    night.clock.set(night.clock.now().plus(timedelta(hours=1)))

    def cheat() -> None:
        with unit_of_work(night.clock.now(), "system:test") as work:
            officers.give_code(work, "overseer", proposed, CodePurpose.STEP_UP, by=staff.ben)

    with pytest.raises(Exception, match="told in a call"):
        cheat()
