"""What the page of nights shows, read from the tables and the entries that they name."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile.clock import Instant
from comity.casefile.documents.night import NightRule, Roster
from comity.docket.nights import rosters, rules, store
from comity.docket.nights.models import AlarmRow, PageRow
from comity.docket.nights.views import AlarmLine, NightPage, NightRuleLine, PageLine, RosterLine, WatchLine
from comity.docket.parts import Parts
from comity.registry import store as register
from comity.registry import store_staff
from comity.registry.duties import CARRIED_BY, Duty
from comity.registry.errors import RegistryError

_AHEAD = timedelta(days=14)
_ABLE = CARRIED_BY[Duty.DECIDE]


def page(viewer: str, parts: Parts) -> NightPage:
    """Everything on the page."""
    now, names = parts.clock.now(), _names()
    ladder, own = store.ladder(), store.contact(viewer)
    written = {identifier: text for text, identifier in targets().items()}
    return NightPage(
        rosters=tuple(_roster(roster, now, names) for roster in store.rosters()),
        gaps=gaps(now, now.plus(_AHEAD)),
        ladder="\n".join(rules.write_step(step, written) for step in ladder.steps) if ladder else "",
        unanswered_minutes=ladder.unanswered_minutes if ladder else 10,
        rules=tuple(_rule(rule, now, names) for rule in store.night_rules()),
        alarms=tuple(alarm(row) for row in store.alarms()),
        ways=tuple(way for way in rules.WAYS if way in parts.nights.ways),
        mine=dict(own.ways) if own else {},
        unreachable=_unreachable(parts),
        now=now,
    )


def gaps(since: Instant, until: Instant) -> tuple[WatchLine, ...]:
    """Stretches without anybody on call, ahead."""
    return tuple(WatchLine(gap.starts, gap.ends, ()) for gap in rosters.gaps(store.rosters(), since, until))


def alarm(row: AlarmRow) -> AlarmLine:
    """One alarm with its pages."""
    names, draft = _names(), store.draft_of(row)
    return AlarmLine(
        alarm=row.id.hex,
        number=row.number,
        reason=row.reason,
        state=row.state,
        drill=row.drill,
        began_at=Instant(row.began_at),
        due_at=Instant(row.due_at) if row.due_at else None,
        answered_by=names.get(row.acknowledged_by, row.acknowledged_by),
        unanswered=row.unanswered_at is not None,
        pages=tuple(_page(one, names) for one in store.pages_of(row.id)),
        draft=draft.fields if draft else None,
    )


def staff_by_name() -> dict[str, str]:
    """Names of active staff who may decide → identifiers."""
    able = (one.member for one in store_staff.everybody() if one.state == "active" and _ABLE & one.member.roles)
    return {member.name: member.id for member in able}


def targets() -> dict[str, str]:
    """What a ladder's step may name → how it is kept."""
    found = {f"role:{role.value}": f"role:{role.value}" for role in sorted(_ABLE)}
    found |= {name: f"staff:{identifier}" for name, identifier in staff_by_name().items()}
    return found | {roster.name: f"roster:{roster.roster}" for roster in store.rosters()}


def _names() -> dict[str, str]:
    return {one.member.id: one.member.name for one in store_staff.everybody()}


def _roster(roster: Roster, now: Instant, names: dict[str, str]) -> RosterLine:
    following = rosters.next_hand_over(roster, now)
    return RosterLine(
        roster=roster.roster,
        name=roster.name,
        zone=roster.zone,
        now=_called(rosters.on_call(roster, now), names),
        following=WatchLine(following.starts, following.ends, _called(following.people, names)) if following else None,
        shifts="\n".join(rosters.write_shift(shift, names) for shift in roster.shifts),
        exchanges="\n".join(rosters.write_exchange(one, names) for one in roster.exchanges),
    )


def _called(people: tuple[str, ...], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(who, who) for who in people)


def _page(row: PageRow, names: dict[str, str]) -> PageLine:
    said = store.said_of(row)
    at = Instant(row.sent_at or row.ordered_at)
    return PageLine(names.get(row.staff, row.staff), row.way, row.step, row.state, at, said)


def _rule(rule: NightRule, now: Instant, names: dict[str, str]) -> NightRuleLine:
    state = "proposed"
    if rule.withdrawn:
        state = "withdrawn"
    elif rule.approved_by is not None:
        state = "in_force" if rule.valid_from <= now < rule.valid_until else "expired"
    return NightRuleLine(
        rule=rule.rule,
        authority_name=_authority(rule.authority),
        channels=rule.channels,
        minutes=rule.minutes,
        proposed_by=names.get(rule.proposed_by.id, rule.proposed_by.id),
        approved_by=names.get(rule.approved_by.id, rule.approved_by.id) if rule.approved_by else None,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        state=state,
    )


def _authority(identifier: str) -> str:
    try:
        return register.authority(identifier).name
    except RegistryError:
        return identifier


def _unreachable(parts: Parts) -> tuple[str, ...]:
    """Who may decide and has no address on any way that is set up."""
    reachable = []
    for name, identifier in sorted(staff_by_name().items()):
        held = store.contact(identifier)
        if held is None or not set(held.ways) & set(parts.nights.ways):
            reachable.append(name)
    return tuple(reachable)
