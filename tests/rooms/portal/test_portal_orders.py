"""Filing and following an order in the portal: the form, the document beside it, the answer, the thread."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from comity.casefile import audit
from comity.casefile.documents.demand import Demand
from comity.docket import store
from comity.docket.errors import NoSuchCase, RoleMayNot
from comity.docket.portal_views import Acting
from support import orders, portal
from support.portal import ELSEWHERE, browser, file_order, posted, sign_in

NOON = "2026-11-23T11:00:00Z"


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()
    return str(response.content.decode())


def drawn_anew(response: Any) -> str:
    """A page without the token that is drawn anew each time."""
    return re.sub(r'value="[^"]*"', "", response.content.decode())


def codes(case: str) -> list[str]:
    """The faults of a case's demand."""
    return [fault.code for fault in audit.find(store.case(case).demand.hex, Demand).document.faults]


@pytest.fixture
def officer(night: Any, staff: Any, authority: str) -> Any:
    """A signed-in browser at an hour of the day when people work, after a first order."""
    from comity.casefile.clock import Instant

    night.clock.set(Instant.parse(NOON))
    identifier, client, key = portal.enrolled(night, staff, authority)
    client.identifier, client.key = identifier, key
    return client


def test_an_order_from_the_form_to_the_sealed_answer(night: Any, staff: Any, authority: str, officer: Any) -> None:
    night.rule(staff, authority, channels=("portal",))
    first = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]), key="first" * 5)
    night.work_on()
    assert store.case(first).status == "waiting"
    assert codes(first) == ["officer_first_demand"]
    url = night.publish()
    form = orders.order(content_locations=[{"url": url}], order_reference="OFAC-27")
    case = file_order(officer, form)
    night.work_on()
    assert night.board_adapter.seen_by_stranger(url, "EU").gone is True
    assert store.case(case).rule is not None
    page = text(officer.get(f"/orders/{case}/"))
    assert "Annex II" in page
    assert "disabled" in page
    answer = officer.post(f"/orders/{case}/answers/annex-2")
    assert answer.content.startswith(b"%PDF-")
    receipts = [one for one in audit.entries_of(case) if one.kind == "receipt"]
    assert len(receipts) == 1
    proof = re.search(r'href="(/orders/[0-9a-f]{32}/proofs/[0-9a-f]{32})"', page)
    assert proof
    assert officer.get(proof[1]).content.startswith(b"c2sp.org/tlog-proof@v1")
    listed = text(officer.get("/orders/"))
    assert "OFAC-27" in listed
    assert "OFAC-2026-000417" not in text(officer.get("/orders/?search=OFAC-27%00"))
    demand = audit.find(store.case(case).demand.hex, Demand).document
    assert demand.channel.kind.value == "portal"
    assert demand.channel.sender_verified is True
    assert demand.sender.officer == officer.identifier
    assert demand.sender.method == "passkey"
    night.verify_log()


def test_every_finding_is_shown_before_anything_is_filed(night: Any, officer: Any) -> None:
    blank = text(officer.get("/orders/new"))
    assert "Example Board SAS" in blank
    assert "Office central de test" in blank
    form = orders.order(order_reference=None, content_locations=[{"url": "https://board.examp1e/posts/1"}])
    whole = text(officer.post("/orders/new", posted(form) | {"check": "1"}))
    part = text(officer.post("/orders/new/check", posted(form)))
    for page in (whole, part):
        assert "This cannot be carried out as it stands" in page or "A person of the provider" in page
        assert "url_" in page or "made to be taken for one of ours" in page or "not one of ours" in page
    assert "is mandatory and empty" in whole
    assert "OFAC" not in text(officer.get("/orders/"))
    good = text(officer.post("/orders/new/check", posted(orders.order())))
    assert "This cannot be carried out" not in good


def test_what_is_sent_twice_is_one_order(night: Any, officer: Any) -> None:
    form = orders.order(content_locations=[{"url": night.publish()}])
    assert file_order(officer, form) == file_order(officer, form)
    assert len(re.findall(r'<tr><th scope="row">', text(officer.get("/orders/")))) == 1


def test_a_document_that_is_added_under_the_same_key_is_not_lost(night: Any, officer: Any) -> None:
    form = orders.order(content_locations=[{"url": night.publish()}])
    first, pdf = file_order(officer, form), orders.signed_pdf(orders.as_fields_pdf(form), orders.Authority.named())
    second = file_order(officer, form, pdf=pdf)
    assert second != first
    assert file_order(officer, form, pdf=pdf) == second
    assert "signed order.pdf" in [one.exhibit.name for one in night.parts.vault.exhibits(second)]
    assert "signed order.pdf" not in [one.exhibit.name for one in night.parts.vault.exhibits(first)]


def test_the_signed_document_is_verified_and_compared(night: Any, staff: Any, authority: str, officer: Any) -> None:
    file_order(officer, orders.order(content_locations=[{"url": night.publish()}]), key="first" * 5)
    form = orders.order(content_locations=[{"url": night.publish()}], order_reference="OFAC-2")
    signer = orders.Authority.named()
    same = file_order(officer, form, pdf=orders.signed_pdf(orders.as_fields_pdf(form), signer), key="same" * 6)
    assert codes(same) == []
    other = form | {"order_reference": "OFAC-3"}
    printed = orders.as_fields_pdf(form | {"order_reference": "OFAC-9"})
    differs = file_order(officer, other, pdf=orders.signed_pdf(printed, signer), key="differs" * 4)
    assert "form_differs_document" in codes(differs)
    stranger = orders.Authority.named("Somebody else", "x@else.example")
    forged = file_order(
        officer,
        form | {"order_reference": "OFAC-4"},
        pdf=orders.signed_pdf(orders.as_fields_pdf(form | {"order_reference": "OFAC-4"}), stranger),
        key="forged" * 4,
    )
    assert "certificate_unknown" in codes(forged)
    unsigned = file_order(officer, form | {"order_reference": "OFAC-5"}, pdf=orders.as_fields_pdf(form), key="u" * 30)
    assert {"signature_absent", "form_differs_document"} <= set(codes(unsigned))
    exhibits = [one.exhibit.name for one in night.parts.vault.exhibits(same)]
    assert "signed order.pdf" in exhibits
    assert "document" in text(officer.get(f"/orders/{differs}/"))


def test_what_is_no_pdf_is_told_and_not_entered(night: Any, officer: Any) -> None:
    from io import BytesIO

    junk = BytesIO(b"MZ not a pdf")
    junk.name = "order.pdf"
    fields = posted(orders.order()) | {"file": "1", "key": "k" * 24, "document": junk}
    done = officer.post("/orders/new", fields)
    assert done.status_code == 422
    assert "not a PDF" in done.content.decode()


def test_colleagues_see_one_list_and_others_see_nothing(night: Any, staff: Any, authority: str, officer: Any) -> None:
    from comity.casefile.clock import Instant

    case = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]))
    colleague = portal.APPLICATION | {"name": "Bo Petit", "address": "bo.petit@authority.example"}
    _, second, _ = portal.enrolled(night, staff, authority, colleague)
    assert "OFAC-2026-000417" in text(second.get("/orders/"))
    assert "filed by Alix Martin" in text(second.get(f"/orders/{case}/"))
    night.clock.set(Instant.parse("2026-11-23T11:01:00Z"))
    other = night.enrol(staff, orders.Authority.named("Bundestestamt", "orders@bundestestamt.example"), state="DE")
    night.clock.set(Instant.parse("2026-11-23T11:02:00Z"))
    german = portal.APPLICATION | {"authority": "Bundestestamt", "address": "kim@bundestestamt.example"}
    _, third, _ = portal.enrolled(night, staff, other, german)
    assert "OFAC" not in text(third.get("/orders/"))
    theirs, absent = third.get(f"/orders/{case}/"), third.get(f"/orders/{'0' * 32}/")
    assert theirs.status_code == absent.status_code == 404
    assert drawn_anew(theirs) == drawn_anew(absent)
    for name in ("write", "withdraw", "clarify", "extend", "answers/annex-2"):
        mine = third.post(f"/orders/{case}/{name}", {"text": "x", "reasons": "x", "note": "x"})
        none = third.post(f"/orders/{'0' * 32}/{name}", {"text": "x", "reasons": "x", "note": "x"})
        assert mine.status_code == none.status_code
        assert drawn_anew(mine) == drawn_anew(none)


def test_an_unconfirmed_device_may_file_and_sees_nothing(night: Any, staff: Any, authority: str, officer: Any) -> None:
    night.rule(staff, authority, channels=("portal",))
    file_order(officer, orders.order(content_locations=[{"url": night.publish()}]), key="first" * 5)
    other = browser(ELSEWHERE)
    sign_in(other, officer.key)
    url = night.publish()
    fields = posted(orders.order(content_locations=[{"url": url}], order_reference="OFAC-2")) | {"file": "1"}
    done = other.post("/orders/new", fields)
    assert done.headers["Location"] == "/orders/new/filed"
    assert "Received" in text(other.get("/orders/new/filed"))
    night.work_on()
    assert night.board_adapter.seen_by_stranger(url, "EU").gone is False
    case = store.by_number(2)
    assert case.status == "waiting"
    assert case.verified is None
    assert "sender_not_verified" in codes(case.id.hex)
    assert other.get(f"/orders/{case.id.hex}/").headers["Location"] == "/sign-in/confirm"
    unsure = Acting(officer.identifier, authority, "0" * 32, confirmed=False)
    with pytest.raises(RoleMayNot):
        night.docket.my_order(unsure, case.id.hex)


def test_the_thread_of_a_case(night: Any, staff: Any, officer: Any) -> None:
    case = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]))
    sent = officer.post(f"/orders/{case}/write", {"text": "Is <b>it</b> done?"})
    assert sent.headers["Location"].endswith("?said=written")
    (waiting,) = night.docket.threads_waiting(staff.mia)
    assert waiting.number == 1
    assert "&lt;b&gt;it&lt;/b&gt;" in text(officer.get(f"/orders/{case}/"))
    night.docket.answer_thread(case, staff.mia, "In a minute.")
    assert night.docket.threads_waiting(staff.mia) == ()
    page = text(officer.get(f"/orders/{case}/"))
    assert "In a minute." in page
    assert "Mia, Example Board" in page
    assert "the provider wrote" in text(officer.get("/orders/"))
    assert [said.ours for said in night.docket.thread(case, staff.mia)] == [False, True]
    assert officer.post(f"/orders/{case}/write", {"text": "  "}).status_code == 422


def test_a_thread_that_waits_is_not_deleted(night: Any, staff: Any, officer: Any) -> None:
    reference = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]))
    officer.post(f"/orders/{reference}/write", {"text": "Where does it stand?"})
    assert night.docket.threads_waiting(staff.mia)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM docket_thread")


def test_a_clarification_starts_a_new_hour_and_a_withdrawal_ends_it(night: Any, staff: Any, officer: Any) -> None:
    url = night.publish()
    form = orders.order(additional_reasons=None, content_locations=[{"url": url}])
    case = file_order(officer, form)
    night.work_on()
    night.docket.decide(case, staff.mia, answer="clarify", urls=(), reasons="Say why.")
    if store.case(case).status == "second_person":
        night.docket.approve(case, staff.ben)
    night.work_on()
    assert store.case(case).status == "clarifying"
    page = text(officer.get(f"/orders/{case}/"))
    assert "Annex III" in page
    assert "starts a new hour" in page
    fields = {"field": "additional_reasons", "value": "It glorifies the attack.", "note": "Here they are."}
    assert officer.post(f"/orders/{case}/clarify", fields).headers["Location"].endswith("?said=clarified")
    demand = audit.find(store.case(case).demand.hex, Demand).document
    assert demand.form["additional_reasons"] == "It glorifies the attack."
    again = officer.post(f"/orders/{case}/clarify", fields)
    assert again.status_code == 409
    night.work_on()
    done = officer.post(f"/orders/{case}/withdraw", {"reasons": "The wrong video."})
    assert done.headers["Location"].endswith("?said=withdrawn")
    assert store.case(case).status == "dismissed"


def test_information_before_a_first_order(night: Any, staff: Any, authority: str, officer: Any) -> None:
    done = officer.post("/orders/information", {"text": "We send orders by this portal; redress within two months."})
    assert done.status_code == 302
    assert "redress within two months" in text(officer.get("/orders/information"))
    night.clock.set(night.clock.now().plus(timedelta(hours=13)))
    sign_in(officer, officer.key)
    issued = str(night.clock.now())
    form = orders.order(issued_at=issued, content_locations=[{"url": night.publish()}])
    assert "at least twelve hours before" in text(officer.post("/orders/new/check", posted(form)))


def test_rate_and_hour_are_findings_and_never_refusals(night: Any, officer: Any) -> None:
    found: list[set[str]] = []
    for number in range(11):
        form = orders.order(order_reference=f"R-{number}", content_locations=[{"url": portal_url(number)}])
        found.append(set(codes(file_order(officer, form, key=f"{number}" * 24))))
    assert "officer_first_demand" in found[0]
    assert all("officer_rate" not in one for one in found[:10])
    assert "officer_rate" in found[10]
    night.clock.set(night.clock.now().plus(timedelta(hours=11)))
    sign_in(officer, officer.key)
    late = orders.order(order_reference="R-late", content_locations=[{"url": portal_url(99)}])
    assert "officer_hour" in codes(file_order(officer, late, key="l" * 24))


def portal_url(number: int) -> str:
    return f"https://board.example/posts/{7000 + number}"


def test_a_withdrawn_officer_does_nothing_with_an_open_page(
    night: Any, staff: Any, authority: str, officer: Any
) -> None:
    case = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]))
    night.docket.suspend_officer(staff.mia, officer.identifier, "left the service")
    assert officer.post(f"/orders/{case}/write", {"text": "x"}).headers["Location"] == "/sign-in/"
    key = night.docket.officer(officer.identifier, staff.mia).passkeys[0].id
    acting = Acting(officer.identifier, authority, key, confirmed=True)
    with pytest.raises(RoleMayNot):
        night.docket.my_order(acting, case)
    other = Acting(officer.identifier, "0" * 32, key, confirmed=True)
    with pytest.raises((RoleMayNot, NoSuchCase)):
        night.docket.file_order(other, None)


def test_non_disclosure_is_extended_once_by_its_authority(night: Any, staff: Any, authority: str, officer: Any) -> None:
    night.rule(staff, authority, channels=("portal",))
    file_order(officer, orders.order(content_locations=[{"url": night.publish()}]), key="first" * 5)
    now = str(night.clock.now())
    secret = {"nondisclosure": True, "nondisclosure_decided_at": now, "order_reference": "OFAC-S"}
    form = orders.order(content_locations=[{"url": night.publish()}], **secret)
    fields = posted(form) | {"nondisclosure_decided_at": now[:19], "nondisclosure_decided_at.offset": "+00:00"}
    done = officer.post("/orders/new", fields | {"file": "1", "key": "secret" * 4})
    case = done.headers["Location"].split("/")[2]
    night.work_on(until=night.clock.now())
    if store.case(case).status == "waiting":
        night.docket.decide(case, staff.mia, answer="comply", urls=(form["content_locations"][0]["url"],), reasons="x")
        night.work_on(until=night.clock.now())
    assert store.case(case).status == "in_effect"
    assert "Extend non-disclosure" in text(officer.get(f"/orders/{case}/"))
    wanted = {"decided_at": now, "basis": "The investigation goes on."}
    assert officer.post(f"/orders/{case}/extend", wanted | {"decided_at": "tomorrow"}).status_code == 422
    assert officer.post(f"/orders/{case}/extend", wanted).headers["Location"].endswith("?said=extended")
    assert officer.post(f"/orders/{case}/extend", wanted | {"basis": "Again."}).status_code == 409


def test_a_proof_is_given_for_ones_own_answers_only(night: Any, officer: Any) -> None:
    case = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]))
    entry = store.case(case).demand.hex
    assert officer.get(f"/orders/{case}/proofs/{entry}").status_code == 404
    assert officer.get(f"/orders/{case}/answers/annex-2").status_code == 405
    assert officer.post(f"/orders/{case}/answers/annex-2").status_code == 409


def test_the_page_follows_only_while_a_job_moves_the_case(night: Any, officer: Any) -> None:
    case = file_order(officer, orders.order(content_locations=[{"url": night.publish()}]))
    asks = {"HX-Request": "true", "HX-Target": "standing"}
    assert officer.get(f"/orders/{case}/", headers=asks).status_code == 200
    night.work_on()
    still = officer.get(f"/orders/{case}/", headers=asks)
    assert still.status_code == 286
    assert "<html" not in still.content.decode()
