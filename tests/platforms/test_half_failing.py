"""A homeserver that fails in the middle of an order: nothing is lost, nothing is done twice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from comity.casefile.clock import FixedClock, Instant
from support.board import picture
from support.faulty import Fault, Faulty, before
from support.synapse import SERVER, enc

FETCH, MEDIA = "GET /_synapse/admin/v1/fetch_event", "GET /_matrix/client/v1/media/download"
QUARANTINE, REDACT = "POST /_synapse/admin/v1/media/quarantine", "/redact"
STATUS, JOURNAL = "GET /_synapse/admin/v1/user/redact_status", "PUT /_matrix/client/v3/user"
NOTICE = "PUT /_synapse/admin/v1/send_server_notice"
HANDS = (FETCH, MEDIA, QUARANTINE, REDACT, STATUS, JOURNAL, NOTICE)


@dataclass
class Night:
    """One Comity for all tests here, its homeserver behind a proxy that fails as told."""

    watch: Any
    proxy: Faulty

    def order(self, url: str, *, until: Instant | None = None) -> None:
        self.watch.order(url, work=False)
        self.watch.night.work_on(until=until)

    @property
    def number(self) -> int:
        return len(self.watch.views)

    def person_decides_what_the_platform_could_not_say(self, url: str) -> None:
        """Not known is *undetermined*: a person decides, and the same order is carried out."""
        if self.watch.status(self.number) == "waiting" and not self.watch.bodies("act", self.number):
            self.watch.decide("comply", url, number=self.number)
            if self.watch.status(self.number) == "second_person":
                self.watch.approve(self.watch.staff.ben, self.number)


@pytest.fixture(scope="module")
def night(databases, homeserver, tmp_path_factory):
    from support.databases import point_django_at
    from support.matrix_night import MatrixNight
    from support.watch import Watch

    folder, clock = tmp_path_factory.mktemp("house"), FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    with (
        databases.clone() as fresh,
        before(homeserver.port) as proxy,
        homeserver.adapter(base_url=proxy.url, timeout=3.0) as adapter,
    ):
        point_django_at(fresh)
        opened = MatrixNight(fresh, adapter, folder, clock)
        watch = Watch.begin(opened)
        watch.rule()
        yield Night(watch, proxy)
        opened.close()


@pytest.fixture
def scene(homeserver, ada, ben):
    """A message with a picture, and what must have become of it in the end."""
    room = ada.room()
    ben.join(room)
    mxc = ada.upload(picture(tuple(secrets.token_bytes(3)), "PNG"))
    event = ada.show(room, mxc)

    def ends_well(night):
        watch, number = night.watch, night.number
        assert watch.status(number) == "in_effect", watch.case(number).timeline
        assert [ben.sees(room, event), ben.gets(mxc)] == [{}, 404]
        page = ada.done("GET", f"/_matrix/client/v3/rooms/{enc(room)}/messages?dir=b&limit=100")["chunk"]
        assert len([one for one in page if one["type"] == "m.room.redaction"]) == 1, "redacted once"
        assert len(ada.notices()) == 1, "told once"
        acts = [one for one in watch.bodies("act", number) if one["state"] == "performed"]
        assert [one["grant"]["measure"] for one in acts] == ["preserve", "disable"], "each performed once"
        assert watch.forms(number) == ["annex-2"]

    return f"https://matrix.to/#/{room}/{event}?via={SERVER}", ends_well


@pytest.mark.parametrize(
    ("where", "how", "after"),
    [(where, *failure) for where in HANDS for failure in (("error", False), ("close", True))]
    + [(REDACT, "limit", False), (MEDIA, "limit", False)],
)
def test_a_call_that_fails_again_and_again_is_made_good(night, scene, where, how, after):
    url, ends_well = scene
    night.proxy.faults = [Fault(where, how, after, times=4)]
    night.order(url)
    assert night.proxy.faults[0].times < 4, "the fault was met"
    night.person_decides_what_the_platform_could_not_say(url)
    ends_well(night)


@pytest.mark.parametrize("where", [QUARANTINE, REDACT, NOTICE])
def test_an_answer_that_never_comes_is_not_waited_for(night, scene, where):
    url, ends_well = scene
    night.proxy.faults = [Fault(where, "hang", after=True, times=1)]
    night.order(url)
    ends_well(night)


@pytest.mark.parametrize(
    ("where", "after"),
    [(FETCH, True), (MEDIA, False), (QUARANTINE, True), (REDACT, True), (JOURNAL, True), (NOTICE, True)],
)
def test_a_homeserver_killed_in_the_middle_is_found_again_when_it_runs(homeserver, night, scene, where, after):
    url, ends_well = scene
    night.proxy.faults = [Fault(where, "close", after, act=homeserver.kill)]
    try:
        night.order(url, until=night.watch.night.clock.now())
        assert homeserver.process is None, "it was killed on the way"
    finally:
        if homeserver.process is None:
            homeserver.start()
    night.watch.night.work_on()
    night.person_decides_what_the_platform_could_not_say(url)
    ends_well(night)
