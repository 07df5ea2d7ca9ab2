"""Every arrow that a person, an authority or a rule for the night draws: a case that stands before it, and the command.

The counterpart of ``scenes`` for what no job does by itself. An arrow of the procedure that stands in neither fails the
build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scenes import FULL, Scene, Stage, lapse, received, unruled

from comity.casefile.documents.demand import ChannelKind
from comity.docket import filing, store
from comity.docket.nights import unanswered
from comity.docket.order_views import Message
from comity.docket.procedure import Status
from comity.intake.message import Incoming
from support import orders
from support.failing import House

Command = Callable[[House, Stage], None]


@dataclass(frozen=True)
class Move:
    """A case before the arrow with where it rests after it, the command that draws it, and what else may come first."""

    scene: Scene
    command: Command
    rival: Command | None = None
    """Another hand-over that is drawn before this one, out of turn."""
    instead: Stage | None = None
    """Where the case rests then (its case and address are the scene's); nothing: where it would have rested anyway."""
    twice: tuple[str, ...] = ()
    """What such a case has two of for good reason: parts of the names in its tally."""


def says(house: House, stage: Stage, body: bytes) -> Message:
    """What the authority of a case sends: the same words are the same bytes."""
    now = house.clock.now()
    by = store.case(stage.case).authority
    client = house.clients[next(name for name, identifier in house.ids.items() if identifier == by)]
    return Message(by, client, body, "application/json", f"{stage.case}-{body.hex()[:40]}", now, now, "192.0.2.9")


# -- commands ----------------------------------------------------------------------------------------------------------


def decide(answer: str) -> Command:
    def command(house: House, stage: Stage) -> None:
        urls = (stage.url,) if answer == "comply" else ()
        house.docket.decide(stage.case, house.who.mia, answer=answer, urls=urls, reasons="as this test wants it")

    return command


def approve(house: House, stage: Stage) -> None:
    house.docket.approve(stage.case, house.who.ben)


def disagree(house: House, stage: Stage) -> None:
    house.docket.disagree(stage.case, house.who.ben, "Not so.")


def dismiss(house: House, stage: Stage) -> None:
    house.docket.dismiss(stage.case, house.who.mia, "A forgery.")


def call_back(house: House, stage: Stage) -> None:
    house.docket.authenticate(
        stage.case, house.who.mia, number="+33140000000", spoken_to="duty officer", confirmed=True, note=""
    )


def clarify(house: House, stage: Stage) -> None:
    said = says(house, stage, b'{"changes": {}}')
    house.docket.clarify(stage.case, said, changes={}, grounds_ceased=False, note="")


def withdraw(house: House, stage: Stage) -> None:
    house.docket.withdraw(stage.case, says(house, stage, b'{"reasons": "an error"}'), reasons="an error")


def lapsed(house: House, stage: Stage) -> None:
    decision = {"infringement": True, "reasons": "Article 4(3)", "document": b"%PDF-1.7 decision"}
    house.docket.scrutiny(stage.case, house.who.carla, authority="PHAROS", **decision)


def uphold(house: House, stage: Stage) -> None:
    (complaint,) = [one for one in house.docket.complaints() if one.case == stage.case]
    house.docket.decide_complaint(house.who.mia, complaint.complaint, outcome="reinstate", reasons="No order binds us.")


def night_rule(house: House, stage: Stage) -> None:
    with house.parts.work("system:nights") as work:
        unanswered._spoken(work, store.locked(stage.case), house.parts)


def job(house: House, stage: Stage) -> None:
    house.run(stage.case)


def comply(house: House, stage: Stage) -> None:
    house.decide(stage.case, "comply", (stage.url,))
    house.run(stage.case)


# -- scenes ------------------------------------------------------------------------------------------------------------


def waiting(house: House) -> Stage:
    stage = unruled(house)
    house.bring(stage.case, Status.WAITING)
    return stage


def waits_for(rests: Status, **rest: object) -> Scene:
    """An order that a person decides about; it proposes to comply."""

    def scene(house: House) -> Stage:
        stage = waiting(house)
        return Stage(stage.case, stage.url, rests, **{"gone": False, **rest})  # type: ignore[arg-type]

    return scene


def asked_about(rests: Status, **rest: object) -> Scene:
    """An order without a ground: Annex III is proposed."""

    def scene(house: House) -> Stage:
        url = house.publish()
        case = house.ordered("other", url, grounds=[])
        house.bring(case, Status.WAITING)
        return Stage(case, url, rests, **{"gone": False, **rest})  # type: ignore[arg-type]

    return scene


def drafted(answer: str, scene: Scene) -> Scene:
    """The same, and a first person has decided against the proposal."""

    def drawn(house: House) -> Stage:
        stage = scene(house)
        decide(answer)(house, stage)
        assert house.status(stage.case) is Status.SECOND
        return stage

    return drawn


def clarifying(rests: Status) -> Scene:
    def scene(house: House) -> Stage:
        stage = asked_about(rests, letters=1)(house)
        decide("clarify")(house, stage)
        house.run(stage.case)
        assert house.status(stage.case) is Status.CLARIFYING
        return stage

    return scene


def by_mail(rests: Status) -> Scene:
    """A mail that nobody vouches for, from a mailbox of an enrolled authority."""

    def scene(house: House) -> Stage:
        url = house.publish()
        house._orders += 1
        signer = house.signers["other"]
        named = {"issuer__name": signer.name, "issuer__email": signer.email, "order_reference": f"M-{house._orders}"}
        form = orders.order(content_locations=[{"url": url}], **named)
        identifier = f"<m{house._orders}@parquet.example>"
        body = orders.mail(orders.as_fields_pdf(form), f"{signer.name} <{signer.email}>", identifier)
        message = Incoming(
            channel=ChannelKind.EMAIL, identifier=identifier, body=body, received_at=house.clock.now(),
            media_type="message/rfc822", envelope_from=signer.email, peer="192.0.2.8",
        )  # fmt: skip
        case = filing.file(house.parts, message, "system:mail").row.id.hex
        house.bring(case, Status.WAITING)
        return Stage(case, url, rests, gone=False)

    return scene


def acted(status: Status) -> Scene:
    """An order that a rule carries out, stopped where ``status`` says; it will lose its effect."""
    letters = {Status.EXECUTING: 0, Status.EXECUTED: 0}.get(status, 1)
    notices = 0 if status is Status.EXECUTING else 1

    def scene(house: House) -> Stage:
        stage = received(house)
        house.bring(stage.case, status)
        return Stage(stage.case, stage.url, Status.REINSTATED, gone=False, letters=letters, notices=notices)

    return scene


def complained(house: House) -> Stage:
    """The order has no effect any more, but the platform could not bring the item back; now its author complains."""
    stage = acted(Status.IN_EFFECT)(house)
    house.board.faults({"kind": "restore", "times": 99, "how": "error"})
    lapse(house, stage.case)
    house.run(stage.case)
    house.board.faults()
    assert house.status(stage.case) is Status.IN_EFFECT
    house.docket.file_complaint(house.token(stage.case), "It was satire.", "en")
    house.take_jobs(stage.case)
    return stage


def dark(house: House) -> Stage:
    """An order that waits for a person in the last half hour; a rule for the night stands by."""
    url = house.publish()
    case = house.ordered("dark", url)
    house.bring(case, Status.WAITING)
    return Stage(case, url, Status.IN_EFFECT, **FULL)


def _ended(status: Status, **rest: object) -> Stage:
    return Stage("", "", status, **{"gone": False, **rest})  # type: ignore[arg-type]


DISMISSED = _ended(Status.DISMISSED)
STANDS = Stage("", "", Status.IN_EFFECT, **FULL)
UNDONE = _ended(Status.REINSTATED, letters=1, notices=1)

MOVES: dict[tuple[Status, str], Move] = {
    (Status.WAITING, "authenticated"): Move(
        by_mail(Status.WAITING), call_back, dismiss, DISMISSED, twice=("demand", "assessment")
    ),
    (Status.WAITING, "decided"): Move(waits_for(Status.IN_EFFECT, **FULL), decide("comply"), withdraw, DISMISSED),
    (Status.WAITING, "declined"): Move(
        asked_about(Status.CLARIFYING, letters=1), decide("clarify"), withdraw, DISMISSED
    ),
    (Status.WAITING, "first approval"): Move(waits_for(Status.SECOND), decide("refuse"), comply, STANDS),
    (Status.WAITING, "dismissed"): Move(
        by_mail(Status.DISMISSED), dismiss, call_back, _ended(Status.WAITING), twice=("demand", "assessment")
    ),
    (Status.WAITING, "decided by night rule"): Move(dark, night_rule, withdraw, DISMISSED),
    (Status.SECOND, "decided"): Move(
        drafted("comply", asked_about(Status.IN_EFFECT, **FULL)), approve, withdraw, DISMISSED
    ),
    (Status.SECOND, "declined"): Move(
        drafted("refuse", waits_for(Status.REFUSED, letters=1)),
        approve,
        disagree,
        _ended(Status.WAITING),
        twice=("draft_decision",),
    ),
    (Status.SECOND, "disagreed"): Move(
        drafted("refuse", waits_for(Status.WAITING)),
        disagree,
        approve,
        _ended(Status.REFUSED, letters=1),
        twice=("draft_decision",),
    ),
    (Status.CLARIFYING, "clarified"): Move(
        clarifying(Status.WAITING),
        clarify,
        withdraw,
        _ended(Status.DISMISSED, letters=1),
        twice=("demand", "assessment", "provider_retention"),
    ),
    (Status.IN_EFFECT, "legal effect ended"): Move(
        acted(Status.IN_EFFECT), lapsed, withdraw, UNDONE, twice=("scrutiny_decision",)
    ),
    (Status.EXECUTING, "legal effect ended"): Move(acted(Status.EXECUTING), lapsed, job, UNDONE),
    (Status.EXECUTED, "legal effect ended"): Move(acted(Status.EXECUTED), lapsed, job, UNDONE),
    (Status.ANSWERED, "legal effect ended"): Move(acted(Status.ANSWERED), lapsed, job, UNDONE),
    (Status.IN_EFFECT, "complaint upheld"): Move(
        complained, uphold, lapsed, UNDONE, twice=("scrutiny_decision", "act restore ordered", "decision")
    ),
    (Status.RECEIVED, "withdrawn"): Move(
        lambda house: Stage(*_bare(unruled(house)), Status.DISMISSED, gone=False), withdraw, job, DISMISSED
    ),
    (Status.WAITING, "withdrawn"): Move(waits_for(Status.DISMISSED), withdraw, comply, STANDS),
    (Status.SECOND, "withdrawn"): Move(
        drafted("refuse", waits_for(Status.DISMISSED)), withdraw, approve, _ended(Status.REFUSED, letters=1)
    ),
    (Status.CLARIFYING, "withdrawn"): Move(
        clarifying(Status.DISMISSED),
        withdraw,
        clarify,
        _ended(Status.DISMISSED, letters=1),
        twice=("demand", "assessment", "provider_retention"),
    ),
}
"""Before which arrow → the case, the command, its rival."""


def _bare(stage: Stage) -> tuple[str, str]:
    return stage.case, stage.url
