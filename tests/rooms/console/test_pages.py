"""Every page of the console answers, is small, and offers only what this person may do."""

from __future__ import annotations

import pytest
from django.test import Client

from support.console_docket import ConsoleDocket
from support.console_shapes import DE_AUTHORITY, FR_AUTHORITY, make_case
from support.orders import order

PAGES = (
    "/", "/?tab=all", "/?tab=running",  "/?tab=all&search=OFAC", "/cases/417/", "/cases/417/decide",
    "/cases/416/", "/cases/415/", "/cases/415/decide", "/cases/414/", "/cases/413/", "/authorities/",
    f"/authorities/{FR_AUTHORITY}/", f"/authorities/{DE_AUTHORITY}/", "/authorities/propose", "/authorities/import",
    "/rules/", "/complaints/", f"/complaints/{'33' * 16}/", "/paper/", "/staff/", "/log/", "/accounts/factors/",
    "/accounts/logout/", "/accounts/password/", "/nights/", "/nights/order", "/nights/me", "/nights/rosters/new",
    f"/nights/rosters/{'6' * 32}/", "/nights/rules/new", f"/nights/answer/{'5' * 64}/",
    "/workload/", "/workload/?arrivals=6&minutes=12&shape=varied&bound=1&seed=1",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_page_answers_and_is_small(approver: Client, address: str) -> None:
    response = approver.get(address)
    assert response.status_code == 200, response.content[:2000]
    assert len(response.content) < 90_000
    text = response.content.decode()
    assert "<script>" not in text
    assert " style=" not in text
    assert "onclick" not in text
    assert "{{" not in text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] in {"no-store", "max-age=0, no-cache, no-store, must-revalidate, private"}


def test_whole_weight_of_the_case_page(approver: Client) -> None:
    import re

    text = approver.get("/cases/417/").content
    assets = {match.decode() for match in re.findall(rb'"(/assets/[^"]+)"', text)}
    weight = len(text) + sum(len(approver.get(address).content) for address in assets)
    assert len(assets) == 4
    assert weight < 150_000


def test_assets_are_cached_by_digest_and_only_known_ones_are_served(approver: Client) -> None:
    from comity.console import assets

    address = assets.address("console.css")
    response = approver.get(address, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
    assert len(assets.asset("console.css").body) < 25_000
    assert approver.get("/assets/0000000000000000/console.css").status_code == 404
    assert approver.get(address.replace("console.css", "..%2F..%2Fsettings.py")).status_code == 404


def test_docket_shows_the_running_clock_and_counts(moderator: Client) -> None:
    text = moderator.get("/").content.decode()
    assert "50 min left" in text
    assert 'datetime="2026-11-23T02:13:04Z"' in text
    assert "late by" in text
    assert text.index("late by") < text.index("50 min left")


def test_docket_refreshes_only_its_lines(moderator: Client) -> None:
    text = moderator.get("/", headers={"HX-Request": "true", "HX-Target": "lines"}).content.decode()
    assert "<table" in text
    assert "<html" not in text


def test_search_for_a_number_opens_the_case(moderator: Client) -> None:
    assert moderator.get("/?search=417").headers["Location"] == "/cases/417/"


def test_unknown_tab_goes_to_the_docket(moderator: Client) -> None:
    assert moderator.get("/?tab=secret").headers["Location"] == "/"


def test_a_page_of_fifty_lines_and_the_next(moderator: Client, house: ConsoleDocket) -> None:
    for number in range(1000, 1120):
        house.cases[number] = make_case(number)
    text = moderator.get("/").content.decode()
    assert text.count('scope="row"') == 50
    assert 'rel="next"' in text
    assert "cursor=50" in text


def test_case_page_says_what_fails_with_article_certainty_and_computation(moderator: Client) -> None:
    text = moderator.get("/cases/417/").content.decode()
    assert "2021/784 Art 3(5)" in text
    assert "checked against the official text" in text
    assert "Plus 1 hour" in text
    assert "(02:13 +01:00)" in text
    assert "Never the number in the message" in text
    assert "tel:+33 1 40 00 00 17" in text
    assert ".tlog-proof" in text
    assert "What is missing" in text


def test_case_clocks_refresh_as_a_fragment(moderator: Client) -> None:
    text = moderator.get("/cases/417/", headers={"HX-Request": "true", "HX-Target": "clocks"}).content.decode()
    assert "left" in text
    assert "<html" not in text


def test_first_look_is_entered_once(moderator: Client, house: ConsoleDocket) -> None:
    moderator.get("/cases/417/")
    moderator.get("/cases/417/")
    assert [call[0] for call in house.calls].count("opened") == 1


def test_second_person_sees_the_draft_and_what_will_happen(approver: Client) -> None:
    text = approver.get("/cases/415/decide").content.decode()
    assert "As the second person" in text
    assert "Annex III goes to the authority" in text
    assert "Approve it" in text


def test_case_that_does_not_exist_says_what_to_do(moderator: Client) -> None:
    response = moderator.get("/cases/99999/")
    assert response.status_code == 404
    assert b"no_such_case" in response.content


def test_error_pages_say_what_to_do(moderator: Client) -> None:
    response = moderator.get("/nowhere")
    assert response.status_code == 404
    assert b"Look for the case on the docket" in response.content


def test_auditor_reads_and_is_offered_no_command(auditor: Client) -> None:
    text = auditor.get("/cases/417/").content.decode()
    assert "/cases/417/decide" not in text
    decide = auditor.get("/cases/417/decide").content.decode()
    assert "Nothing to decide here now" in decide


def test_proofs_and_answers_are_files_in_a_sandbox(moderator: Client) -> None:
    for address in (f"/entries/{'ab' * 16}.tlog-proof", f"/cases/416/answers/{'77' * 16}.pdf"):
        response = moderator.get(address)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_case_that_a_job_moves_is_followed(moderator: Client) -> None:
    moderator.post("/cases/414/clarified", {"note": "x", "received_at": "2026-11-23T01:00:00Z"})
    assert "the page follows" in moderator.get("/cases/414/").content.decode()
    assert "Look again" in moderator.get("/cases/414/decide").content.decode()
    assert "the page follows" not in moderator.get("/cases/417/").content.decode()


def test_addresses_elsewhere_are_shown_and_not_chosen(moderator: Client, house: ConsoleDocket) -> None:
    places = [{"url": "https://board.example/posts/1"}, {"url": "https://board.example.evil.example/posts/2"}]
    house.cases[500] = make_case(500, verified=True, form=order(content_locations=places))
    assert "not on our hosts" in moderator.get("/cases/500/").content.decode()
    shown = moderator.get("/cases/500/decide")
    assert shown.context["decide_form"].initial["urls"] == ["https://board.example/posts/1"]
    assert shown.context["decide_form"].initial["answer"] == "comply_in_part"
