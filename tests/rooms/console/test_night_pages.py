"""The pages of nights: rosters typed and refused, alarms acknowledged, links that a scanner cannot answer."""

from __future__ import annotations

from django.test import Client

from comity.registry.duties import Role
from support.console_docket import ConsoleDocket
from support.console_nights import TOKEN

LINK = f"/nights/answer/{TOKEN}/"


def test_what_rings_can_be_acknowledged_with_one_button(approver: Client, house: ConsoleDocket) -> None:
    text = approver.get("/nights/").content.decode()
    assert "I have case 417" in text
    assert "Annex III lies ready" in text
    assert "Nobody has sent this and nothing sends it" in text
    assert approver.post(f"/nights/alarms/{417:032x}/acknowledge").status_code == 302
    assert ("acknowledge", f"{417:032x}") in house.calls


def test_a_gap_ahead_is_a_warning_on_the_docket_too(approver: Client) -> None:
    for address in ("/", "/nights/"):
        assert "Nobody is on call" in approver.get(address).content.decode()


def test_looking_at_a_link_answers_nothing_and_it_answers_once(approver: Client, house: ConsoleDocket) -> None:
    for _ in range(3):
        shown = approver.get(LINK)
        assert "This is a drill." in shown.content.decode()
    assert house.calls == []
    assert approver.post(LINK).status_code == 302
    assert approver.post(LINK).status_code == 409


def test_a_link_asks_a_stranger_to_log_in_and_comes_back(house: ConsoleDocket) -> None:
    answer = Client().get(LINK)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next={LINK}"


def test_a_link_of_somebody_else_is_refused_in_words(approver: Client) -> None:
    answer = approver.get(f"/nights/answer/{'0' * 64}/")
    assert answer.status_code == 409
    assert "nights.link_spent" in answer.content.decode()


def test_a_roster_that_cannot_be_read_says_why_and_loses_nothing(approver: Client, house: ConsoleDocket) -> None:
    fields = {"name": "Second line", "zone": "Europe/Paris", "shifts": "daily 20:00-08:00 Anna", "exchanges": ""}
    answer = approver.post("/nights/rosters/new", fields)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Nobody of the staff is called “Anna”." in text
    assert "daily 20:00-08:00 Anna" in text
    fields["shifts"] = "daily 20:00-08:00 Jonas Weber"
    assert approver.post("/nights/rosters/new", fields).status_code == 302
    assert house.calls[-1][0] == "save_roster"


def test_an_unknown_roster_is_not_found(approver: Client) -> None:
    assert approver.get(f"/nights/rosters/{'0' * 32}/").status_code == 404


def test_every_command_reaches_the_docket(approver: Client, house: ConsoleDocket) -> None:
    rule = "7" * 32
    for address, fields in (
        ("/nights/order", {"lines": "0 First line", "unanswered_minutes": "10"}),
        ("/nights/me", {"push": "topic-camille-2", "email": "", "webhook": "not set up, so not asked"}),
        (f"/nights/rosters/{'6' * 32}/end", {}),
        (f"/nights/rules/{rule}/approve", {}),
        (f"/nights/rules/{rule}/withdraw", {"because": "no longer"}),
    ):
        assert approver.post(address, fields).status_code == 302, address
    assert [name for name, _ in house.calls] == [
        "save_ladder", "save_contact", "end_roster", "approve_night_rule", "withdraw_night_rule",
    ]  # fmt: skip
    assert house.calls[1][1] == {"push": "topic-camille-2", "email": ""}
    assert approver.get(f"/nights/rules/{rule}/approve").status_code == 405


def test_who_has_no_part_in_cases_is_offered_nothing(house: ConsoleDocket) -> None:
    from support.console_staff import log_in, make_user

    user, _ = make_user("auditor")
    house.add_person(user.pk, "Auditor", Role.AUDITOR)
    client = Client()
    log_in(client, user)
    text = client.get("/nights/").content.decode()
    assert "I have case" not in text
    assert "Propose a rule" not in text
    assert "New roster" not in text
