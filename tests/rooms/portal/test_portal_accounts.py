"""How officers come in: the call-back, the one-time code, the passkey, the new device; and who does not come in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from comity.portal.models import Session
from comity.registry.errors import NotReadyError, SamePersonError
from comity.registry.officers_means import Application, OfficerState
from support import portal
from support.authenticator import Authenticator
from support.portal import APPLICATION, ELSEWHERE, browser, ceremony, halves, register, sign_in


def shape(response: Any) -> tuple[int, str, dict[str, str]]:
    """What an outsider can see, without what is drawn anew for everybody."""
    import re

    text = re.sub(r'value="[^"]*"', "", response.content.decode())
    text = re.sub(r'"challenge": "[^"]*"', "", text)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, text, headers


def test_an_officer_comes_in_by_call_back_code_and_passkey(night: Any, staff: Any, authority: str) -> None:
    officer, client, key = portal.enrolled(night, staff, authority)
    assert night.docket.officer(officer, staff.anna).held.state is OfficerState.ENROLLED
    page = client.get("/orders/")
    assert page.status_code == 200
    assert "Alix Martin, Office central de test" in page.content.decode()
    client.post("/sign-out/")
    assert client.get("/orders/").headers["Location"] == "/sign-in/"
    assert sign_in(client, key).headers["Location"] == "/orders/"
    assert client.get("/orders/").status_code == 200
    night.verify_log()


def test_nobody_agrees_alone_or_before_the_call(night: Any, staff: Any, authority: str) -> None:
    night.docket.apply_for_access(Application(**APPLICATION))
    (held,) = night.docket.officers(staff.anna)
    night.docket.propose_officer(staff.anna, held.id, authority)
    with pytest.raises(NotReadyError, match="called"):
        night.docket.approve_officer(staff.ben, held.id)
    portal.call(night, staff.mia, held.id, outcome="disowned")
    with pytest.raises(NotReadyError, match="disowned"):
        night.docket.approve_officer(staff.ben, held.id)
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    portal.call(night, staff.mia, held.id)
    with pytest.raises(SamePersonError):
        night.docket.approve_officer(staff.anna, held.id)
    assert night.docket.approve_officer(staff.ben, held.id)


def test_a_number_found_after_the_application_proves_nothing(night: Any, staff: Any) -> None:
    from support import orders

    night.docket.apply_for_access(Application(**APPLICATION))
    (held,) = night.docket.officers(staff.anna)
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    authority = night.enrol(staff, orders.Authority.named())
    night.docket.propose_officer(staff.anna, held.id, authority)
    portal.call(night, staff.mia, held.id)
    with pytest.raises(NotReadyError, match="held before"):
        night.docket.approve_officer(staff.ben, held.id)


def test_the_database_refuses_an_officer_without_a_call(night: Any, staff: Any, authority: str) -> None:
    from comity.casefile.records import unit_of_work
    from comity.registry import officers, officers_store

    night.docket.apply_for_access(Application(**APPLICATION))
    (held,) = night.docket.officers(staff.anna)
    night.docket.propose_officer(staff.anna, held.id, authority)

    def cheat() -> None:
        with unit_of_work(night.clock.now(), "system:test") as work:
            entry = officers.note(work, held.id, "officer_approved", staff.ben, {})
            officers_store.update(held.id, entry=entry, state="approved", confirmed_by_id=staff.ben)

    with pytest.raises(DatabaseError, match="after a call-back"):
        cheat()
    with pytest.raises(DatabaseError, match="no entry"), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_officer SET post = 'minister'")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE registry_passkey SET key = key || '\\x00'::bytea", "registry_passkey"),
        ("UPDATE registry_passkey SET credential = credential || '\\x00'::bytea", "registry_passkey"),
        ("UPDATE registry_passkey SET active_from = active_from - interval '1 day'", "registry_passkey"),
        ("UPDATE registry_passkey SET holder = gen_random_uuid()", "registry_passkey"),
        ("UPDATE registry_officer SET address = 'else@else.example'", "registry_officer"),
        ("UPDATE registry_officer SET state = 'suspended'", "registry_officer"),
    ],
)
def test_a_row_that_was_changed_behind_our_back_is_found(
    night: Any, staff: Any, authority: str, change: str, found: str
) -> None:
    import psycopg

    from comity.casefile.records.roles import Role
    from comity.docket.recount import recount

    portal.enrolled(night, staff, authority)
    assert list(recount()) == []
    with psycopg.connect(**night.server.parameters(Role.OWNER), autocommit=True) as owner:
        for table in ("registry_passkey", "registry_officer"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        owner.execute(change.encode())
    assert [fault.where.split()[0] for fault in recount()] == [found]


def test_a_code_is_good_once_for_its_address_and_for_a_day(night: Any, staff: Any, authority: str) -> None:
    _, codes = portal.approved(night, staff, authority)
    drawn = ("AAAA-BBBB-CCCC", "DDDD-EEEE-FFFF")
    wrong_address = browser().post("/enrol/", halves("other@authority.example", codes))
    wrong_code = browser().post("/enrol/", halves(APPLICATION["address"], drawn))
    unknown = browser().post("/enrol/", halves("nobody@nowhere.example", drawn))
    assert shape(wrong_address) == shape(wrong_code) == shape(unknown)
    assert wrong_address.status_code == 422
    client, key = browser(), Authenticator()
    typed = (codes[1].lower().replace("-", " "), codes[0])
    assert register(client, key, APPLICATION["address"], typed).status_code == 302
    again = browser().post("/enrol/", halves(APPLICATION["address"], codes))
    assert shape(again) == shape(wrong_code)


def test_an_old_code_is_no_code(night: Any, staff: Any, authority: str) -> None:
    _, codes = portal.approved(night, staff, authority)
    night.clock.set(night.clock.now().plus(timedelta(hours=25)))
    assert browser().post("/enrol/", halves(APPLICATION["address"], codes)).status_code == 422


def test_the_answer_to_who_asks_for_access_is_the_same_for_everybody(night: Any, staff: Any, authority: str) -> None:
    portal.enrolled(night, staff, authority)
    known = browser().post("/access/", APPLICATION)
    stranger = browser().post("/access/", APPLICATION | {"address": "x@nowhere.example", "authority": "Nobody"})
    assert shape(known) == shape(stranger)
    assert known.headers["Location"] == "/access/asked"


def test_sign_in_fails_alike_for_every_reason(night: Any, staff: Any, authority: str) -> None:
    officer, client, key = portal.enrolled(night, staff, authority)
    options, state = ceremony(browser().get("/sign-in/"))
    stranger = Authenticator()
    forged = Authenticator(credential=key.credential)
    absent = Authenticator(credential=key.credential, key=key.key, verifies=False, counter=90)
    elsewhere = Authenticator(credential=key.credential, key=key.key, origin="https://evil.example", counter=90)
    tries = [one.get(options) for one in (stranger, forged, absent, elsewhere)]
    answers = [browser().post("/sign-in/", {"state": state, "answer": answer}) for answer in (*tries, "", "{}", "[")]
    answers.append(browser().post("/sign-in/", {"state": "no state", "answer": key.get(options)}))
    night.docket.suspend_officer(staff.mia, officer, "the key was stolen")
    answers.append(sign_in(browser(), key))
    assert all(shape(answer) == shape(answers[0]) for answer in answers)
    assert answers[0].status_code == 422
    assert client.get("/orders/").headers["Location"] == "/sign-in/"


def test_an_answer_is_taken_once(night: Any, staff: Any, authority: str) -> None:
    _, client, key = portal.enrolled(night, staff, authority)
    options, state = ceremony(client.get("/sign-in/"))
    answer = key.get(options)
    assert client.post("/sign-in/", {"state": state, "answer": answer}).status_code == 302
    assert client.post("/sign-in/", {"state": state, "answer": answer}).status_code == 422


def test_a_copied_passkey_is_refused(night: Any, staff: Any, authority: str) -> None:
    _, client, key = portal.enrolled(night, staff, authority)
    copy = Authenticator(credential=key.credential, key=key.key)
    assert sign_in(client, key).status_code == 302
    assert sign_in(browser(), copy).status_code == 422
    (held,) = night.docket.officers(staff.anna)
    assert "officer_passkey_copied" in [sign.change for sign in night.docket.officer(held.id, staff.anna).signs]


def test_a_new_device_or_network_is_confirmed_by_call(night: Any, staff: Any, authority: str) -> None:
    officer, _, key = portal.enrolled(night, staff, authority)
    other = browser(ELSEWHERE)
    assert sign_in(other, key).status_code == 302
    assert other.get("/orders/").headers["Location"] == "/sign-in/confirm"
    assert other.post("/sign-in/confirm", {"code": "AAAA-BBBB-CCCC"}).status_code == 422
    night.clock.set(night.clock.now().plus(timedelta(minutes=20)))
    with pytest.raises(NotReadyError):
        night.docket.confirm_sign_in(staff.mia, officer)
    portal.step_up(night, staff, officer, other)
    assert other.get("/orders/").status_code == 200
    signs = night.docket.officer(officer, staff.anna).signs
    assert ("officer_signed_in", ("device", "network")) in [(sign.change, sign.new) for sign in signs]
    other.post("/sign-out/")
    assert sign_in(other, key).status_code == 302
    assert other.get("/orders/").status_code == 200


def test_a_session_does_not_travel(night: Any, staff: Any, authority: str) -> None:
    _, client, _ = portal.enrolled(night, staff, authority)
    thief = browser(ELSEWHERE)
    thief.cookies.update(client.cookies)
    assert thief.get("/orders/").headers["Location"] == "/sign-in/"
    assert client.get("/orders/").headers["Location"] == "/sign-in/"
    assert not Session.objects.exists()


def test_sessions_end(night: Any, staff: Any, authority: str) -> None:
    _, client, key = portal.enrolled(night, staff, authority)
    night.clock.set(night.clock.now().plus(timedelta(minutes=46)))
    assert client.get("/orders/").headers["Location"] == "/sign-in/"
    assert sign_in(client, key).status_code == 302
    for _ in range(20):
        night.clock.set(night.clock.now().plus(timedelta(minutes=31)))
        client.get("/orders/")
    assert client.get("/orders/").headers["Location"] == "/sign-in/"


def test_another_key_is_another_enrolment_and_cools(night: Any, staff: Any, authority: str) -> None:
    _, client, key = portal.enrolled(night, staff, authority)
    night.clock.set(night.clock.now().plus(timedelta(minutes=5)))
    _, code = portal.approved(night, staff, authority)
    thief, new = browser(), Authenticator()
    register(thief, new, APPLICATION["address"], code)
    assert thief.get("/orders/").headers["Location"] == "/sign-in/cooling"
    warned = client.get("/orders/")
    assert "Another passkey was enrolled for you" in warned.content.decode()
    night.clock.set(night.clock.now().plus(timedelta(hours=24)))
    assert sign_in(client, key).status_code == 422
    assert sign_in(thief, new).status_code == 302
    assert thief.get("/orders/").status_code == 200


def test_a_key_after_a_stolen_one_cools_too_and_so_does_the_second_of_two(
    night: Any, staff: Any, authority: str
) -> None:
    officer, _, _ = portal.enrolled(night, staff, authority)
    codes = []
    for _ in range(2):
        night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
        codes.append(portal.approved(night, staff, authority, APPLICATION | {"address": "bo@authority.example"})[1])
    first, second = browser(), browser()
    register(first, Authenticator(), "bo@authority.example", codes[0])
    register(second, Authenticator(), "bo@authority.example", codes[1])
    assert first.get("/orders/").status_code == 200
    assert second.get("/orders/").headers["Location"] == "/sign-in/cooling"
    night.docket.suspend_officer(staff.mia, officer, "the key was stolen")
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    _, code = portal.approved(night, staff, authority)
    again = browser()
    register(again, Authenticator(), APPLICATION["address"], code)
    assert again.get("/orders/").headers["Location"] == "/sign-in/cooling"


def test_a_suspended_authority_has_no_officers(night: Any, staff: Any, authority: str) -> None:
    _, client, _ = portal.enrolled(night, staff, authority)
    night.docket.suspend_authority(staff.mia, authority, "the ministry rang")
    assert client.get("/orders/").headers["Location"] == "/sign-in/"


def test_staff_and_officers_share_nothing(night: Any, staff: Any, authority: str) -> None:
    from comity.main.web import django_options
    from comity.settings import Settings

    portal_door = django_options(Settings(), database={}, secret_key="s", door="portal")
    console = django_options(Settings(), database={}, secret_key="s", door="console")
    ours = {name for name in portal_door["MIDDLEWARE"] if name.startswith("comity.")}
    theirs = {name for name in console["MIDDLEWARE"] if name.startswith("comity.")}
    assert not ours & theirs
    assert not any("auth" in name or "session" in name.lower() for name in portal_door["MIDDLEWARE"])
    assert "comity.console" not in portal_door["INSTALLED_APPS"]
    assert "comity.portal" not in console["INSTALLED_APPS"]
    assert portal_door["CSRF_COOKIE_NAME"] == "comity_portal_csrf"
    _, client, _ = portal.enrolled(night, staff, authority)
    assert not {"comity_staff", "sessionid"} & set(client.cookies)
    for name in ("comity_portal", "comity_portal_device"):
        morsel = client.cookies[name]
        assert morsel["httponly"]
        assert morsel["secure"]
        assert morsel["samesite"] == "Strict"


def test_too_many_tries_are_slowed_and_forms_from_elsewhere_refused(night: Any) -> None:
    from django.test import Client

    client = browser()
    tried = halves("a@b.example", ("X", "Y"))
    answers = [client.post("/enrol/", tried).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    foreign = Client(enforce_csrf_checks=True)
    assert foreign.post("/access/", APPLICATION).status_code == 403
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_who_holds_a_whole_network_of_ipv6_is_one_caller() -> None:
    from comity.portal.limits import caller_of

    assert caller_of("2001:db8:1:2::1") == caller_of("2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert caller_of("2001:db8:1:2::1") != caller_of("2001:db8:1:3::1")
    assert caller_of("::ffff:192.0.2.1") == caller_of("192.0.2.1") != caller_of("192.0.2.2")
    assert caller_of("") == caller_of("no address") == "unknown"


def test_the_page_speaks_the_reader_s_language(night: Any) -> None:
    client = browser()
    assert client.post("/language", {"language": "fr"}).status_code == 302
    assert '<html lang="fr">' in client.get("/").content.decode()


def test_behind_no_proxy_nobody_chooses_their_own_network(night: Any) -> None:
    from django.test import override_settings

    from comity.portal import middleware

    class Asked:
        headers = {"X-Forwarded-For": "198.51.100.1, 192.0.2.7"}  # noqa: RUF012 -- read only
        META = {"REMOTE_ADDR": "203.0.113.5"}  # noqa: RUF012 -- the same

    found = {}
    for proxies in (0, 1, 2, 3):
        with override_settings(COMITY_PORTAL_PROXIES=proxies):
            found[proxies] = middleware._address(Asked())  # type: ignore[arg-type]
    assert found == {0: "203.0.113.5", 1: "192.0.2.7", 2: "198.51.100.1", 3: "203.0.113.5"}


def test_logs_name_nobody(night: Any, staff: Any, authority: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        _, client, key = portal.enrolled(night, staff, authority)
        client.get("/orders/?search=secret-reference")
        client.get("/orders/nowhere")
        sign_in(client, key)
        sign_in(browser(), Authenticator())
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for word in (APPLICATION["address"], APPLICATION["name"], portal.HOME_NETWORK, key.credential.hex(), "secret-ref"):
        assert word not in said, word
