"""An order under 2022/2065 Art 9, from its receipt to what its authority and its recipient are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import FormReply, Notice
from comity.casefile.documents.demand import Demand
from comity.decision.errors import NotVerified, OrderUnread
from comity.docket import store
from comity.docket.errors import NoSuchCase, NotExtensible
from comity.docket.recount import recount
from support.night import FILING
from support.watch import Watch

ORDER: dict[str, Any] = {
    "instrument": "eu-dsa-art9", "issuing_state": "FR", "addressee": "Example Board SAS", "contact": "o@example.org",
    "issued_at": "2026-11-23T00:00:00Z", "legal_basis": "Article 6-1 of the law of 21 June 2004",
    "reasons": "It shows what the law forbids to show.", "provisions": "Article 227-23 of the criminal code",
    "redress": "Administrative court of Paris, within two months", "territorial_scope": "EU", "language": "en",
}  # fmt: skip


@pytest.fixture
def watch(night):
    return Watch.begin(night, roles=FILING)


def order(watch: Watch, *urls: str, **changes: Any) -> str:
    watch.filed += 1
    form = {**ORDER, "authority": watch.signer.name, "reference": f"OC-{watch.filed}", **changes}
    form["content_locations"] = [{"url": url} for url in urls]
    view = watch.night.file(watch.authority, watch.client, form, key=f"art9-{watch.filed}")
    watch.views.append(view)
    watch.night.work_on()
    return view.reference


def row(case: str) -> Any:
    return store.case(case)


def bodies(case: str, kind: str) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in audit.entries_of(case) if one.kind == kind and one.body]


def clocks(watch: Watch, case: str) -> dict[str, str]:
    return {one.deadline.id: one.state for one in watch.night.docket.case(row(case).number, watch.staff.mia).clocks}


def comply(watch: Watch, case: str, *urls: str) -> None:
    watch.night.docket.decide(case, watch.staff.mia, answer="comply", urls=urls, reasons="It is complete.")
    watch.night.docket.approve(case, watch.staff.ben) if row(case).status == "second_person" else None
    watch.night.work_on()


def test_from_receipt_to_effect_answer_and_recipient(watch):
    watch.night.rule(watch.staff, watch.authority)  # for removal orders: it never speaks here
    url = watch.night.publish()
    case = order(watch, url)
    assert (row(case).instrument, row(case).status) == ("eu-dsa-art9", "waiting")
    assert audit.find(row(case).demand.hex, Demand).document.channel.sender_verified is True
    assert clocks(watch, case)["acknowledge"] == "met"
    comply(watch, case, url)
    assert row(case).status == "in_effect"
    assert watch.night.board_adapter.seen_by_stranger(url, "EU").gone is True
    (reply,) = bodies(case, FormReply.kind)
    assert reply["form"] == "letter-effect"
    assert reply["fields"]["effect_given"] == "FULL"
    assert reply["fields"]["effect_at"]
    assert reply["fields"]["territory"] == "EU"
    assert {name: clocks(watch, case)[name] for name in ("report_effect", "inform_recipient")} == {
        "report_effect": "met",
        "inform_recipient": "met",
    }
    assert clocks(watch, case)["provider_retention"] == "running"
    assert "remove_or_disable" not in clocks(watch, case)
    (notice,) = bodies(case, Notice.kind)
    for said in ("Article 9(5)", ORDER["redress"], ORDER["provisions"], ORDER["reasons"], "in EU"):
        assert said in notice["text"]
    assert "terrorist" not in notice["text"]
    assert "2021/784" not in json.dumps(reply["fields"])
    assert list(recount()) == []
    watch.night.verify_log()


def test_it_has_effect_where_it_says_and_nowhere_else(watch):
    url = watch.night.publish()
    case = order(watch, url, territorial_scope="FR")
    comply(watch, case, url)
    assert row(case).status == "in_effect"
    look = watch.night.board_adapter.seen_by_stranger
    assert (look(url, "FR").gone, look(url, "DE").gone) == (True, False)
    watch.night.docket.withdraw(case, watch.says(b"{}"), reasons="A mistake.")
    watch.night.docket.scrutiny(case, watch.staff.mia, authority="x", infringement=True, reasons="Withdrawn.")
    watch.night.work_on()
    assert look(url, "FR").gone is False
    assert row(case).status == "reinstated"


@pytest.mark.parametrize("said", ["France", "FR and DE", "", "US", ["FR"], None])
def test_a_territory_that_cannot_be_read_is_not_guessed(watch, said):
    url = watch.night.publish()
    case = order(watch, url, territorial_scope=said)
    with pytest.raises(OrderUnread):
        watch.night.docket.decide(case, watch.staff.mia, answer="comply", urls=(url,), reasons="It is complete.")
    assert watch.night.board_adapter.seen_by_stranger(url, "EU").gone is False


def test_an_order_that_is_too_vague_is_asked_about_and_answered_by_letter(watch):
    url = watch.night.publish()
    case = order(watch, url, redress="")
    watch.night.docket.decide(case, watch.staff.mia, answer="clarify", urls=(), reasons="Which court?")
    if row(case).status == "second_person":
        watch.night.docket.approve(case, watch.staff.ben)
    watch.night.work_on()
    assert row(case).status == "clarifying"
    (reply,) = bodies(case, FormReply.kind)
    assert (reply["fields"]["effect_given"], reply["fields"]["effect_reason"]) == ("NONE", "DEFECTIVE_ORDER")
    assert reply["fields"]["questions"] == "Which court?"
    assert watch.night.board_adapter.seen_by_stranger(url, "EU").gone is False


def test_the_recipient_is_told_when_the_authority_said_and_not_before(watch):
    url = watch.night.publish()
    until = watch.night.clock.now().plus(timedelta(days=2))
    case = order(watch, url, recipients_informed_by=str(until))
    comply(watch, case, url)
    assert row(case).status == "in_effect"
    assert bodies(case, Notice.kind) == []
    with pytest.raises(NotExtensible):
        watch.night.docket.extend_silence(case, watch.says(b"{}"), decided_at=watch.night.clock.now())
    watch.later(days=2, minutes=1)
    watch.night.work_on()
    assert len(bodies(case, Notice.kind)) == 1
    assert clocks(watch, case)["provider_retention"] == "running"


@pytest.mark.parametrize(
    "said", [{"recipients_informed_by": "tomorrow"}, {"nondisclosure": True}, {"secrecy_until": "x"}]
)
def test_a_silence_without_a_readable_end_lets_nothing_be_done(watch, said):
    url = watch.night.publish()
    case = order(watch, url, **said)
    with pytest.raises(OrderUnread):
        comply(watch, case, url)
    assert watch.night.board_adapter.seen_by_stranger(url, "EU").gone is False


def test_it_ends_with_the_provider_s_own_period(watch):
    url = watch.night.publish()
    case = order(watch, url)
    comply(watch, case, url)
    watch.later(days=190)
    watch.night.work_on()
    assert row(case).status == "closed"


def test_without_the_role_nothing_is_done(night):
    watch = Watch.begin(night)
    url = night.publish()
    case = order(watch, url)
    assert audit.find(row(case).demand.hex, Demand).document.channel.sender_verified is False
    with pytest.raises(NotVerified):
        night.docket.decide(case, watch.staff.mia, answer="comply", urls=(url,), reasons="It is complete.")


def test_nobody_scrutinises_it_as_if_it_were_a_removal_order(night):
    watch = Watch.begin(night, roles=FILING | {"12(1)(b)"})
    url = night.publish()
    case = order(watch, url)
    comply(watch, case, url)
    with pytest.raises(NoSuchCase):
        watch.night.docket.scrutinise(case, watch.says(b"{}"), infringement=True, reasons="No.")
    assert row(case).status == "in_effect"


def test_a_removal_order_stays_one(watch):
    case = watch.order(watch.night.publish()).reference
    assert row(case).instrument == "eu-tco"
    assert Instant(row(case).due_at).since(Instant(row(case).received_at)) == timedelta(hours=1)
