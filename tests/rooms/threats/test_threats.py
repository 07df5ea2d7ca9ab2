"""A threat to life from who saw it to the proof that each authority was told; and every way in which that fails."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile import audit
from comity.casefile.documents.answer import FormReply
from comity.delivery import NotDelivered
from comity.docket.errors import NoSuchCase, NothingSaid
from comity.docket.incidents.errors import NoSuchIncident
from comity.docket.reviews.errors import NoSuchReview
from comity.docket.threats.errors import (
    LookedAt,
    NoSuchThreat,
    NothingToBring,
    NotOpen,
    SamePersonLooks,
    UnusableForm,
)
from comity.registry.errors import NotYourDutyError

if TYPE_CHECKING:
    from support.threats import Scene


def clocks(scene: Scene) -> dict[str, str]:
    return {one.name: one.state.value for one in scene.view().clocks}


def kinds(scene: Scene) -> list[str]:
    from comity.docket.threats import store

    return [one.kind for one in audit.entries_of(store.by_number(1).id.hex)]


def test_a_person_decides_and_everybody_is_told_with_proof(scene: Scene) -> None:
    scene.raised()
    assert clocks(scene) == {"threat_to_life": "running"}
    assert scene.relay.sent == 0
    scene.decide()
    assert scene.progress() == [("state", "delivered")]
    view = scene.view()
    assert (view.line.state, view.line.decided_by, view.recipients[0].name) == (
        "informed", "Mia", "Bundeskriminalamt (BKA)",
    )  # fmt: skip
    assert "250 queued" in view.recipients[0].said
    assert clocks(scene) == {"threat_to_life": "met"}
    sent = next(iter(scene.relay.taken.values()))
    fields = json.loads(sent.json)["fields"]
    assert fields["explanation"].startswith("A man announces")
    assert fields["content_locations"] == [
        {"url": "https://board.example/posts/1"}, {"url": "https://board.example/posts/2"},
    ]  # fmt: skip
    assert sent.subject == "URGENT: threat to life, T-1"
    assert sent.pdf.startswith(b"%PDF")
    entered = kinds(scene)
    assert entered.index("form_reply") < entered.index("receipt")


def test_nothing_leaves_before_its_entry_is_proven(scene: Scene) -> None:
    scene.raised()
    scene.night.wait_for_the_log()
    scene.night.stop_the_log()
    scene.decide(work=False)
    scene.night.work_on(rounds=1)
    assert scene.relay.sent == 0
    scene.night.start_the_log()
    scene.night.work_on()
    assert scene.relay.to() == ["threats@bka.example"]


def test_without_a_state_home_contact_and_europol_are_told(scene: Scene) -> None:
    scene.raised()
    scene.decide(states="", states_because=[])
    assert scene.relay.to() == ["contact@fr.example", "iru@europol.example"]
    assert scene.view().line.state == "informed"


def test_a_suspicion_has_its_own_clock_and_recipients(scene: Scene) -> None:
    scene.raised()
    scene.decide(grounds=["SUSPICION"], states="", states_because=[])
    assert [one.tell for one in scene.view().recipients] == ["home_state", "europol"]
    assert clocks(scene) == {"threat_to_life": "cancelled", "suspicion_of_threat": "running"}
    assert scene.progress() == [("home_state", "by_hand"), ("europol", "delivered")]


def test_nobody_is_told_where_no_threat_is_found(scene: Scene) -> None:
    scene.raised()
    scene.docket.no_threat(scene.staff.ben, 1, "a scene from a film")
    scene.night.work_on()
    assert scene.relay.sent == 0
    assert (scene.view().line.state, clocks(scene)) == ("no_threat", {"threat_to_life": "cancelled"})
    with pytest.raises(NotOpen):
        scene.decide()


def test_the_clock_is_measured_and_missed_in_sight(scene: Scene) -> None:
    scene.raised()
    scene.night.pass_time(scene.night.clock.now().plus(timedelta(minutes=16)))
    assert scene.view().line.late
    scene.decide()
    view = scene.view()
    assert view.line.informed_at is not None
    assert view.line.informed_at.since(view.line.known_at) == timedelta(minutes=16)
    assert clocks(scene) == {"threat_to_life": "missed"}


def test_it_is_raised_once_in_a_file(scene: Scene) -> None:
    assert scene.raised() == 1
    assert scene.docket.raise_threat(scene.staff.ben, origin="incident", number=1, because="I see it too") == 1
    scene.docket.no_threat(scene.staff.ben, 1, "none")
    assert scene.docket.raise_threat(scene.staff.ben, origin="incident", number=1, because="now it is") == 2


@pytest.mark.parametrize(
    ("origin", "failure"), [("incident", NoSuchIncident), ("review", NoSuchReview), ("case", NoSuchCase)]
)
def test_it_is_seen_somewhere(scene: Scene, origin: str, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        scene.docket.raise_threat(scene.staff.mia, origin=origin, number=77, because="x")
    with pytest.raises(NothingSaid):
        scene.docket.raise_threat(scene.staff.mia, origin=origin, number=77, because=" ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"grounds": []},
        {"grounds": ["CERTAIN"]},
        {"explanation": " "},
        {"content_description": ""},
        {"states": "XX"},
        {"states": "Germany"},
        {"published_at": "yesterday"},
        {"published_at": "2026-11-23T02:00:00"},
        {"content_locations": "not an address"},
        {"content_locations": "\n".join(f"https://board.example/{n}" for n in range(201))},
        {"states_because": ["RUMOUR"]},
        {"hair_colour": "red"},
        {"explanation": "x" * 20_001},
    ],
)
def test_a_form_that_cannot_go_out_goes_nowhere(scene: Scene, wrong: dict[str, Any]) -> None:
    scene.raised()
    with pytest.raises(UnusableForm):
        scene.decide(**wrong)
    scene.night.work_on()
    assert (scene.relay.sent, scene.view().line.state, scene.progress()) == (0, "raised", [])


def test_what_nobody_may(scene: Scene) -> None:
    scene.raised()
    for call in (
        lambda: scene.docket.raise_threat(scene.staff.dan, origin="incident", number=1, because="x"),
        lambda: scene.docket.decide_threat(scene.staff.dan, 1, {}),
        lambda: scene.docket.no_threat(scene.staff.anna, 1, "x"),
        lambda: scene.docket.threat(1, scene.staff.dan),
        lambda: scene.docket.confirm_threat(scene.staff.mia, 1, "x"),
    ):
        with pytest.raises(NotYourDutyError):
            call()
    with pytest.raises(NoSuchThreat):
        scene.view(9)
    with pytest.raises(NoSuchThreat):
        scene.docket.bring_threat(scene.staff.mia, "../etc", "x")


def test_a_second_person_looks_afterwards(scene: Scene) -> None:
    scene.raised()
    with pytest.raises(NotOpen):
        scene.docket.confirm_threat(scene.staff.ben, 1, "too soon")
    scene.docket.decide_threat(scene.staff.ben, 1, dict(_said()))
    with pytest.raises(SamePersonLooks):
        scene.docket.confirm_threat(scene.staff.ben, 1, "me")
    scene.docket.confirm_threat(scene.staff.carla, 1, "I read it")
    with pytest.raises(LookedAt):
        scene.docket.confirm_threat(scene.staff.carla, 1, "again")
    assert scene.view().line.confirmed_by == "Carla"


def test_the_form_can_be_read_and_that_is_entered(scene: Scene) -> None:
    scene.raised()
    scene.decide()
    recipient = scene.view().recipients[0].recipient
    assert scene.docket.threat_paper(scene.staff.ben, 1, recipient).startswith(b"%PDF")
    with pytest.raises(NoSuchThreat):
        scene.docket.threat_paper(scene.staff.ben, 1, "0" * 32)
    assert kinds(scene).count("custody") >= 3


# -- the hand-over: lost, repeated, late, taken but reported lost ------------------------------------------------------


def test_lost_is_sent_again_until_it_arrives(scene: Scene) -> None:
    scene.raised()
    scene.relay.trouble = [NotDelivered("451 later", retry=True), NotDelivered("451 later", retry=True)]
    scene.decide()
    assert (scene.relay.sent, scene.progress()) == (3, [("state", "delivered")])
    assert kinds(scene).count("receipt") == 3


def test_refused_for_good_is_brought_by_hand(scene: Scene) -> None:
    scene.raised()
    scene.relay.trouble = [NotDelivered("550 no such mailbox", retry=False)]
    scene.decide()
    assert scene.progress() == [("state", "by_hand")]
    assert clocks(scene) == {"threat_to_life": "running"}
    recipient = scene.view().recipients[0].recipient
    with pytest.raises(NothingSaid):
        scene.docket.bring_threat(scene.staff.mia, recipient, " ")
    scene.docket.bring_threat(scene.staff.mia, recipient, "read out to the duty officer, 02:31")
    assert (scene.view().line.state, clocks(scene)) == ("informed", {"threat_to_life": "met"})
    with pytest.raises(NothingToBring):
        scene.docket.bring_threat(scene.staff.mia, recipient, "again")


def test_lost_again_and_again_is_brought_by_hand(scene: Scene) -> None:
    scene.raised()
    scene.relay.trouble = [NotDelivered("451 later", retry=True)] * 30
    scene.decide()
    assert (scene.relay.sent, scene.progress()) == (12, [("state", "by_hand")])


def test_repeated_sends_nothing_twice(scene: Scene) -> None:
    from comity.docket.threats import service

    scene.raised()
    scene.decide()
    recipient = scene.view().recipients[0].recipient
    before = kinds(scene)
    service.tell(recipient, scene.night.parts)
    service.tell(recipient, scene.night.parts)
    assert (scene.relay.sent, kinds(scene)) == (1, before)


def test_taken_and_reported_lost_is_known_as_one_message(scene: Scene) -> None:
    scene.raised()
    scene.relay.trouble = ["lost"]
    scene.decide()
    assert (scene.relay.sent, len(scene.relay.taken)) == (2, 1)
    assert scene.progress() == [("state", "delivered")]


def test_late_after_a_person_brought_it_sends_nothing(scene: Scene) -> None:
    from comity.docket.threats import service

    scene.raised()
    scene.decide(work=False)
    recipient = scene.view().recipients[0].recipient
    scene.night.wait_for_the_log()
    scene.docket.bring_threat(scene.staff.ben, recipient, "by telephone")
    scene.night.work_on()
    service.tell(recipient, scene.night.parts)
    assert (scene.relay.sent, scene.progress()) == (0, [("state", "delivered")])


def test_killed_between_sending_and_its_row_gives_the_earlier_receipt(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.docket.threats import service

    scene.raised()
    scene.decide(work=False)
    recipient = scene.view().recipients[0].recipient

    class Killed(BaseException):
        pass

    def dies(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(service, "_delivered", dies)
        with pytest.raises(Killed):
            service.tell(recipient, scene.night.parts)
    assert (scene.relay.sent, scene.progress()) == (1, [("state", "ordered")])
    service.tell(recipient, scene.night.parts)
    assert (scene.relay.sent, scene.progress()) == (1, [("state", "delivered")])


def test_without_an_address_a_person_brings_it(scene: Scene) -> None:
    scene.raised()
    scene.decide(states="IT, DE")
    assert scene.progress() == [("state", "delivered"), ("state", "by_hand")]
    assert scene.view().line.state == "telling"


def test_at_its_end_the_form_is_erased_and_the_account_stays(scene: Scene) -> None:
    from comity.docket.threats import store

    scene.raised()
    scene.decide()
    file = store.by_number(1).id.hex
    scene.night.wait_for_the_log()
    scene.night.pass_time(scene.night.clock.now().plus(timedelta(days=364)))
    assert scene.view().line.state == "informed"
    scene.night.wait_for_the_log()
    scene.night.pass_time(scene.night.clock.now().plus(timedelta(days=3)))
    scene.night.wait_for_the_log()
    scene.night.work_on()
    assert scene.view().line.state == "closed"
    bodies = {one.kind: one.body for one in audit.entries_of(file)}
    assert bodies[FormReply.kind] is None
    assert bodies["threat"] is not None
    assert all(one.erased for one in scene.night.parts.vault.exhibits(file))


def test_figures_say_nothing_of_one_or_two(scene: Scene) -> None:
    scene.raised()
    scene.decide()
    page = scene.docket.threats(scene.staff.dan)
    assert (page.figures.raised, page.figures.half_minutes) == (None, None)
    for again in range(2, 6):
        scene.docket.raise_threat(scene.staff.mia, origin="incident", number=1, because="another")
        scene.decide(again)
    page = scene.docket.threats(scene.staff.dan)
    assert (page.figures.raised, page.figures.imminent, page.figures.half_minutes) == (5, 5, 0.0)
    assert page.without_address == ("FR",)


def _said() -> dict[str, Any]:
    from support.threats import SAID

    return SAID
