"""The overseer's room: everything can be seen, personal data only for an entered reason, and nothing can be done."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client
from test_portal_console import as_, console_door

from comity.casefile import audit
from comity.casefile.audit.proof_file import ProofFile
from comity.casefile.clock import Instant
from comity.casefile.documents.record import AccessEvent
from comity.casefile.records.roles import Role
from comity.docket.overseers import OVERSIGHT
from comity.docket.oversight_views import Overseeing
from comity.docket.portal_views import Acting
from comity.registry.errors import NotReadyError, NotYourDutyError, SamePersonError
from support.authenticator import Authenticator
from support.portal import ELSEWHERE, HOME_NETWORK, OVERSEER_NUMBER, browser, overseer_codes, register, sign_in
from support.watch import Watch

ADDRESS = "noor@dpa.example"
SATURDAY_NIGHT = Instant.parse("2026-11-23T01:13:00Z")
REASON = "Checking the order of 23 November on complaint 7"


@pytest.fixture
def watch(night: Any) -> Watch:
    """One order that a rule carried out, one that waits for a person, and one about which silence is kept."""
    night.clock.set(SATURDAY_NIGHT)
    made = Watch.begin(night)
    made.order(night.publish())
    made.rule("api")
    made.order(night.publish())
    return made


@pytest.fixture
def staff(watch: Watch) -> Any:
    return watch.staff


@pytest.fixture
def proposed(night: Any, staff: Any) -> str:
    told = {"body": "Data protection authority", "name": "Noor Haddad", "address": ADDRESS}
    return night.docket.propose_overseer(staff.anna, **told, number=OVERSEER_NUMBER)


@pytest.fixture
def enrolled(night: Any, staff: Any, proposed: str) -> tuple[str, Client, Authenticator]:
    client, key = browser(HOME_NETWORK), Authenticator()
    done = register(client, key, ADDRESS, overseer_codes(night.docket, staff, proposed))
    assert done.headers["Location"].startswith("/oversight/"), done.content.decode()
    return proposed, client, key


@pytest.fixture
def overseer(enrolled: tuple[str, Client, Authenticator]) -> Client:
    return enrolled[1]


@pytest.fixture
def acting(night: Any, enrolled: tuple[str, Client, Authenticator]) -> Overseeing:
    from comity.registry import officers_store

    (key,) = officers_store.passkeys("overseer", enrolled[0])
    return Overseeing(enrolled[0], key.id, confirmed=True)


def case_of(night: Any, number: int) -> str:
    from comity.docket import store

    return store.by_number(number).id.hex


def code_in(answer: Any) -> str:
    return re.findall(r"<code>([A-Z0-9-]{14})</code>", answer.content.decode())[0]


def entry_of(case: str, kind: str) -> str:
    return next(one.entry for one in audit.entries_of(case) if one.kind == kind)


# --- making an account ----------------------------------------------------------------------------------------------


def test_it_takes_two_people_and_is_entered(night: Any, staff: Any, proposed: str) -> None:
    with pytest.raises(SamePersonError):
        night.docket.approve_overseer(staff.anna, proposed, OVERSEER_NUMBER)
    for other in (staff.mia, staff.dan, staff.carla):
        with pytest.raises(NotYourDutyError):
            night.docket.approve_overseer(other, proposed, OVERSEER_NUMBER)
    with pytest.raises(NotYourDutyError):
        night.docket.propose_overseer(staff.ben, body="x", name="y", address=ADDRESS, number=OVERSEER_NUMBER)
    night.docket.approve_overseer(staff.ben, proposed, OVERSEER_NUMBER)
    changes = [json.loads(one.body or b"{}")["change"] for one in audit.entries_of(proposed)]
    assert changes == ["overseer_proposed", "overseer_approved", "overseer_code_given"]
    assert night.verify_log()


def test_two_of_ours_make_the_account_on_the_console(night: Any, staff: Any) -> None:
    told = {"body": "Data protection authority", "name": "<b>Noor</b>", "address": ADDRESS}
    told["number"] = "+33 1 53 73 22 22"
    with console_door:
        anna, ben, mia = as_("anna"), as_("ben"), as_("mia")
        assert mia.post("/overseers/propose", told).status_code == 403
        assert anna.post("/overseers/propose", {**told, "address": "x"}).status_code == 422
        assert anna.post("/overseers/propose", {**told, "number": "112"}).status_code == 409
        assert anna.post("/overseers/propose", told).status_code == 302
        page = ben.get("/overseers/").content.decode()
        assert "&lt;b&gt;Noor&lt;/b&gt;" in page
        address = re.findall(r'action="(/overseers/[0-9a-f]{32}/)approve"', page)[0]
        assert f"{address}approve" not in anna.get("/overseers/").content.decode()
        assert OVERSEER_NUMBER not in page  # who agrees finds it without us
        number = {"number": OVERSEER_NUMBER}
        assert anna.post(f"{address}approve", number).status_code == 409
        assert ben.post(f"{address}approve").status_code == 422
        assert ben.post(f"{address}approve", {"number": "+33100000000"}).status_code == 409
        first = code_in(ben.post(f"{address}approve", number))
        assert anna.post(f"{address}half").status_code == 409
        assert anna.post(f"{address}call", {"spoken_to": "", "outcome": "verified"}).status_code == 422
        assert anna.post(f"{address}call", {"spoken_to": "desk", "outcome": "verified"}).status_code == 302
        second = code_in(anna.post(f"{address}half"))
        assert "What they opened" not in mia.get("/overseers/").content.decode()
    assert register(browser(), Authenticator(), ADDRESS, (first, second)).status_code == 302
    with console_door:
        assert "What they opened" in anna.get("/overseers/").content.decode()
        assert code_in(ben.post(f"{address}confirm"))
        night.clock.set(night.clock.now().plus(timedelta(minutes=16)))
        assert ben.post(f"{address}confirm").status_code == 409
        assert anna.post(f"{address}suspend", {"because": ""}).status_code == 422
        assert ben.post(f"{address}suspend", {"because": "left"}).status_code == 403
        assert anna.post(f"{address}suspend", {"because": "left"}).status_code == 302


@pytest.mark.parametrize(("name", "address"), [("", ADDRESS), ("Noor", "noor"), ("N\noor", ADDRESS)])
def test_who_cannot_be_written_down_is_refused(night: Any, staff: Any, name: str, address: str) -> None:
    told = {"body": "A body", "name": name, "address": address, "number": OVERSEER_NUMBER}
    with pytest.raises(Exception, match=r"name|address"):
        night.docket.propose_overseer(staff.anna, **told)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE registry_overseer SET state = 'enrolled'",
        "UPDATE registry_overseer SET confirmed_by_id = proposed_by_id",
        "UPDATE registry_overseer SET address = 'thief@example.org'",
        "UPDATE registry_overseer SET number = '+4915100000000'",
        "DELETE FROM registry_overseer",
    ],
)
def test_the_database_refuses_an_account_without_its_entries(night: Any, proposed: str, forgery: str) -> None:
    with (
        psycopg.connect(**night.server.parameters(Role.APP), autocommit=True) as conn,
        pytest.raises(psycopg.Error),
    ):
        conn.execute(forgery.encode())


def test_a_suspended_overseer_sees_nothing_any_more(
    night: Any, staff: Any, enrolled: tuple[str, Client, Authenticator], acting: Overseeing
) -> None:
    overseer, client, _ = enrolled
    assert client.get("/oversight/").status_code == 200
    with pytest.raises(NotYourDutyError):
        night.docket.suspend_overseer(staff.ben, overseer, "none of my business")
    night.docket.suspend_overseer(staff.anna, overseer, "left the body")
    assert client.get("/oversight/").headers["Location"] == "/sign-in/"
    with pytest.raises(Exception, match="for overseers"):
        night.docket.oversee(acting)


def test_a_sign_in_on_a_new_device_is_confirmed_first(
    night: Any, staff: Any, enrolled: tuple[str, Client, Authenticator]
) -> None:
    overseer, _, key = enrolled
    elsewhere = browser(ELSEWHERE)
    sign_in(elsewhere, key)
    assert elsewhere.get("/oversight/").headers["Location"] == "/sign-in/confirm"
    assert elsewhere.post("/sign-in/confirm", {"code": "AAAA-BBBB-CCCC"}).status_code != 302
    night.clock.set(night.clock.now().plus(timedelta(minutes=16)))
    with pytest.raises(NotReadyError, match="just now"):
        night.docket.confirm_overseer(staff.ben, overseer)
    night.docket.call_overseer(staff.ben, overseer, spoken_to="desk", outcome="not_reached")
    with pytest.raises(NotReadyError, match="did not confirm"):
        night.docket.confirm_overseer(staff.ben, overseer)
    night.clock.set(night.clock.now().plus(timedelta(seconds=30)))
    night.docket.call_overseer(staff.ben, overseer, spoken_to="desk", outcome="verified")
    code = night.docket.confirm_overseer(staff.ben, overseer)
    assert elsewhere.post("/sign-in/confirm", {"code": code}).status_code == 302
    assert elsewhere.get("/oversight/").status_code == 200


# --- what is seen ---------------------------------------------------------------------------------------------------


def test_every_case_with_who_decided_and_no_personal_data(night: Any, watch: Watch, overseer: Client) -> None:
    text = overseer.get("/oversight/").content.decode()
    assert "C-2" in text
    assert "a standing rule" in text
    listed = overseer.get("/oversight/cases").content.decode()
    assert listed.index("C-2") < listed.index("C-1")
    assert "waits for a person" in listed
    for number in (1, 2):
        page = overseer.get(f"/oversight/cases/{case_of(night, number)}/").content.decode()
        assert "board.example" not in page  # no address of content
        assert "alix" not in page.lower()
        assert re.search(r"proofs/[0-9a-f]{32}", page)
    assert "2021/784 Art 3(3)" in page  # the reasons, as they were entered
    assert "the rule was made by" in page


def test_people_s_decisions_show_who_approved(night: Any, watch: Watch, staff: Any, overseer: Client) -> None:
    (url,) = [place["url"] for place in watch.bodies("demand", 1)[0]["form"]["content_locations"]]
    watch.decide("comply", url)
    page = overseer.get(f"/oversight/cases/{case_of(night, 1)}/").content.decode()
    assert "Approved" in page
    assert "(moderator)" in page or "(approver)" in page or "(legal)" in page


def test_secret_cases_are_seen(night: Any, watch: Watch, overseer: Client) -> None:
    watch.order(night.publish(), nondisclosure=True)
    assert "secret until" in overseer.get("/oversight/").content.decode()
    assert "secret until" in overseer.get(f"/oversight/cases/{case_of(night, 3)}/").content.decode()


def test_counts_by_authority(night: Any, watch: Watch, acting: Overseeing) -> None:
    (row,) = night.docket.oversee(acting).counts
    assert (row.orders, row.automatic) == (2, 1)


def test_a_proof_is_checked_without_us(night: Any, watch: Watch, overseer: Client) -> None:
    case = case_of(night, 2)
    night.wait_for_the_log()
    entry = entry_of(case, "decision")
    answer = overseer.get(f"/oversight/cases/{case}/proofs/{entry}")
    proof = ProofFile.parse(answer.content)
    assert proof.extra is not None
    proof.verify(proof.extra, night.keys.verifiers)
    assert json.loads(proof.extra)["entry"] == entry
    other = entry_of(case_of(night, 1), "demand")
    assert overseer.get(f"/oversight/cases/{case}/proofs/{other}").status_code == 404


# --- opening --------------------------------------------------------------------------------------------------------


def test_a_document_opens_only_after_its_reason_was_entered(night: Any, watch: Watch, overseer: Client) -> None:
    case = case_of(night, 2)
    entry = entry_of(case, "demand")
    address = f"/oversight/cases/{case}/documents/{entry}"
    asked = overseer.get(address)
    assert "content_locations" not in asked.content.decode()
    for reason in ("", "   ", "short", "\n" * 50):
        refused = overseer.post(address, {"reason": reason})
        assert refused.status_code == 422
        assert "content_locations" not in refused.content.decode()
    assert audit.entries_of(OVERSIGHT) == []
    shown = overseer.post(address, {"reason": REASON}).content.decode()
    assert "content_locations" in shown
    (access,) = audit.entries_of(OVERSIGHT)
    said = AccessEvent.from_canonical(access.body or b"")
    assert (said.case, said.what, said.purpose) == (case, f"demand {entry}", REASON)
    assert REASON in overseer.get("/oversight/accesses").content.decode()
    assert REASON in overseer.get(f"/oversight/cases/{case}/").content.decode()
    with (
        psycopg.connect(**night.server.parameters(Role.APP), autocommit=True) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute("DELETE FROM document WHERE kind = 'access'")


def test_the_salt_opens_the_commitment(night: Any, watch: Watch, acting: Overseeing) -> None:
    case = case_of(night, 2)
    entry = entry_of(case, "demand")
    night.wait_for_the_log()
    opened = night.docket.oversee_open(acting, case, entry, REASON)
    leaf = json.loads(ProofFile.parse(night.docket.oversee_proof(acting, case, entry)).extra or b"{}")
    assert hashlib.sha256(bytes.fromhex(opened.salt) + opened.body).hexdigest() == leaf["commitment"]


def test_an_exhibit_is_handed_over_inert(night: Any, watch: Watch, overseer: Client) -> None:
    case = case_of(night, 2)
    page = overseer.get(f"/oversight/cases/{case}/").content.decode()
    digest = re.findall(r"exhibits/([0-9a-f]{64})", page)[0]
    address = f"/oversight/cases/{case}/exhibits/{digest}"
    assert overseer.get(address).status_code == 200
    assert overseer.post(address, {"reason": "no"}).status_code == 422
    answer = overseer.post(address, {"reason": REASON})
    body = b"".join(answer.streaming_content)
    assert hashlib.sha256(body).hexdigest() == digest
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert overseer.post(f"/oversight/cases/{case}/exhibits/{'ab' * 32}", {"reason": REASON}).status_code == 404


def test_staff_do_not_see_the_overseer_s_reasons_unless_they_keep_the_staff(
    night: Any, watch: Watch, staff: Any, acting: Overseeing
) -> None:
    case = case_of(night, 2)
    night.docket.oversee_open(acting, case, entry_of(case, "demand"), REASON)
    digest = night.docket.oversee_case(acting, case).exhibits[0].digest
    b"".join(night.docket.oversee_exhibit(acting, case, digest, REASON)[1])
    for viewer in (staff.carla, staff.ben, staff.mia, staff.dan):
        with pytest.raises(NotYourDutyError):
            night.docket.overseer_accesses(viewer)
        seen = night.docket.case(2, viewer)
        assert REASON not in repr(seen)
        assert REASON not in json.dumps([line.detail for line in seen.timeline])
    assert [one.reason for one in night.docket.overseer_accesses(staff.anna)] == [REASON, REASON]


# --- nothing else ---------------------------------------------------------------------------------------------------


def test_no_other_page_of_the_portal_opens(night: Any, watch: Watch, overseer: Client) -> None:
    from comity.portal.officers import urls

    case = case_of(night, 2)
    for pattern in urls.urlpatterns:
        address = "/orders/" + re.sub(
            r"<\w+:(\w+)>", lambda m: case if m[1] != "form" else "annex-2", str(pattern.pattern)
        )
        for method in (overseer.get, overseer.post):
            assert method(address).status_code == 404, address


def test_no_command_of_officers_or_staff_takes_an_overseer(night: Any, watch: Watch, acting: Overseeing) -> None:
    docket, case, who = night.docket, case_of(night, 2), acting.overseer
    officer = Acting(who, watch.authority, acting.passkey, confirmed=True)
    before = night.verify_log()
    commands = (
        lambda: docket.my_orders(officer),
        lambda: docket.withdraw_order(officer, case, "no longer needed"),
        lambda: docket.write(officer, case, "hello"),
        lambda: docket.decide(case, who, answer="comply", urls=(), reasons="x"),
        lambda: docket.dismiss(case, who, "no order"),
        lambda: docket.approve_overseer(who, who, OVERSEER_NUMBER),
        lambda: docket.overseer_half(who, who),
        lambda: docket.call_overseer(who, who, spoken_to="me", outcome="verified"),
        lambda: docket.settle_clock(who, "It is right now."),
        lambda: docket.exhibit(case, who, "ab" * 32, "because"),
    )
    for command in commands:
        with pytest.raises(Exception, match=r".") as refused:
            command()
        assert isinstance(getattr(refused.value, "code", None), str), refused.value
    assert night.verify_log() == before


def test_an_officer_reaches_no_page_of_the_overseers(night: Any, staff: Any, watch: Watch) -> None:
    from support.portal import enrolled as officer_enrolled

    _, officer, _ = officer_enrolled(night, staff, watch.authority)
    case = case_of(night, 2)
    for address in ("/oversight/", "/oversight/cases", "/oversight/accesses", f"/oversight/cases/{case}/"):
        assert officer.get(address).status_code == 404
    assert officer.post(f"/oversight/cases/{case}/documents/{case}", {"reason": REASON}).status_code == 404


def test_a_stranger_is_sent_to_sign_in(night: Any, watch: Watch) -> None:
    stranger = browser()
    assert stranger.get("/oversight/").headers["Location"] == "/sign-in/"
    assert stranger.post(f"/oversight/cases/{case_of(night, 2)}/documents/{'ab' * 16}").status_code == 302


def test_whoever_posts_only_reads(night: Any, watch: Watch, overseer: Client) -> None:
    case = case_of(night, 2)
    for address in ("/oversight/", "/oversight/cases", "/oversight/accesses", f"/oversight/cases/{case}/"):
        assert overseer.post(address).status_code == 405
