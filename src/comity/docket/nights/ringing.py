"""Whom a step of the ladder calls, and the pages that it orders: the same for cases and for incidents."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.casefile.documents.night import Step
from comity.casefile.records import UnitOfWork
from comity.docket.nights import rosters, rules, store
from comity.docket.nights.models import AlarmRow
from comity.docket.parts import Parts
from comity.registry import store_staff
from comity.registry.duties import CARRIED_BY, Duty, Role

SEND = "send_page"
UNANSWERED_MINUTES = 10


def order(work: UnitOfWork, alarm: AlarmRow, people: list[str], ways: tuple[str, ...], parts: Parts) -> int:
    """Order the pages of a step; gives how many people are called by them."""
    called = 0
    for staff in people:
        contact = store.contact(staff)
        for way in ways:
            if contact is None or way not in contact.ways or way not in parts.nights.ways:
                continue
            called += 1
            rings = not alarm.verified and store.paged_since(staff, way, work.at.plus(-rules.JOINS))
            state, said = ("joined", "a page rings already") if rings else ("ordered", "")
            page = store.order_page(work, alarm, staff=staff, way=way, state=state, said=said)
            if page is not None and not rings:
                work.defer(SEND, lock=page.id.hex, page=page.id.hex)
    return called


def ladder() -> tuple[tuple[Step, ...], int]:
    """The ladder; without one everybody is called at once."""
    held = store.ladder()
    if held is None:
        able = tuple(f"role:{role.value}" for role in sorted(CARRIED_BY[Duty.DECIDE]))
        return (Step(minutes=0, to=able),), UNANSWERED_MINUTES
    return held.steps, held.unanswered_minutes


def people(step: Step, at: Instant) -> list[str]:
    """Whom a step calls now: active staff who may decide."""
    named: list[str] = []
    held = {roster.roster: roster for roster in store.rosters()}
    for target in step.to:
        kind, _, identifier = target.partition(":")
        if kind == "roster" and identifier in held:
            named += rosters.on_call(held[identifier], at)
        elif kind == "role":
            named += _with_role(Role(identifier))
        elif kind == "staff":
            named.append(identifier)
    able = set(everybody())
    return [who for who in dict.fromkeys(named) if who in able]


def everybody() -> list[str]:
    """All active staff who may decide."""
    able = CARRIED_BY[Duty.DECIDE]
    return [one.member.id for one in store_staff.everybody() if one.state == "active" and able & one.member.roles]


def _with_role(role: Role) -> list[str]:
    return [one.member.id for one in store_staff.everybody() if one.state == "active" and role in one.member.roles]
