"""The rows of the failure tables: for every arrow that no person draws, a case that stands before it.

The tables are made from the procedure itself: an arrow without its scene here fails the build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comity.docket.order_views import Message
from comity.docket.procedure import PROCEDURE, Arrow, Status
from support.failing import House, address

ARROWS = tuple(arrow for arrow in PROCEDURE if arrow.by in {"machine", "clock"})
"""Every arrow along which a job walks by itself."""


@dataclass(frozen=True)
class Stage:
    """A case before its arrow, and what must be true when its jobs have come to rest."""

    case: str
    url: str
    rests: Status
    gone: bool | None
    """Whether a stranger finds nothing there any more."""
    letters: int = 0
    """Answers that the authority has."""
    notices: int = 0
    """Notices that lie in the content provider's inbox."""


Scene = Callable[[House], Stage]
FULL = {"gone": True, "letters": 1, "notices": 1}


def received(house: House) -> Stage:
    url = house.publish()
    return Stage(house.ordered("ruled", url), url, Status.IN_EFFECT, **FULL)


def _at(status: Status) -> Scene:
    def scene(house: House) -> Stage:
        stage = received(house)
        house.bring(stage.case, status)
        return stage

    return scene


def unruled(house: House) -> Stage:
    url = house.publish()
    return Stage(house.ordered("other", url), url, Status.WAITING, gone=False)


def impossible(house: House) -> Stage:
    url = address(f"p{len(house.postman.taken)}x{house._orders}")
    case = house.ordered("other", url)
    house.bring(case, Status.WAITING)
    house.decide(case, "comply", (url,))
    return Stage(case, url, Status.WAITING, gone=True)


def _declining(answer: str, rests: Status) -> Scene:
    def scene(house: House) -> Stage:
        stage = unruled(house)
        house.bring(stage.case, Status.WAITING)
        house.decide(stage.case, answer)
        return Stage(stage.case, stage.url, rests, gone=False, letters=1)

    return scene


def reinstating(house: House) -> Stage:
    stage = received(house)
    house.bring(stage.case, Status.IN_EFFECT)
    lapse(house, stage.case)
    return Stage(stage.case, stage.url, Status.REINSTATED, gone=False, letters=1, notices=1)


def barred(house: House) -> Stage:
    stage = received(house)
    house.bring(stage.case, Status.IN_EFFECT)
    second = house.ordered("other", stage.url)
    house.bring(second, Status.WAITING)
    house.decide(second, "comply", (stage.url,))
    house.bring(second, Status.EXECUTED)
    lapse(house, stage.case)
    return Stage(stage.case, stage.url, Status.IN_EFFECT, **FULL)


def secret(house: House) -> Stage:
    url = house.publish()
    case = house.ordered("ruled", url, nondisclosure=True, nondisclosure_decided_at="2026-11-23T02:10:00+01:00")
    house.bring(case, Status.IN_EFFECT)
    return Stage(case, url, Status.IN_EFFECT, **FULL)


def in_effect(house: House) -> Stage:
    stage = received(house)
    house.bring(stage.case, Status.IN_EFFECT)
    return Stage(stage.case, stage.url, Status.CLOSED, **FULL)


def reinstated(house: House) -> Stage:
    stage = reinstating(house)
    house.run(stage.case)
    return Stage(stage.case, stage.url, Status.CLOSED, gone=False, letters=1, notices=1)


def _in_vain(scene: Scene) -> Scene:
    """A case that ended, or waits for an answer, without anything being disabled."""

    def ended(house: House) -> Stage:
        stage = scene(house)
        house.run(stage.case)
        return Stage(stage.case, stage.url, Status.CLOSED, gone=False, letters=stage.letters)

    return ended


def dismissed(house: House) -> Stage:
    stage = unruled(house)
    house.bring(stage.case, Status.WAITING)
    now, body = house.clock.now(), b'{"reasons": "an error"}'
    said = Message(house.ids["other"], house.clients["other"], body, "application/json", stage.case, now, now, "::1")
    house.docket.withdraw(stage.case, said, reasons="an error")
    house.take_jobs(stage.case)
    return Stage(stage.case, stage.url, Status.DISMISSED, gone=False)


def back_in_secret(house: House) -> Stage:
    stage = secret(house)
    lapse(house, stage.case)
    house.run(stage.case)
    return Stage(stage.case, stage.url, Status.REINSTATED, gone=False, letters=1, notices=1)


def lapse(house: House, case: str) -> None:
    """The home authority found an infringement; a person writes it down."""
    decision = {"infringement": True, "reasons": "Article 4(3)", "document": b"%PDF-1.7 decision"}
    house.docket.scrutiny(case, house.who.carla, authority="PHAROS", **decision)
    house.take_jobs(case)


SCENES: dict[tuple[Status, str], Scene] = {
    (Status.RECEIVED, "assessed"): received,
    (Status.ASSESSED, "decided by rule"): received,
    (Status.ASSESSED, "needs a person"): unruled,
    (Status.EXECUTING, "executed"): _at(Status.EXECUTING),
    (Status.EXECUTING, "impossible"): impossible,
    (Status.EXECUTED, "answered"): _at(Status.EXECUTED),
    (Status.DECLINING, "asked"): _declining("clarify", Status.CLARIFYING),
    (Status.DECLINING, "refused"): _declining("refuse", Status.REFUSED),
    (Status.ANSWERED, "noticed"): _at(Status.ANSWERED),
    (Status.REINSTATING, "reinstated"): reinstating,
    (Status.REINSTATING, "still barred"): barred,
    (Status.IN_EFFECT, "secrecy ended"): secret,
    (Status.IN_EFFECT, "preservation ended"): in_effect,
    (Status.REINSTATED, "preservation ended"): reinstated,
    (Status.REINSTATED, "secrecy ended"): back_in_secret,
    (Status.REFUSED, "retention ended"): _in_vain(_declining("refuse", Status.REFUSED)),
    (Status.DISMISSED, "retention ended"): _in_vain(dismissed),
    (Status.CLARIFYING, "retention ended"): _in_vain(_declining("clarify", Status.CLARIFYING)),
}
"""Before which arrow → the case."""


def named(arrow: Arrow) -> str:
    """A row's name in the report."""
    return f"{arrow.source.value}-{arrow.event.replace(' ', '_')}"
