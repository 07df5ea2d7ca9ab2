"""Commands about nights, and what their page shows. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.night import Contact, Ladder, NightRule, Roster
from comity.casefile.records import UnitOfWork
from comity.decision import rules as decision_rules
from comity.decision.errors import RuleNotUsable
from comity.docket import people
from comity.docket.nights import links, reading, rosters, rules, store
from comity.docket.nights.errors import LinkSpent, NightRuleRefused, NoSuchAlarm, UnreadableLadder, UnreadableRoster
from comity.docket.nights.models import AlarmRow
from comity.docket.nights.views import AlarmLine, NightPage, WatchLine
from comity.docket.nights.workload import WorkloadDesk
from comity.registry import store as register
from comity.registry import store_staff
from comity.registry.duties import Duty

INSTRUMENT = "eu-tco"
_WARNED = timedelta(days=3)


class NightDesk(WorkloadDesk):
    """Rosters, the ladder, rules for the night, alarms and their acknowledgement."""

    def nights(self, viewer: str) -> NightPage:
        """The page of nights."""
        people.member_with(viewer, Duty.READ)
        return reading.page(viewer, self.parts)

    def night_gaps(self, viewer: str) -> tuple[WatchLine, ...]:
        """Stretches of the next days in which nobody is on call; none where nobody ever is called from here."""
        people.member_with(viewer, Duty.READ)
        now = self.parts.clock.now()
        return reading.gaps(now, now.plus(_WARNED)) if self.parts.nights.ways else ()

    def save_roster(self, viewer: str, *, roster: str, name: str, zone: str, lines: tuple[str, str]) -> str:
        """Make a roster, or change one (``roster`` is its identifier). ``lines``: shifts, exceptions."""
        person = people.signer(viewer, Duty.KEEP_ROSTER)
        known = {held.roster for held in store.rosters()}
        if roster and roster not in known:
            raise UnreadableRoster("There is no such roster.")
        made = Roster(
            roster=roster or new_id(),
            name=name.strip()[:120],
            zone=zone,
            shifts=rosters.read_shifts(lines[0], reading.staff_by_name()),
            exchanges=rosters.read_exchanges(lines[1], reading.staff_by_name()),
            by=person,
        )
        if not made.name or "," in made.name or "[" in made.name:
            raise UnreadableRoster("A roster has a name without commas and brackets.")
        rosters.check(made)
        with self.parts.work(f"staff:{viewer}") as work:
            store.save_roster(work, made)
        return made.roster

    def end_roster(self, viewer: str, roster: str) -> None:
        """A roster holds no more; the ladder's steps that name it call nobody through it."""
        person = people.signer(viewer, Duty.KEEP_ROSTER)
        held = next((one for one in store.rosters() if one.roster == roster), None)
        if held is None:
            raise UnreadableRoster("There is no such roster.")
        with self.parts.work(f"staff:{viewer}") as work:
            store.save_roster(work, held.model_copy(update={"active": False, "by": person}))

    def save_ladder(self, viewer: str, *, lines: str, unanswered_minutes: int) -> None:
        """Set in which order people are called."""
        person = people.signer(viewer, Duty.KEEP_ROSTER)
        if not 1 <= unanswered_minutes <= 60:
            raise UnreadableLadder("Nobody has answered between 1 and 60 minutes after the last step.")
        steps = rules.read_ladder(lines, reading.targets())
        made = Ladder(ladder=store.ladder_id(), steps=steps, unanswered_minutes=unanswered_minutes, by=person)
        with self.parts.work(f"staff:{viewer}") as work:
            store.save_ladder(work, made)

    def save_contact(self, viewer: str, *, ways: Mapping[str, str], staff: str = "") -> None:
        """Say how one is called: everybody for themselves, who keeps rosters also for others."""
        people.member_with(viewer, Duty.READ)
        whom = staff or viewer
        person = people.signer(viewer, Duty.READ if whom == viewer else Duty.KEEP_ROSTER)
        store_staff.member(whom)
        held = {way: rules.usable(way, address) for way, address in sorted(ways.items()) if address.strip()}
        with self.parts.work(f"staff:{viewer}") as work:
            store.save_contact(work, Contact(staff=whom, ways=held, by=person))

    def acknowledge(self, viewer: str, alarm: str) -> None:
        """A person has it: the ladder stops."""
        people.member_with(viewer, Duty.ANSWER_PAGE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.alarm(alarm)
            if row.state != "ringing":
                raise NoSuchAlarm
            _answered(work, row, viewer)

    def link_of(self, viewer: str, token: str) -> AlarmLine:
        """The alarm behind a one-time link; looking changes nothing, so that no mail scanner answers a page."""
        people.member_with(viewer, Duty.ANSWER_PAGE)
        found = store.page(links.page_of(token, self.parts.nights))
        if found is None or found.staff != viewer or found.used:
            raise LinkSpent
        return reading.alarm(store.seen_alarm(found.alarm.hex))

    def answer_page(self, viewer: str, token: str) -> int:
        """Acknowledge by the link in a page: this alarm, and all others for which this person was called."""
        people.member_with(viewer, Duty.ANSWER_PAGE)
        identifier = links.page_of(token, self.parts.nights)
        with self.parts.work(f"staff:{viewer}") as work:
            seen = store.page(identifier)
            if seen is None or seen.staff != viewer:
                raise LinkSpent
            own = store.alarm(seen.alarm.hex)
            others = store.ringing_for(viewer)
            page = store.locked_page(identifier)
            if page is None or page.used:
                raise LinkSpent
            store.change_page(work, page, own, page.state, "its link was used", used=True)
            for row in {one.id: one for one in (own, *others) if one.state == "ringing"}.values():
                _answered(work, row, viewer)
        return own.number

    def propose_night_rule(
        self, viewer: str, *, authority: str, channels: tuple[str, ...], minutes: int, terms: tuple[Instant, str]
    ) -> None:
        """Propose what happens when nobody answers. ``terms``: until when it holds, and why."""
        person = people.signer(viewer, Duty.PROPOSE_RULE)
        rules.check_minutes(minutes)
        held = register.authority(authority)
        until, why = terms
        with self.parts.work(f"staff:{viewer}") as work:
            made = NightRule(
                rule=new_id(),
                instrument=INSTRUMENT,
                authority=held.id,
                channels=channels,
                minutes=minutes,
                proposed_by=person,
                approved_by=None,
                valid_from=work.at,
                valid_until=until,
                why=why.strip()[:2000],
            )
            _check(made, person.role)
            store.save_night_rule(work, made)

    def approve_night_rule(self, viewer: str, rule: str) -> None:
        """Agree to a rule that somebody else proposed."""
        person = people.signer(viewer, Duty.APPROVE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            held = store.night_rule(_identifier(rule))
            decision_rules.check_second(held.proposed_by.id, person.id)
            if held.approved_by is not None or held.withdrawn:
                raise NightRuleRefused("This rule was already approved or withdrawn.")
            _check(held, person.role)
            store.save_night_rule(work, held.model_copy(update={"approved_by": person}))

    def withdraw_night_rule(self, viewer: str, rule: str, because: str) -> None:
        """End a rule at once; one person suffices."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            held = store.night_rule(_identifier(rule))
            store.save_night_rule(work, held.model_copy(update={"withdrawn": True, "why": because.strip()[:2000]}))


def _answered(work: UnitOfWork, row: AlarmRow, viewer: str) -> None:
    said = {"state": "acknowledged", "acknowledged_by": viewer, "ended_at": work.at.utc, "next_at": None}
    store.change_alarm(work, row, "acknowledged", "a person has it", **said)


def _check(rule: NightRule, role: str) -> None:
    try:
        decision_rules.check_rule(
            role=role, valid_from=rule.valid_from, valid_until=rule.valid_until, channels=rule.channels
        )
    except RuleNotUsable as error:
        raise NightRuleRefused(str(error)) from error


def _identifier(text: str) -> str:
    if len(text) != 32 or not set(text) <= set("0123456789abcdef"):
        raise NightRuleRefused("There is no such rule.")
    return text
