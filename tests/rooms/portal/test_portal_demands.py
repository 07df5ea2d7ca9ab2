"""A demand about a user in the portal: the law's own form, its findings, the filing, questions, packages."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from comity import law
from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.record import CustodyEvent
from comity.docket import store
from comity.docket.disclosures.errors import NoSuchPackage
from comity.docket.errors import RoleMayNot
from comity.docket.officer_demands import Wanted
from comity.docket.portal_views import Acting
from comity.law.asking import about_users
from comity.pages import demands
from support import orders, portal
from support.asking import JUDGE, Office
from support.forms import Controls
from support.languages import english_left

EPOC = "eu-eevidence-production"
LAWS = sorted(about_users())
NOON = Instant.parse("2026-11-23T11:00:00Z")


@pytest.fixture
def office(night: Any) -> Iterator[Office]:
    night.clock.set(NOON)
    made = Office(night)
    with override_settings(COMITY_DOCKET=made.docket):
        yield made


@pytest.fixture
def officer(night: Any, office: Office) -> Any:
    identifier, client, key = portal.enrolled(night, office.staff, office.watch.authority)
    client.identifier, client.key = identifier, key
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()
    return str(response.content.decode())


def fields(form: dict[str, Any], instrument: str = EPOC) -> dict[str, list[str]]:
    """The form as the page posts it."""
    return demands.laid(law.instrument(instrument).order_form.form, form)


def certificate(office: Office, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    office.filed += 1
    return office.certificate(copy.deepcopy(changes or JUDGE))


def file(office: Office, officer: Client, form: dict[str, Any], *, key: str = "", instrument: str = EPOC) -> str:
    """File through the page; the case is the office's case then."""
    posted = fields(form, instrument) | {"file": ["1"], "key": [key or f"key-{office.filed}" + "k" * 20]}
    done = officer.post(f"/orders/users/{instrument}/", posted)
    assert done.status_code == 302, done.content.decode()
    found = re.fullmatch(r"/orders/([0-9a-f]{32})/\?said=(?:asked|repeated)", done.headers["Location"])
    assert found, done.headers["Location"]
    office.night.work_on()
    office.case = found[1]
    return found[1]


def packed(office: Office, officer: Client) -> tuple[str, str]:
    """A demand that was answered; gives the address of its page and of its package."""
    case = file(office, officer, certificate(office))
    office.answer(pieces=("1:TRAFFIC",), reasons="Who sent it is known, and the officer was called.")
    office.agree()
    office.let_go()
    page = text(officer.get(f"/orders/{case}/"))
    link = re.search(rf'href="(/orders/{case}/packages/[0-9a-f]{{32}})"', page)
    assert link, page
    return f"/orders/{case}/", link[1]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_officer_asks_and_fetches_the_package_in_two_pieces(office: Office, officer: Any) -> None:
    listed = text(officer.get("/orders/users/"))
    assert "European Production Order Certificate" in listed
    blank = text(officer.get(f"/orders/users/{EPOC}/"))
    assert "Example Board SAS" in blank
    assert "Office central de test" in blank
    page, address = packed(office, officer)
    demand = audit.find(store.case(office.case).demand.hex, Demand).document
    assert (demand.instrument, demand.channel.kind.value, demand.sender.officer) == (EPOC, "portal", officer.identifier)
    assert demand.form["E"]["identifiers"] == [{"id": "1", "type": "USER_ID", "value": "alice"}]
    (packed_one,) = office.page.packages
    whole = officer.get(address)
    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
    everything = body(whole)
    assert len(everything) == packed_one.size == int(whole.headers["Content-Length"])
    half = packed_one.size // 2
    first = officer.get(address, headers={"Range": f"bytes=0-{half - 1}"})
    rest = officer.get(address, headers={"Range": f"bytes={half}-", "If-Range": first.headers["ETag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert rest.headers["Content-Range"] == f"bytes {half}-{packed_one.size - 1}/{packed_one.size}"
    assert body(first) + body(rest) == everything
    changed = officer.get(address, headers={"Range": f"bytes={half}-", "If-Range": '"another file"'})
    assert (changed.status_code, body(changed)) == (200, everything)
    manifest = officer.get(f"{address}/manifest")
    assert manifest.json()["files"][0]["size"] == packed_one.size
    fetched = [
        CustodyEvent.from_canonical(one.body).purpose
        for one in audit.entries_of(packed_one.package)
        if one.kind == CustodyEvent.kind and one.body
    ]
    mine = [one for one in fetched if one.startswith(f"fetched by officer {officer.identifier}")]
    assert len(mine) == 4
    assert any(f"bytes 0-{half - 1}/" in one for one in mine)
    assert "Letter with the package" in text(officer.get(page))
    assert officer.post(f"{page}answers/letter-cover").content.startswith(b"%PDF-")
    office.night.verify_log()


def test_what_cannot_be_fetched_is_refused_alike(night: Any, office: Office, officer: Any) -> None:
    page, address = packed(office, officer)
    (packed_one,) = office.page.packages
    behind = officer.get(address, headers={"Range": f"bytes={packed_one.size}-"})
    assert (behind.status_code, behind.headers["Content-Range"]) == (416, f"bytes */{packed_one.size}")
    assert officer.post(address).status_code == officer.head(address).status_code == 405
    unknown = officer.get(f"{page}packages/{'0' * 32}")
    other_case = file(office, officer, certificate(office))
    elsewhere = officer.get(f"/orders/{other_case}/packages/{packed_one.package}")
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    other = night.enrol(office.staff, orders.Authority.named("Bundestestamt", "o@bundestestamt.example"), state="DE")
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    german = portal.APPLICATION | {"authority": "Bundestestamt", "address": "kim@bundestestamt.example"}
    _, stranger, _ = portal.enrolled(night, office.staff, other, german)
    theirs = [stranger.get(one) for one in (address, f"{address}/manifest", page)]
    assert {one.status_code for one in (unknown, elsewhere, *theirs)} == {404}
    for response in (unknown, elsewhere, *theirs):
        assert packed_one.name not in response.content.decode()
    office.watch.later(days=31)
    portal.sign_in(officer, officer.key)
    assert officer.get(address).status_code == officer.get(f"{address}/manifest").status_code == 404
    assert "Fetch the package" not in text(officer.get(page))


def test_a_sign_in_that_is_not_confirmed_asks_and_sees_nothing(night: Any, office: Office, officer: Any) -> None:
    _page, address = packed(office, officer)
    elsewhere = portal.browser(portal.ELSEWHERE)
    portal.sign_in(elsewhere, officer.key)
    assert elsewhere.get("/orders/users/").status_code == 200
    asked = fields(certificate(office)) | {"file": ["1"], "key": ["u" * 24]}
    assert elsewhere.post(f"/orders/users/{EPOC}/", asked).headers["Location"] == "/orders/new/filed"
    assert elsewhere.get(address).headers["Location"] == "/sign-in/confirm"
    package, key = address.rpartition("/")[2], _passkey(office, officer)
    case = address.split("/")[2]
    doubtful = Acting(officer.identifier, office.watch.authority, key, confirmed=False)
    for refused in (doubtful, replace(doubtful, passkey="f" * 32, confirmed=True)):
        with pytest.raises(RoleMayNot):
            office.docket.my_package(refused, case, package, Wanted())
        with pytest.raises(RoleMayNot):
            office.docket.my_manifest(refused, case, package)
    with pytest.raises(NoSuchPackage):
        office.docket.my_package(replace(doubtful, confirmed=True), case, "0" * 32, Wanted())


def _passkey(office: Office, officer: Any) -> str:
    return str(office.docket.officer(officer.identifier, office.staff.anna).passkeys[0].id)


def test_every_finding_is_shown_before_anything_is_sent(office: Office, officer: Any) -> None:
    form = certificate(office, {"F": {"c": ["log files"]}, "A": {"issuing_state": "DE", "file_no_issuing": "1"}})
    whole = text(officer.post(f"/orders/users/{EPOC}/", fields(form) | {"check": ["1"]}))
    part = text(officer.post(f"/orders/users/{EPOC}/check", fields(form)))
    for shown in (whole, part):
        assert "This cannot be carried out as it stands" in shown
        assert "Whether there is such an account is not looked up" in shown
        assert "the sender is of FR" in shown
    assert "is mandatory and empty" in whole
    assert "12 Js" not in text(officer.get("/orders/"))
    good = text(officer.post(f"/orders/users/{EPOC}/check", fields(certificate(office))))
    assert "This cannot be carried out" not in good


def test_an_account_that_does_not_exist_is_checked_and_followed_alike(office: Office, officer: Any) -> None:
    file(office, officer, certificate(office))
    shown = []
    for account in ("alice", "nobody"):
        form = certificate(office)
        form["E"]["identifiers"][0]["value"] = account
        checked = text(officer.post(f"/orders/users/{EPOC}/check", fields(form)))
        case = file(office, officer, form)
        page = text(officer.get(f"/orders/{case}/"))
        pages = [re.sub(r'value="[^"]*"|<time.*?</time>', "", one) for one in (checked, page)]
        marks = {case: "CASE", account: "ACCOUNT", form["A"]["file_no_issuing"]: "REFERENCE"}
        for mark, name in marks.items():
            pages = [one.replace(mark, name) for one in pages]
        shown.append([re.sub(r"Case \d+", "Case", one) for one in pages])
    assert shown[0] == shown[1]


def test_what_is_sent_twice_is_one_demand(office: Office, officer: Any) -> None:
    form = certificate(office)
    assert file(office, officer, form, key="same" * 6) == file(office, officer, form, key="same" * 6)
    assert len(re.findall(r'<tr><th scope="row">', text(officer.get("/orders/")))) == 1


def test_a_question_is_answered_on_the_form_itself(office: Office, officer: Any) -> None:
    form = certificate(office)
    form["E"]["identifiers"][0]["value"] = "аlice"
    case = file(office, officer, form)
    office.answer("clarify", reasons="It reads otherwise than it looks.", letter={"questions": "Which account?"})
    page = text(officer.get(f"/orders/{case}/"))
    assert "Which account?" in page
    assert office.clock("preserve_at_once") == "running"
    assert "Preserve the data" not in page
    assert "Annex III" in page
    shown = Controls.of(text(officer.get(f"/orders/{case}/correct")))
    assert shown.posted["E.identifiers:0:value"] == ["аlice"]
    nothing = officer.post(f"/orders/{case}/correct", shown.posted)
    assert nothing.status_code == 422
    assert office.status == "clarifying"
    more = Controls.of(text(officer.post(f"/orders/{case}/correct", shown.posted | {"more": ["1"]})))
    assert "E.identifiers:6:value" in more.posted
    corrected = shown.posted | {"E.identifiers:0:value": ["alice"], "note": ["A letter from elsewhere."]}
    assert officer.post(f"/orders/{case}/correct", corrected).headers["Location"].endswith("?said=corrected")
    office.night.work_on()
    demand = audit.find(store.case(case).demand.hex, Demand).document
    assert demand.form["E"]["identifiers"][0]["value"] == "alice"
    assert demand.form["E"]["time_range"] == form["E"]["time_range"]
    assert (office.status, office.page.pieces[0].why_not) == ("waiting", "")
    assert officer.get(f"/orders/{case}/correct").status_code == 404


def test_a_demand_is_withdrawn_before_anything_left(office: Office, officer: Any) -> None:
    case = file(office, officer, certificate(office))
    assert officer.post(f"/orders/{case}/withdraw", {"reasons": "It was an error."}).status_code == 302
    office.night.work_on()
    page = text(officer.get(f"/orders/{case}/"))
    assert "put away" in page
    assert 'action="/orders/' + case + '/withdraw"' not in page


@pytest.mark.parametrize("instrument", LAWS)
def test_each_law_s_form_is_filed_under_that_law(office: Office, officer: Any, instrument: str) -> None:
    blank = Controls.of(text(officer.get(f"/orders/users/{instrument}/")))
    key = next(name for name in blank.posted if name.endswith("identifiers:0:value"))
    asked = blank.posted | {key: ["alice"], key.replace(":value", ":type"): ["USER_ID"], "file": ["1"]}
    done = officer.post(f"/orders/users/{instrument}/", asked)
    assert done.status_code == 302, done.content.decode()
    office.night.work_on()
    case = done.headers["Location"].split("/")[2]
    demand = audit.find(store.case(case).demand.hex, Demand).document
    assert (demand.instrument, demand.form["instrument"]) == (instrument, instrument)
    assert "alice" in text(officer.get(f"/orders/{case}/"))


def test_a_removal_order_has_no_form_here(office: Office, officer: Any) -> None:
    for instrument in ("eu-tco", "no-such-law"):
        assert officer.get(f"/orders/users/{instrument}/").status_code == 404
        assert officer.post(f"/orders/users/{instrument}/check", {}).status_code == 404
    case = portal.file_order(officer, orders.order(content_locations=[{"url": office.night.publish()}]))
    assert officer.get(f"/orders/{case}/correct").status_code == 404
    assert audit.find(store.case(case).demand.hex, Demand).document.instrument == "eu-tco"


def test_hostile_words_come_back_as_words(office: Office, officer: Any) -> None:
    form = certificate(office)
    form["G"]["offence"] = "</textarea><script>alert(1)</script>"
    form["E"]["identifiers"] = [{"type": "OTHER", "value": '"><script>alert(1)</script>'}]
    checked = officer.post(f"/orders/users/{EPOC}/", fields(form) | {"check": ["1"]})
    case = file(office, officer, form)
    for shown in (checked, officer.get(f"/orders/{case}/")):
        assert "<script>alert" not in text(shown)
        assert "unsafe" not in shown.headers["Content-Security-Policy"]


def test_an_officer_reads_no_english_about_users(office: Office, officer: Any) -> None:
    form = certificate(office)
    form["E"]["identifiers"][0]["value"] = "аlice"
    asked = file(office, officer, form)
    office.answer("clarify", reasons="Es liest sich anders.", letter={"questions": "Welches Konto?"})
    page, _address = packed(office, officer)
    pages = ("/orders/users/", *(f"/orders/users/{one}/" for one in LAWS), page, f"/orders/{asked}/",
             f"/orders/{asked}/correct")  # fmt: skip
    for language in ("fr", "de"):
        officer.post("/language", {"language": language})
        left = {one: english_left(text(officer.get(one)), language) for one in pages}
        assert {one: words for one, words in left.items() if words} == {}


def test_an_order_against_content_is_filed_on_the_form_of_its_own_law(office: Office, officer: Client) -> None:
    url = office.night.publish()
    form = {
        "issuing_state": "FR", "authority": office.watch.signer.name, "addressee": "Example Board SAS",
        "reference": "OC-1", "issued_at": "2026-11-23T00:00:00Z", "legal_basis": "A law", "reasons": "It is forbidden.",
        "provisions": "Article 1", "redress": "The court", "territorial_scope": "EU",
        "content_locations": [{"url": url}],
    }  # fmt: skip
    assert "/orders/users/eu-dsa-art9/" in text(officer.get("/orders/users/"))
    assert office.watch.signer.name in text(officer.get("/orders/users/eu-dsa-art9/"))
    checked = officer.post("/orders/users/eu-dsa-art9/check", fields(form, "eu-dsa-art9"))
    assert "2021/784" not in text(checked)
    case = file(office, officer, form, instrument="eu-dsa-art9")
    assert (store.case(case).instrument, store.case(case).status) == ("eu-dsa-art9", "waiting")
    assert demand_of(case).form["content_locations"] == [{"url": url}]
    page = text(officer.get(f"/orders/{case}/"))
    assert url in page
    assert "Article 1" in page


def demand_of(case: str) -> Demand:
    return audit.find(store.case(case).demand.hex, Demand).document


def test_an_authority_for_removal_orders_alone_asks_nothing_and_is_told_so(night: Any) -> None:
    night.clock.set(NOON)
    office = Office(night, roles={"12(1)(a)"})
    with override_settings(COMITY_DOCKET=office.docket):
        _, officer, _ = portal.enrolled(night, office.staff, office.watch.authority)
        page = text(officer.get("/orders/users/"))
        assert "Your authority is not enrolled to ask about users." in page
        assert not any(f"/orders/users/{law_id}/" in page for law_id in demands.fileable())
        for law_id in ("us-sca", "eu-dsa-art9"):
            refused = officer.get(f"/orders/users/{law_id}/")
            assert refused.status_code in (403, 409)
            assert "no role that covers demands under this law" in refused.content.decode()
        assert officer.get("/orders/new").status_code == 200
