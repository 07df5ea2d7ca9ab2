"""Drills: marked everywhere, counted nowhere, and never at anything real, whoever decides whatever."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from email.message import EmailMessage

import pytest

from comity.cli import main
from comity.docket import drilling, drills
from comity.docket.drilling import DrillRefused
from comity.main import drilling as command
from support import orders
from support.nights import KEY

NONCE = "0123456789abcdef"
MARK = drills.reference(NONCE, KEY)


def drill(nights, url: str, *, name: str = drilling.NAME, reference: str = MARK) -> str:
    """A drill by e-mail; gives its case."""
    form = drilling.order(nights.parts.provider, reference=reference, url=url, at=nights.now, issuer=name)
    message = EmailMessage()
    message["Message-ID"], message["From"] = f"<{reference}@drill.invalid>", "drill@drill.invalid"
    message.set_content("drill")
    message.add_attachment(json.dumps(form).encode(), "application", "json", filename="order.json")
    nights.watch.night.mail(message.as_bytes(), "drill@drill.invalid")
    nights.look()
    return nights.watch.case(1).line.case


@pytest.fixture
def url(nights) -> str:
    """An address with a real post behind it."""
    return str(nights.watch.night.publish())


def test_a_drill_calls_people_as_a_real_order_would_and_says_that_it_is_one(nights, url):
    case = drill(nights, url)
    line = nights.watch.case(1).line
    assert (line.test, line.status, line.needs_person) == (True, "waiting", True)
    assert nights.rung("mia") == 1
    assert nights.phones.posts[0][1]["x-title"].startswith("DRILL")
    assert nights.entries(case, "drill")[0]["reference"] == MARK
    assert all(alarm["drill"] for alarm in nights.entries(case, "alarm"))
    assert nights.alarm().drill
    assert nights.docket.page(tab="pending", search="", cursor=None, viewer=nights.watch.staff.mia).lines[0].test
    found = nights.docket.workload(nights.watch.staff.mia)
    assert found.shown == 0


def test_a_person_who_complies_with_a_drill_ends_it_before_the_act(nights, url):
    case = drill(nights, url)
    nights.watch.decide("comply", url)
    nights.look()
    assert nights.watch.status() == "dismissed"
    assert nights.watch.gone(url) is False
    assert nights.entries(case, "act") == nights.entries(case, "form_reply") == nights.entries(case, "notice") == []
    stages = [stage.what for stage in drilling.progress(MARK).stages]
    assert {"received", "assessed", "alarm", "first page sent", "ended before the act"} <= set(stages)
    assert drilling.progress(MARK).over


@pytest.mark.parametrize(
    "reference",
    [
        "DRILL-0123456789abcdef-" + "0" * 32,
        drills.reference(NONCE, b"another key"),
        drills.reference("f" * 16, KEY).replace("f" * 16, NONCE),
        f"X{MARK}",
        MARK.lower(),
        MARK + " 2",
    ],
)
def test_nobody_outside_can_mark_an_order_as_a_drill(nights, url, reference):
    case = drill(nights, url, reference=reference)
    assert not nights.watch.case(1).line.test
    assert nights.entries(case, "drill") == []
    assert "DRILL" not in nights.phones.posts[0][1]["x-title"]


def test_a_mark_that_was_seen_marks_no_second_order(nights, url):
    drill(nights, url)
    assert nights.watch.case(1).line.test
    form = drilling.order(nights.parts.provider, reference=MARK, url=url, at=nights.now, issuer=drilling.NAME)
    message = EmailMessage()
    message["Message-ID"], message["From"] = "<another@drill.invalid>", "stranger@else.example"
    message.set_content("drill")
    message.add_attachment(json.dumps(form).encode(), "application", "json", filename="order.json")
    nights.watch.night.mail(message.as_bytes(), "stranger@else.example")
    nights.look()
    assert not nights.watch.case(2).line.test


def test_an_order_of_a_real_authority_is_no_drill_whatever_it_says(nights, url):
    nights.watch.order(url, order_reference=MARK)
    assert nights.watch.case(1).line.verified
    assert not nights.watch.case(1).line.test


def test_without_a_key_nothing_is_a_drill():
    assert not drills.is_drill({"order_reference": drills.reference(NONCE, b"")}, b"")
    assert not drills.is_drill({}, KEY)
    assert not drills.is_drill({"order_reference": ["DRILL"]}, KEY)


def _enrolled(nights, name: str) -> tuple[str, str]:
    signer = orders.Authority.named(name, f"{name.rpartition(' ')[2].lower()}@drill.example")
    authority = nights.watch.night.enrol(nights.watch.staff, signer)
    return authority, nights.watch.night.client(nights.watch.staff, authority)


def _filed(nights, authority: str, client: str, url: str, name: str) -> None:
    form = drilling.order(nights.parts.provider, reference=MARK, url=url, at=nights.now, issuer=name)
    nights.watch.night.file(authority, client, form)
    nights.watch.night.work_on()
    nights.look()


def test_not_even_a_standing_rule_lets_a_drill_touch_what_is_not_made_for_drills(nights, url):
    tonight = nights.now
    nights.watch.night.clock.set(tonight.plus(timedelta(days=-9)))
    authority, client = _enrolled(nights, "Comity drill Paris")
    nights.watch.night.rule(nights.watch.staff, authority)
    nights.watch.night.clock.set(tonight)
    _filed(nights, authority, client, url, "Comity drill Paris")
    assert nights.watch.status() == "waiting"
    assert nights.watch.gone(url) is False
    nights.later(58)
    assert nights.watch.gone(url) is False
    assert drilling.name_of_client(client) == "Comity drill Paris"


@pytest.mark.parametrize("reference", ["OFAC-2026-000417", "DRILL-0123456789abcdef-" + "0" * 32, MARK])
def test_what_the_authority_kept_for_drills_files_is_never_real(nights, url, reference):
    """Forgotten, forged or used, the mark makes no difference: whoever holds the drills' secret removes nothing."""
    tonight = nights.now
    nights.watch.night.clock.set(tonight.plus(timedelta(days=-9)))
    authority, client = _enrolled(nights, "Comity drill Paris")
    nights.watch.night.rule(nights.watch.staff, authority)
    nights.watch.night.clock.set(tonight)
    for number in range(2):
        form = drilling.order(
            nights.parts.provider, reference=reference, url=url, at=nights.now, issuer="Office central de test"
        )
        form["issuer"]["file_no"] = f"PV-{number}"
        nights.watch.night.file(authority, client, form)
        nights.watch.night.work_on()
    assert nights.watch.case(1).line.test
    assert nights.watch.case(2).line.test
    assert nights.watch.gone(url) is False
    assert nights.entries(nights.watch.case(1).line.case, "act") == []


def test_who_writes_the_drills_name_into_an_order_drills_nothing(nights, url):
    issuer = {**orders.order()["issuer"], "name": drilling.NAME}
    nights.watch.order(url, issuer=issuer)
    assert not nights.watch.case(1).line.test


def test_where_the_platform_keeps_an_account_for_drills_the_act_is_tried_too(nights, url):
    account = nights.parts.content.describe(nights.parts.content.resolve(url).item).account
    lit = dataclasses.replace(nights.parts, nights=dataclasses.replace(nights.parts.nights, drill_account=account))
    assert drills.may_act([url], lit)
    assert not drills.may_act([url], nights.parts)
    assert not drills.may_act([], lit)
    assert not drills.may_act([url, "https://board.example/posts/nothing"], lit)
    other = dataclasses.replace(lit, nights=dataclasses.replace(lit.nights, drill_account="somebody-else"))
    assert not drills.may_act([url], other)


@pytest.mark.parametrize("name", ["Office central de test", "Police", "office central", "Drill", ""])
def test_a_drill_in_an_authority_s_name_is_refused(nights, name):
    with pytest.raises(DrillRefused):
        drilling.check_name(name)


def test_a_name_that_holds_a_real_one_is_refused_too(nights):
    with pytest.raises(DrillRefused, match="could be taken"):
        drilling.check_name("Comity drill of Office central de test")
    drilling.check_name("Comity drill")


def test_a_real_authority_s_client_drills_nothing(nights):
    with pytest.raises(DrillRefused, match="nobody drills"):
        drilling.name_of_client(nights.watch.client)
    with pytest.raises(DrillRefused, match="no such"):
        drilling.name_of_client("nobody")


def test_the_command_sends_through_the_real_receiver_and_follows(nights, url):
    from django.db import connections

    from comity.docket import filing
    from comity.intake.smtp import MailReceiver, MailSettings
    from comity.settings import Settings
    from support.board import free_port

    port, said = free_port(), []

    def keep(message) -> None:
        filing.keep(nights.parts, message)
        connections.close_all()

    receiver = MailReceiver(
        MailSettings(host="127.0.0.1", port=port, recipients=("orders@board.example",)),
        keep,
        lambda _domain: False,
        nights.parts.clock,
    )
    receiver.start()
    try:
        settings = Settings(smtp_address=f"127.0.0.1:{port}", contact_email="orders@board.example")
        form = drilling.order(nights.parts.provider, reference=MARK, url=url, at=nights.now, issuer=drilling.NAME)
        command._mail(settings, form, MARK, nights.now)
    finally:
        receiver.stop()
    nights.watch.night.work_on()
    nights.look()
    nights.watch.decide("comply", url)
    assert command._follow(MARK, 1, said.append) == 0
    assert any("first page sent" in line for line in said)
    assert said[-1] == "case C-1 is dismissed"


def test_the_command_says_what_belongs_together(capsys):
    assert main(["drill", "--client", "x"], {"read_pdf": None, "drill": lambda *_: 0}) == 2
    assert "belong together" in capsys.readouterr().err
