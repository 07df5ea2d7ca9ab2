"""A registry with four people in it, and an authority on its way: what fixtures and other rooms' tests build with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from comity.casefile.clock import FixedClock
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.registry import service, staffing, store
from comity.registry.duties import Role
from comity.registry.means import AuthorityProposal, AuthorityRole, CallOutcome, NumberFound, Source, SourceKind
from comity.registry.staffing import NewMember
from comity.registry.store import CallMade

Work = Callable[[str], AbstractContextManager[UnitOfWork]]


@dataclass(frozen=True)
class People:
    """Identifiers of the first staff."""

    anna: str
    """Registrar and administrator."""
    ben: str
    """Approver."""
    carla: str
    """Legal."""
    dan: str
    """Auditor."""


def begin_at(clock: FixedClock) -> Work:
    @contextmanager
    def begin(by: str = "") -> Iterator[UnitOfWork]:
        with unit_of_work(clock.now(), f"staff:{by}" if by else "system:setup") as opened:
            yield opened

    return begin


def account(name: str) -> int:
    from django.contrib.auth.models import User

    return int(User.objects.create(username=name).pk)


def found(work: Work) -> People:
    with work("") as opened:
        return People(
            *staffing.found_staff(
                opened,
                (
                    NewMember(account("anna"), "Anna", frozenset({Role.REGISTRAR, Role.ADMINISTRATOR})),
                    NewMember(account("ben"), "Ben", frozenset({Role.APPROVER, Role.MODERATOR})),
                    NewMember(account("carla"), "Carla", frozenset({Role.LEGAL})),
                    NewMember(account("dan"), "Dan", frozenset({Role.AUDITOR})),
                ),
            )
        )


def proposal_of(clock: FixedClock, people: People) -> AuthorityProposal:
    sources = (
        Source(SourceKind.COMMISSION_REGISTER, "https://register.example/FR", people.anna, clock.now()),
        Source(SourceKind.OFFICIAL_SITE, "https://authority.example/contact", people.ben, clock.now()),
    )
    return AuthorityProposal(
        name="Office central de test",
        member_state="FR",
        roles=frozenset({AuthorityRole.ISSUES}),
        mail_domains=("authority.example",),
        numbers=(NumberFound("+33140000000", sources),),
        feedback_contact="orders@authority.example",
    )


def propose(work: Work, people: People, proposal: AuthorityProposal) -> str:
    with work(people.anna) as opened:
        return service.propose_authority(opened, by=people.anna, proposal=proposal)


def call(
    work: Work, by: str, authority: str, outcome: CallOutcome = CallOutcome.VERIFIED, case: str | None = None
) -> str:
    number = store.authority(authority).numbers[0].id
    with work(by) as opened:
        made = CallMade(number, "duty officer", outcome, case)
        return service.record_call_back(opened, by=by, authority=authority, made=made)


def confirm(work: Work, people: People, proposed: str) -> str:
    call(work, people.ben, proposed)
    for by in (people.anna, people.ben):
        with work(by) as opened:
            service.confirm_authority(opened, by=by, authority=proposed)
    return proposed
