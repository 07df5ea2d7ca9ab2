"""An incident with everything that it brings, and nothing of it once it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError

from comity.docket.incidents.errors import (
    AlreadyConfirmed,
    IncidentLasts,
    IncidentOver,
    NoSuchIncident,
    SamePerson,
    UnusableIncident,
)
from comity.registry.errors import NotYourDutyError

if TYPE_CHECKING:
    from support.incidents import Scene
    from support.reviewing import Gallery


@pytest.fixture
def scene(gallery: Gallery) -> Scene:
    from support.incidents import Scene

    return Scene(gallery)


def test_a_declaration_brings_everything_at_once(scene: Scene) -> None:
    scene.exchange()
    number = scene.declare()
    terms = scene.bank().terms
    assert (terms.owner, terms.source, terms.expires_at) == ("Mia", "incident I-1", scene.now.plus(timedelta(hours=6)))
    assert "many uploads" in terms.reason
    assert (terms.shadow, terms.negative) == (False, False)
    assert scene.hurried() == [30]
    assert scene.entries() == ["incident", "deadline", "deadline", "alarm"]
    view = scene.docket.incident(number, scene.gallery.staff.dan)
    assert (view.line.state, view.line.standing, view.line.declared_by) == ("lasts", "awaited", "Mia")
    assert [(one.name, one.pace, one.hurried) for one in view.exchanges] == [("them", 30, True)]
    assert {one.name: one.state.value for one in view.clocks} == {
        "incident_end": "running",
        "incident_confirm": "running",
    }
    assert view.alarm is not None
    assert view.alarm.state == "ringing"
    assert not view.callable


def test_nothing_of_a_refused_declaration_stays(scene: Scene) -> None:
    scene.exchange()
    with pytest.raises(UnusableIncident):
        scene.declare(hours=0.1)
    with pytest.raises(UnusableIncident):
        scene.declare(because=" ")
    with pytest.raises(UnusableIncident):
        scene.declare(kind="festival")
    with pytest.raises(NotYourDutyError):
        scene.declare(by=scene.gallery.staff.dan)
    with pytest.raises(NotYourDutyError):
        scene.declare(by=scene.gallery.staff.anna)
    assert scene.hurried() == [None]
    assert scene.docket.incidents(scene.gallery.staff.mia).lasting == ()


def test_one_of_a_name_lasts(scene: Scene) -> None:
    scene.declare("Attack")
    with pytest.raises(IncidentLasts):
        scene.declare("ATTACK")
    scene.docket.close_incident(scene.gallery.staff.mia, 1, "over")
    assert scene.declare("Attack") == 2


def test_it_ends_by_itself_and_everything_with_it(scene: Scene) -> None:
    scene.exchange()
    scene.declare(hours=6)
    scene.later(hours=5)
    assert scene.row().state == "lasts"
    scene.later(hours=1)
    assert scene.row().state == "ended"
    assert scene.hurried() == [None]
    expires = scene.bank().terms.expires_at
    assert expires is not None
    assert expires <= scene.now
    view = scene.docket.incident(1, scene.gallery.staff.mia)
    assert view.changes[-1].change == "ended"
    assert view.changes[-1].who == "Comity"
    assert view.alarm.state == "settled"
    assert view.line.standing == "unconfirmed"
    assert {one.name: one.state.value for one in view.clocks} == {"incident_end": "met", "incident_confirm": "missed"}
    with pytest.raises(IncidentOver):
        scene.docket.close_incident(scene.gallery.staff.mia, 1, "late")
    with pytest.raises(IncidentOver):
        scene.docket.extend_incident(
            scene.gallery.staff.mia, 1, because="late", ends_at=scene.now.plus(timedelta(hours=1))
        )


def test_the_job_of_the_end_may_run_twice_early_and_late(scene: Scene) -> None:
    from comity.docket.incidents import service

    scene.declare(hours=6)
    file, parts = scene.row().id.hex, scene.gallery.night.parts
    assert service.end(file, parts) == timedelta(hours=6)
    scene.gallery.clock.set(scene.now.plus(timedelta(days=2)))
    assert service.end(file, parts) is None
    before = scene.entries()
    assert service.end(file, parts) is None
    assert scene.entries() == before
    assert before.count("incident") == 2


def test_a_kill_on_the_way_to_the_end_leaves_all_or_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.docket.incidents import service
    from comity.docket.nights import summons

    scene.exchange()
    scene.declare(hours=6)
    scene.gallery.clock.set(scene.now.plus(timedelta(hours=7)))

    def killed(*_arguments: Any) -> None:
        message = "the process dies"
        raise DatabaseError(message)

    with monkeypatch.context() as dying:
        dying.setattr(summons, "settle", killed)
        with pytest.raises(DatabaseError):
            service.end(scene.row().id.hex, scene.gallery.night.parts)
    assert (scene.row().state, scene.hurried()) == ("lasts", [30])
    service.end(scene.row().id.hex, scene.gallery.night.parts)
    assert (scene.row().state, scene.hurried()) == ("ended", [None])


def test_a_second_person_confirms(scene: Scene) -> None:
    staff = scene.gallery.staff
    scene.declare(by=staff.ben)
    with pytest.raises(SamePerson):
        scene.docket.confirm_incident(staff.ben, 1, "I say so")
    with pytest.raises(NotYourDutyError):
        scene.docket.confirm_incident(staff.mia, 1, "me too")
    assert "confirm" not in scene.docket.incident(1, staff.ben).may
    assert "confirm" in scene.docket.incident(1, staff.carla).may
    scene.docket.confirm_incident(staff.carla, 1, "I looked")
    with pytest.raises(AlreadyConfirmed):
        scene.docket.confirm_incident(staff.carla, 1, "again")
    view = scene.docket.incident(1, staff.carla)
    assert (view.line.standing, view.line.confirmed_by) == ("confirmed", "Carla")
    assert {one.name: one.state.value for one in view.clocks}["incident_confirm"] == "met"


def test_without_a_second_person_it_is_shown_as_unconfirmed(scene: Scene) -> None:
    scene.declare()
    scene.later(hours=1)
    line = scene.docket.incidents(scene.gallery.staff.mia).lasting[0]
    assert (line.standing, line.state) == ("unconfirmed", "lasts")
    scene.docket.confirm_incident(scene.gallery.staff.ben, 1, "late, but I looked")
    assert scene.docket.incidents(scene.gallery.staff.mia).lasting[0].standing == "confirmed"


def test_an_extension_moves_every_end(scene: Scene) -> None:
    scene.declare(hours=6)
    until = scene.now.plus(timedelta(hours=30))
    scene.docket.extend_incident(scene.gallery.staff.mia, 1, because="it goes on", ends_at=until)
    assert scene.bank().terms.expires_at == until
    scene.later(hours=7)
    assert scene.row().state == "lasts"
    scene.later(hours=24)
    assert scene.row().state == "ended"
    said = [one.change for one in scene.docket.incident(1, scene.gallery.staff.mia).changes]
    assert said == ["declared", "extended", "ended"]


@pytest.mark.parametrize("hours", [0, -1, 24 * 4])
def test_an_extension_is_bounded(scene: Scene, hours: float) -> None:
    scene.declare()
    with pytest.raises(UnusableIncident):
        scene.docket.extend_incident(
            scene.gallery.staff.mia, 1, because="on", ends_at=scene.now.plus(timedelta(hours=hours))
        )


def test_two_incidents_share_exchanges(scene: Scene) -> None:
    scene.exchange()
    scene.declare("One", hours=2)
    scene.declare("Two", hours=6)
    scene.docket.close_incident(scene.gallery.staff.mia, 1, "over")
    assert scene.hurried() == [30]
    scene.later(hours=6)
    assert scene.hurried() == [None]


def test_an_exchange_set_up_meanwhile_is_fetched_as_fast(scene: Scene) -> None:
    from comity.docket.exchanges import Said

    scene.declare()
    said = Said("KNOWN", {"path": "list.txt"}, {}, 3600, enabled=True)
    scene.docket.set_up_exchange(scene.gallery.staff.carla, name="late", kind="file", said=said, because="now")
    assert scene.hurried() == [30]


def test_signals_are_listed_by_hash_and_by_review(scene: Scene) -> None:
    from support.reviewing import FAR, PDQ

    staff = scene.gallery.staff
    scene.declare()
    scene.docket.list_incident_signal(staff.mia, 1, kind="pdq", signal=FAR, because="seen in the film")
    scene.docket.list_incident_signal(staff.mia, 1, kind="pdq", signal=FAR.upper(), because="again")
    scene.gallery.upload()
    scene.docket.list_incident_review(staff.mia, 1, review=1, because="it spreads")
    lines = scene.docket.incident(1, staff.mia).signals
    assert [one.signals for one in lines] == [{"pdq": FAR}, {"pdq": FAR}, {"pdq": PDQ}] or [
        one.signals for one in lines
    ] == [{"pdq": FAR}, {"pdq": PDQ}]
    scene.docket.drop_incident_signal(staff.mia, 1, item=lines[0].number, because="a mistake")
    assert lines[0].number not in [one.number for one in scene.docket.incident(1, staff.mia).signals]
    with pytest.raises(NotYourDutyError):
        scene.docket.list_incident_signal(staff.dan, 1, kind="pdq", signal=FAR, because="no")
    scene.docket.close_incident(staff.mia, 1, "over")
    with pytest.raises(IncidentOver):
        scene.docket.list_incident_signal(staff.mia, 1, kind="pdq", signal=FAR, because="late")


def test_what_spreads_is_counted(scene: Scene) -> None:
    from support.reviewing import PDQ

    gallery = scene.gallery
    scene.declare()
    scene.docket.list_incident_signal(gallery.staff.mia, 1, kind="pdq", signal=PDQ, because="seen")
    listed = scene.docket.incident(1, gallery.staff.mia).signals[0].number
    gallery.listed[f"INCIDENT_1/pdq/{PDQ}"] = listed
    gallery.clock.set(scene.now.plus(timedelta(minutes=7)))
    match = gallery.match(bank="INCIDENT_1")
    gallery.upload(matches=(match,))
    gallery.upload(matches=(gallery.match(),), signal="07" * 32)
    view = scene.docket.incident(1, gallery.staff.mia)
    assert (view.spread.ours, view.spread.others, view.spread.new) == (0, 0, 0)  # this very instant is not over yet
    gallery.clock.set(scene.now.plus(timedelta(minutes=1)))
    view = scene.docket.incident(1, gallery.staff.mia)
    assert (view.spread.ours, view.spread.others, view.spread.new) == (1, 1, 2)
    assert view.signals[0].seen.detections == 1
    assert [one.number for one in view.reviews] == [1]
    gallery.decide(1)
    gallery.clock.set(scene.now.plus(timedelta(minutes=1)))
    view = scene.docket.incident(1, gallery.staff.mia)
    assert (view.spread.removed, view.reviews) == (1, ())


def test_no_such_incident(scene: Scene) -> None:
    with pytest.raises(NoSuchIncident):
        scene.docket.incident(7, scene.gallery.staff.mia)
