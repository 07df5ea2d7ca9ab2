"""A homeserver that fails in the middle of an order: nothing is lost, nothing is done twice."""

from __future__ import annotations

import secrets

import pytest

from support.board import picture
from support.faulty import Fault, before
from support.synapse import SERVER, enc

FETCH, MEDIA = "GET /_synapse/admin/v1/fetch_event", "GET /_matrix/client/v1/media/download"
QUARANTINE, REDACT = "POST /_synapse/admin/v1/media/quarantine", "/redact"
STATUS, JOURNAL = "GET /_synapse/admin/v1/user/redact_status", "PUT /_matrix/client/v3/user"
NOTICE = "PUT /_synapse/admin/v1/send_server_notice"
HANDS = (FETCH, MEDIA, QUARANTINE, REDACT, STATUS, JOURNAL, NOTICE)


@pytest.fixture
def scene(homeserver, ada, ben):
    """A message with a picture, and what must have become of it in the end."""
    room = ada.room()
    ben.join(room)
    mxc = ada.upload(picture(tuple(secrets.token_bytes(3)), "PNG"))
    event = ada.show(room, mxc)

    def ends_well(watch):
        assert watch.status() == "in_effect", watch.case().timeline
        assert [ben.sees(room, event), ben.gets(mxc)] == [{}, 404]
        page = ada.done("GET", f"/_matrix/client/v3/rooms/{enc(room)}/messages?dir=b&limit=100")["chunk"]
        assert len([one for one in page if one["type"] == "m.room.redaction"]) == 1, "redacted once"
        assert len(ada.notices()) == 1, "told once"
        acts = [one for one in watch.bodies("act") if one["state"] == "performed"]
        assert [one["grant"]["measure"] for one in acts] == ["preserve", "disable"], "each performed once"
        assert watch.forms() == ["annex-2"]

    return f"https://matrix.to/#/{room}/{event}?via={SERVER}", ends_well


def _decided_by_a_person_if_the_platform_could_not_be_asked(watch, url):
    """What the platform could not say is *undetermined*: a person decides, and the same order is carried out."""
    if watch.status() == "waiting" and not watch.bodies("act"):
        watch.decide("comply", url)
        if watch.status() == "second_person":
            watch.approve(watch.staff.ben)


@pytest.mark.parametrize(
    ("where", "how", "after"),
    [(where, *failure) for where in HANDS for failure in (("error", False), ("close", True))]
    + [(REDACT, "limit", False), (MEDIA, "limit", False)],
)
def test_a_call_that_fails_again_and_again_is_made_good(homeserver, over_matrix, scene, where, how, after):
    url, ends_well = scene
    with before(homeserver.port) as proxy, homeserver.adapter(base_url=proxy.url) as adapter:
        proxy.faults = [Fault(where, how, after, times=4)]
        watch = over_matrix(adapter)
        watch.order(url)
        assert proxy.faults[0].times < 4, "the fault was met"
        _decided_by_a_person_if_the_platform_could_not_be_asked(watch, url)
        ends_well(watch)


@pytest.mark.parametrize("where", [QUARANTINE, REDACT, NOTICE])
def test_an_answer_that_never_comes_is_not_waited_for(homeserver, over_matrix, scene, where):
    url, ends_well = scene
    with before(homeserver.port) as proxy, homeserver.adapter(base_url=proxy.url, timeout=2.0) as adapter:
        proxy.faults = [Fault(where, "hang", after=True, times=1)]
        watch = over_matrix(adapter)
        watch.order(url)
        ends_well(watch)


@pytest.mark.parametrize(
    ("where", "after"),
    [(FETCH, True), (MEDIA, False), (QUARANTINE, True), (REDACT, True), (JOURNAL, True), (NOTICE, True)],
)
def test_a_homeserver_killed_in_the_middle_is_found_again_when_it_runs(homeserver, over_matrix, scene, where, after):
    url, ends_well = scene
    with before(homeserver.port) as proxy, homeserver.adapter(base_url=proxy.url) as adapter:
        proxy.faults = [Fault(where, "close", after, act=homeserver.kill)]
        watch = over_matrix(adapter)
        try:
            watch.order(url, work=False)
            watch.night.work_on(until=watch.night.clock.now())
            assert homeserver.process is None, "it was killed on the way"
        finally:
            if homeserver.process is None:
                homeserver.start()
        watch.night.work_on()
        _decided_by_a_person_if_the_platform_could_not_be_asked(watch, url)
        ends_well(watch)
