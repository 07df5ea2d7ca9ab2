"""What staff command reaches the docket as they meant it, and what they may not command does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.casefile.clock import Instant
from comity.registry.duties import Role
from support.console_docket import ConsoleDocket
from support.console_shapes import DE_AUTHORITY, FR_AUTHORITY


def last(house: ConsoleDocket, name: str) -> Any:
    return next(given for called, given in reversed(house.calls) if called == name)


def test_the_02_13_path(moderator: Client, house: ConsoleDocket) -> None:
    call = {"number": "+33 1 40 00 00 17", "spoken_to": "duty desk", "confirmed": "yes"}
    answer = moderator.post("/cases/417/authenticate", call)
    assert answer.headers["Location"] == "/cases/417/decide"
    page = moderator.get("/cases/417/decide").content.decode()
    assert 'value="comply" id="id_answer_0" required checked' in page
    assert "First: is it really them?" not in page
    answer = moderator.post("/cases/417/decide", {"answer": "comply", "reasons": "In good form (Art 3(4))."})
    assert answer.headers["Location"] == "/cases/417/"
    assert last(house, "decide")["urls"] == ("https://board.example/posts/1001", "https://board.example/posts/1002")
    assert "Entered: Comply." in moderator.get("/cases/417/").content.decode()


def test_departing_from_the_proposal_waits_for_another_person(
    moderator: Client, approver: Client, house: ConsoleDocket
) -> None:
    moderator.post("/cases/417/decide", {"answer": "refuse", "reasons": "Impossible (Art 3(7))."})
    assert house.cases[417].line.status == "second_person"
    assert moderator.post("/cases/417/approve").status_code == 403
    assert approver.post("/cases/417/approve").status_code == 302
    assert last(house, "approve") == "refuse"


def test_nobody_is_their_own_second_person(house: ConsoleDocket, entered: Callable[..., Client]) -> None:
    both = entered(house, "both", Role.MODERATOR, Role.APPROVER)
    both.post("/cases/417/decide", {"answer": "refuse", "reasons": "No."})
    assert "nobody is their own second person" in both.get("/cases/417/decide").content.decode()
    response = both.post("/cases/417/approve")
    assert b"registry.same_person" in response.content
    assert response.status_code == 409


def test_in_part_needs_addresses_of_this_order(moderator: Client, house: ConsoleDocket) -> None:
    answer = {"answer": "comply_in_part", "reasons": "One is not ours."}
    assert moderator.post("/cases/417/decide", answer).status_code == 422
    foreign = {**answer, "urls": ["https://board.example/posts/9999"]}
    assert moderator.post("/cases/417/decide", foreign).status_code == 422
    moderator.post("/cases/417/decide", {**answer, "urls": ["https://board.example/posts/1002"]})
    assert last(house, "decide")["urls"] == ("https://board.example/posts/1002",)


@pytest.mark.parametrize(
    ("answer", "reasons"), [("", "x"), ("object", "x"), ("comply", ""), ("comply", "x" * 9000), ("delete", "x")]
)
def test_unusable_decisions_enter_nothing(moderator: Client, house: ConsoleDocket, answer: str, reasons: str) -> None:
    response = moderator.post("/cases/417/decide", {"answer": answer, "reasons": reasons})
    assert response.status_code == 422
    assert "Nothing was entered" in response.content.decode()
    assert "decide" not in [call[0] for call in house.calls]


def test_a_case_that_moved_is_refused_with_its_code(moderator: Client) -> None:
    response = moderator.post("/cases/416/decide", {"answer": "comply", "reasons": "x"})
    assert response.status_code == 409
    assert b"not_your_turn" in response.content


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/cases/417/decide", {"answer": "comply", "reasons": "x"}),
        ("/cases/415/approve", {}),
        ("/cases/415/disagree", {"because": "x"}),
        ("/cases/417/dismiss", {"because": "x"}),
        ("/cases/417/authenticate", {"number": "+33 1 40 00 00 17", "spoken_to": "x", "confirmed": "yes"}),
        ("/cases/414/clarified", {"note": "x", "received_at": "2026-11-23T01:00:00Z"}),
        ("/cases/416/scrutiny", {"authority": "x", "infringement": "yes", "reasons": "x"}),
        (f"/authorities/{FR_AUTHORITY}/suspend", {"because": "x"}),
        (f"/authorities/{DE_AUTHORITY}/confirm", {}),
        (f"/rules/{'22' * 16}/approve", {}),
        (f"/rules/{'11' * 16}/withdraw", {"because": "x"}),
        (f"/complaints/{'44' * 16}/", {"outcome": "reject", "reasons": "x"}),
    ],
)
def test_an_auditor_changes_nothing(auditor: Client, address: str, fields: dict[str, str]) -> None:
    response = auditor.post(address, fields)
    assert response.status_code == 403, response.content[:500]
    assert b"not_your_duty" in response.content


def test_commands_are_never_given_by_get(approver: Client, house: ConsoleDocket) -> None:
    for address in ("/cases/415/approve", "/cases/415/disagree", f"/authorities/{FR_AUTHORITY}/confirm"):
        assert approver.get(address).status_code == 405
    assert house.calls == []


def test_the_second_person_may_disagree(approver: Client, house: ConsoleDocket) -> None:
    assert approver.post("/cases/415/disagree", {"because": ""}).status_code == 422
    approver.post("/cases/415/disagree", {"because": "Section G is on page 2."})
    assert house.cases[415].line.status == "waiting"


def test_clarification_and_scrutiny_reach_the_docket(moderator: Client, house: ConsoleDocket) -> None:
    fields = {"field": "redress.body", "value": "Tribunal administratif", "note": "By e-mail."}
    assert moderator.post("/cases/414/clarified", fields).status_code == 422  # nobody said when it came
    moderator.post("/cases/414/clarified", {**fields, "received_at": "2026-11-23T02:00:00+01:00"})
    assert last(house, "clarified")["received_at"] == Instant.parse("2026-11-23T01:00:00Z")
    assert last(house, "clarified")["changes"] == {"redress": {"body": "Tribunal administratif"}}
    decision = SimpleUploadedFile("decision.pdf", b"%PDF-1.7", "application/pdf")
    fields = {"authority": "OCLCTIC", "infringement": "yes", "reasons": "Manifest."}
    moderator.post("/cases/416/scrutiny", {**fields, "document": decision})
    assert last(house, "scrutiny")["infringement"] is True
    script = SimpleUploadedFile("decision.html", b"<script>", "text/html")
    assert moderator.post("/cases/416/scrutiny", {**fields, "document": script}).status_code == 422
    assert moderator.post("/cases/416/scrutiny", {"authority": ""}).status_code == 422


def test_paper_order_keeps_its_time_of_receipt(moderator: Client, house: ConsoleDocket) -> None:
    fields = {
        "received_at": "2026-11-23T02:00:00+01:00", "order_reference": "P-1", "issuer__name": PARIS,
        "content_locations": "https://board.example/posts/7\n\nhttps://board.example/posts/8",
        "grounds": ["INCITES"], "redress__deadline__n": "2", "redress__deadline__unit": "months",
        "scan": SimpleUploadedFile("scan.pdf", b"%PDF-1.7", "application/pdf"),
    }  # fmt: skip
    response = moderator.post("/paper/", fields)
    assert response.headers["Location"] == "/cases/418/", response.content[:3000]
    given = last(house, "file_paper")
    assert str(given["at"]) == "2026-11-23T02:00:00+01:00"
    assert given["form"]["redress"]["deadline"] == {"n": 2, "unit": "months"}
    assert [place["url"][-1] for place in given["form"]["content_locations"]] == ["7", "8"]


PARIS = "Office central"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "2026-11-23 02:00"),
        ("received_at", ""),
        ("order_reference", ""),
        ("content_locations", ""),
        ("scan", SimpleUploadedFile("scan.html", b"<script>", "text/html")),
        ("grounds", ["EVERYTHING"]),
    ],
)
def test_unusable_paper_orders_enter_nothing(moderator: Client, house: ConsoleDocket, field: str, value: Any) -> None:
    fields: dict[str, Any] = {
        "received_at": "2026-11-23T02:00:00+01:00", "order_reference": "P-1", "issuer__name": PARIS,
        "content_locations": "https://board.example/posts/7",
        "scan": SimpleUploadedFile("scan.pdf", b"%PDF-1.7", "application/pdf"),
    }  # fmt: skip
    assert moderator.post("/paper/", {**fields, field: value}).status_code == 422
    assert "file_paper" not in [call[0] for call in house.calls]


def test_rules_take_two_people(approver: Client, house: ConsoleDocket) -> None:
    fields = {"authority": FR_AUTHORITY, "channels": ["api"], "valid_until": "2027-01-01T00:00:00Z", "why": "Nightly."}
    assert approver.post("/rules/", fields).status_code == 302
    mine = house.rule_lines[-1]
    assert approver.post(f"/rules/{mine.rule}/approve").status_code == 409
    assert approver.post(f"/rules/{'22' * 16}/approve").status_code == 302
    assert approver.post(f"/rules/{'11' * 16}/withdraw", {"because": "Compromised."}).status_code == 302
    assert approver.post("/rules/", {**fields, "channels": ["paper"]}).status_code == 422
    assert approver.post("/rules/", {**fields, "authority": DE_AUTHORITY}).status_code == 422


def test_complaints_show_only_open_outcomes(moderator: Client, house: ConsoleDocket) -> None:
    assert 'value="reinstate"' not in moderator.get(f"/complaints/{'33' * 16}/").content.decode()
    refused = moderator.post(f"/complaints/{'33' * 16}/", {"outcome": "reinstate", "reasons": "x"})
    assert refused.status_code == 422
    moderator.post(f"/complaints/{'44' * 16}/", {"outcome": "reinstate", "reasons": "Withdrawn."})
    assert last(house, "decide_complaint")["outcome"] == "reinstate"
    assert moderator.get(f"/complaints/{'55' * 16}/").status_code == 404


def test_registry_commands(approver: Client, house: ConsoleDocket) -> None:
    fields = {
        "name": "Garda", "member_state": "IE", "roles": ["12(1)(a)"], "mail_domains": "garda.example",
        "feedback_contact": "tco@garda.example", "number": "+35316660000", "first_source": "official_site",
        "first_place": "https://garda.example/contact", "second_source": "commission_register", "second_place": "IE-1",
    }  # fmt: skip
    assert approver.post("/authorities/propose", fields).status_code == 302
    assert approver.post("/authorities/propose", {**fields, "member_state": "US"}).status_code == 422
    address = f"/authorities/{FR_AUTHORITY}"
    call = {"number": "e5" * 16, "spoken_to": "desk", "outcome": "verified"}
    assert approver.post(f"{address}/call-back", call).status_code == 302
    assert approver.post(f"{address}/call-back", {**call, "number": "ff" * 16}).status_code == 422
    certificate = {"label": "seal", "certificate": SimpleUploadedFile("a.pem", b"-----BEGIN")}
    assert approver.post(f"{address}/certificates", certificate).status_code == 302
    assert approver.post(f"{address}/certificates", {"label": "seal"}).status_code == 422
    assert approver.post(f"{address}/certificates/{'c3' * 16}/confirm").status_code == 302
    assert approver.post(f"{address}/confirm").status_code == 302
    assert b"secret of filing" in approver.post(f"{address}/clients", {"label": "filing"}).content
    assert approver.post(f"{address}/clients", {"label": ""}).status_code == 422
    assert approver.post(f"{address}/suspend", {"because": ""}).status_code == 422
    assert approver.post(f"{address}/suspend", {"because": "A look-alike."}).status_code == 302
    register = {"source": "Commission", "file": SimpleUploadedFile("r.yaml", b"x")}
    assert b"line 7" in approver.post("/authorities/import", register).content
    assert approver.get(f"/authorities/{'00' * 16}/").status_code == 404


@pytest.mark.parametrize("address", ["/rules/", "/nights/"])
def test_who_approves_a_rule_is_told_what_the_platform_cannot_undo(
    house: ConsoleDocket, approver: Client, address: str
) -> None:
    assert "cannot be undone" not in approver.get(address).content.decode()
    house.not_undone = "the <b>homeserver</b> cannot undo a redaction"
    page = approver.get(address).content.decode()
    assert "What a rule does here cannot be undone" in page
    assert "the &lt;b&gt;homeserver&lt;/b&gt; cannot undo a redaction" in page
