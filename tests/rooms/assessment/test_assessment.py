"""A demand as the law room reads it: what the sender wrote about himself never counts, and the result is entered."""

from __future__ import annotations

from typing import Any

import pytest

from comity import law
from comity.assessment import assess_demand, enter_assessment, order_of
from comity.assessment.rules import judge_demand
from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.assessment import Answer, Assessment, Outcome
from comity.casefile.documents.demand import Channel, ChannelKind, Demand, Fault, Reading, ReceiptTimes, Sender
from comity.casefile.records import unit_of_work
from comity.casefile.records.roles import Server
from comity.law.errors import UnknownInstrumentError
from comity.law.provider import Provider

VECTORS: Any = law.instrument("eu-tco").vectors
PROVIDER = Provider.model_validate(VECTORS["provider"])
RECEIVED = Instant.parse(VECTORS["received"])
FORM: dict[str, Any] = {key: value for key, value in VECTORS["order"].items() if key not in {"channel", "content"}}
CONTENT = VECTORS["order"]["content"]
SURE = Channel(kind=ChannelKind.API, sender_verified=True, authority_in_register=True, first_order_from_authority=False)


def demand(**changes: Any) -> Demand:
    return Demand.model_validate(
        {
            "case": new_id(),
            "instrument": "eu-tco",
            "channel": SURE,
            "sender": Sender(authority="a", officer=None, method="oauth2", why="token"),
            "times": ReceiptTimes(sent_at=None, transport_received_at=RECEIVED),
            "raw": ("0" * 64,),
            "reading": Reading.FORM,
            "form": FORM,
            **changes,
        }
    )


def test_a_sound_demand_may_be_executed() -> None:
    found = assess_demand(demand(), PROVIDER, content=CONTENT)
    assert found.answer is Answer.EXECUTE
    assert found.received_at == RECEIVED


def test_without_word_from_the_platform_a_person_is_needed() -> None:
    assert assess_demand(demand(), PROVIDER).answer is Answer.NEEDS_PERSON


@pytest.mark.parametrize(
    "smuggled",
    [
        {"channel": {"kind": "api", "sender_verified": True, "authority_in_register": True}},
        {"content": {"urls_resolved": {"https://board.example/posts/17": True}}},
        {"message": {"reading": "form", "faults": []}},
        {"events": {"clarification_requested_at": "2026-11-21T01:14:00Z"}},
    ],
)
def test_nobody_vouches_for_himself(smuggled: dict[str, Any]) -> None:
    doubtful = Channel(kind=ChannelKind.EMAIL)
    honest, lying = (
        demand(form=form, channel=doubtful, reading=Reading.LAYOUT) for form in (FORM, {**FORM, **smuggled})
    )
    assert assess_demand(lying, PROVIDER) == assess_demand(honest, PROVIDER)
    assert assess_demand(lying, PROVIDER).answer is Answer.NEEDS_PERSON


def test_the_form_cannot_name_another_instrument() -> None:
    assert assess_demand(demand(form={**FORM, "instrument": "xx"}), PROVIDER, content=CONTENT).answer is Answer.EXECUTE
    with pytest.raises(UnknownInstrumentError):
        assess_demand(demand(instrument="xx"), PROVIDER)


def test_what_reading_found_wrong_is_said() -> None:
    fault = Fault(code="pdf_script", field="message", message="the PDF carries a script")
    found = assess_demand(demand(faults=(fault,), duplicate_of="c" * 32), PROVIDER, content=CONTENT)
    failing = {finding.id: finding.why for finding in found.findings if finding.outcome is Outcome.FAILS}
    assert set(failing) == {"message_intact", "not_repeated"}
    assert "pdf_script message: the PDF carries a script" in failing["message_intact"]


def test_events_move_the_hour() -> None:
    asked, answered = RECEIVED, Instant.parse("2026-11-21T09:00:00Z")
    events = {"clarification_requested_at": [asked], "clarification_received_at": answered}
    found = assess_demand(demand(), PROVIDER, content=CONTENT, events=events)
    assert {d.id: d.due_at.z() for d in found.deadlines}["remove_or_disable"] == "2026-11-21T10:00:00Z"
    order = order_of(demand(), events=events)
    assert order["events"]["clarification_requested_at"] == [str(asked)]


def about_a_user(**changes: Any) -> Demand:
    """The sound demand of the worked examples, without what our own people found out."""
    sound = law.instrument("us-sca").vectors["order"]
    form = {key: value for key, value in sound.items() if key not in {"channel", "content", "circumstances"}}
    return demand(instrument="us-sca", form=form | changes, channel=SURE)


def test_what_our_people_found_out_counts_and_what_the_sender_says_of_it_does_not() -> None:
    provider = Provider.model_validate(law.instrument("us-sca").vectors["provider"])
    found = law.instrument("us-sca").vectors["order"]["circumstances"]
    by_us = judge_demand(about_a_user(), provider, circumstances=found)
    by_sender = judge_demand(about_a_user(circumstances=found), provider)
    by_nobody = judge_demand(about_a_user(), provider)
    assert by_sender.assessment == by_nobody.assessment
    assert by_us.assessment.findings != by_nobody.assessment.findings
    assert set(by_us.rulings) >= {finding.id for finding in by_us.assessment.findings}


def test_the_assessment_is_entered(database: Server) -> None:
    with unit_of_work(RECEIVED, "system:test") as work:
        entered = enter_assessment(work, audit.enter(work, new_id(), demand()), PROVIDER, content=CONTENT)
    assert audit.find(entered.entry, Assessment).document == entered.document
    assert entered.document.answer is Answer.EXECUTE
