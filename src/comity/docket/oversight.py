"""The overseer's reading: every case, secret ones too, and no way to change one.

What is shown without a reason holds no personal data: kinds, instants, roles, decisions with their reasons, proofs. A
document or an exhibit is opened only after the reason was entered; that entry is never deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db.models import Count, Q

from comity.casefile import audit
from comity.casefile.audit import EntryRow
from comity.casefile.audit.policy import policy
from comity.casefile.audit.service import opened
from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Decision
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.documents.record import AccessEvent
from comity.decision.errors import ReasonsMissing
from comity.docket import people, store, telling
from comity.docket.errors import NoSuchCase, RoleMayNot
from comity.docket.models import Case
from comity.docket.nights import store as nights
from comity.docket.overseers import OVERSIGHT, OverseerDesk, accesses, reader
from comity.docket.oversight_views import (
    AccessLine,
    Approver,
    AuthorityCount,
    Opened,
    Overseeing,
    SeenCase,
    SeenDecision,
    SeenEntry,
    SeenExhibit,
    SeenLine,
    Summary,
)
from comity.docket.procedure import Status
from comity.law.asking import about_users
from comity.registry import store_staff
from comity.registry.overseers import HeldOverseer

SHOWN = 50
_ACTOR = "system:oversight"
"""Who enters an access; the document itself names the overseer, whom staff are not told."""
_LEAST_REASON, _MOST_REASON = 10, 2000
_DECLINED = (Status.DECLINING.value, Status.CLARIFYING.value, Status.REFUSED.value)


class OversightDesk(OverseerDesk):
    """What an overseer may ask. Every command checks the account anew; all but the openings only read."""

    def oversee(self, acting: Overseeing) -> Summary:
        """Emergencies first, then what was decided without a person, then counts by authority."""
        self._reader(acting)
        rules = _night_rules()
        head = self.parts.tiles / "checkpoint"
        return Summary(
            emergencies=self._lines(Case.objects.filter(rule__in=rules), rules),
            automatic=self._lines(Case.objects.filter(rule__isnull=False).exclude(rule__in=rules), rules),
            counts=_counts(),
            size=int(head.read_text(encoding="utf-8").split("\n")[1]) if head.exists() else 0,
            required_witnesses=policy().required,
            clock_sane=audit.clock_is_sane(),
            now=self.parts.clock.now(),
        )

    def oversee_cases(self, acting: Overseeing, *, before: int | None = None) -> tuple[SeenLine, ...]:
        """Every case, newest first, fifty at a time."""
        self._reader(acting)
        rows = Case.objects.filter(number__lt=before) if before is not None else Case.objects.all()
        return self._lines(rows, _night_rules())

    def oversee_case(self, acting: Overseeing, case: str) -> SeenCase:
        """The skeleton of one case."""
        held = self._reader(acting)
        row = store.case(case)
        entries = audit.entries_of(case)
        roles = {one.member.id: ", ".join(sorted(one.member.roles)) for one in store_staff.everybody()}
        exhibits = [(one.exhibit, one.erased) for one in self.parts.vault.exhibits(case)]
        return SeenCase(
            line=self._line(row, _night_rules()),
            entries=tuple(_entry(one, roles) for one in entries),
            decisions=tuple(_SEEN[one.kind](one) for one in entries if one.kind in _SEEN and one.body),
            exhibits=tuple(SeenExhibit(one.digest, one.media_type, one.size, bool(gone)) for one, gone in exhibits),
            accesses=accesses(body=held.body, case=case),
            now=self.parts.clock.now(),
        )

    def oversee_proof(self, acting: Overseeing, case: str, entry: str) -> bytes:
        """The ``.tlog-proof`` of an entry of a case."""
        self._reader(acting)
        _of(case, entry)
        return audit.tlog_proof(entry)

    def oversee_open(self, acting: Overseeing, case: str, entry: str, reason: str) -> Opened:
        """Open a document of a case. The reason is entered before the document is read."""
        held = self._reader(acting)
        row = _of(case, entry)
        said = self._enter_access(held, case, f"{row.kind} {entry}", reason)
        body, salt = opened(entry)
        return Opened(case, entry, row.kind, json.loads(body), body, salt.hex(), said)

    def oversee_exhibit(self, acting: Overseeing, case: str, digest: str, reason: str) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of an exhibit, after the reason was entered; the case says only that it was opened."""
        held = self._reader(acting)
        known = {
            one.exhibit.digest: one.exhibit.media_type for one in self.parts.vault.exhibits(case) if not one.erased
        }
        if digest not in known:
            raise NoSuchCase
        self._enter_access(held, case, f"exhibit {digest}", reason)
        with self.parts.work(_ACTOR) as work:
            return known[digest], self.parts.vault.open(work, case, digest, purpose="oversight")

    def oversee_accesses(self, acting: Overseeing) -> tuple[AccessLine, ...]:
        """What people of the overseer's own body opened, and why."""
        return accesses(body=self._reader(acting).body)

    def _reader(self, acting: Overseeing) -> HeldOverseer:
        held = reader(acting.overseer, acting.passkey, self.parts.clock.now())
        if held is None or not acting.confirmed:
            raise RoleMayNot("This is for overseers.")
        return held

    def _enter_access(self, held: HeldOverseer, case: str, what: str, reason: str) -> str:
        said = " ".join(reason.split())[:_MOST_REASON]
        if len(said) < _LEAST_REASON:
            raise ReasonsMissing
        with self.parts.work(_ACTOR) as work:
            audit.enter(work, OVERSIGHT, AccessEvent(case=case, by=held.id, what=what, purpose=said, at=work.at))
        return said

    def _lines(self, rows: object, rules: frozenset[UUID]) -> tuple[SeenLine, ...]:
        newest = rows.order_by("-number")[:SHOWN]  # type: ignore[attr-defined]  # a query set of cases
        return tuple(self._line(row, rules) for row in newest)

    def _line(self, row: Case, rules: frozenset[UUID]) -> SeenLine:
        decision = _decided(row)
        by = "nobody" if decision is None else "people"
        if isinstance(decision, Decision) and decision.standing_rule is not None:
            by = "night_rule" if UUID(hex=decision.standing_rule) in rules else "rule"
        return SeenLine(
            case=row.id.hex,
            number=row.number,
            received_at=Instant(row.received_at),
            status=row.status,
            authority=row.authority_name,
            channel=row.channel,
            verified=row.verified,
            decided_by=by,
            approvals=len(decision.approvals) if decision else 0,
            secret_until=telling.secret_until(row) if row.assessment else None,
            drill=row.test,
        )


def _night_rules() -> frozenset[UUID]:
    return frozenset(UUID(hex=rule.rule) for rule in nights.night_rules())


def _counts() -> tuple[AuthorityCount, ...]:
    rows = (
        Case.objects.filter(test=False)
        .values("authority", "authority_name")
        .annotate(
            orders=Count("id"),
            automatic=Count("id", filter=Q(rule__isnull=False)),
            declined=Count("id", filter=Q(status__in=_DECLINED)),
            dismissed=Count("id", filter=Q(status=Status.DISMISSED.value)),
            in_effect=Count("id", filter=Q(status=Status.IN_EFFECT.value)),
            reinstated=Count("id", filter=Q(status=Status.REINSTATED.value)),
        )
        .order_by("-orders", "authority_name")
    )
    return tuple(
        AuthorityCount(
            authority=row["authority_name"],
            orders=row["orders"],
            automatic=row["automatic"],
            declined=row["declined"],
            dismissed=row["dismissed"],
            in_effect=row["in_effect"],
            reinstated=row["reinstated"],
        )
        for row in rows
    )


def _decided(row: Case) -> Decision | DisclosureDecision | None:
    """The decision about the demand, of either kind."""
    if row.decision is None:
        return None
    if row.instrument in about_users():
        return audit.find(row.decision.hex, DisclosureDecision).document
    return audit.find(row.decision.hex, Decision).document


def _of(case: str, entry: str) -> EntryRow:
    """An entry of this case; one of another case does not exist here."""
    store.case(case)
    row = next((one for one in audit.entries_of(case) if one.entry == entry), None)
    if row is None:
        raise NoSuchCase
    return row


def _entry(row: EntryRow, roles: dict[str, str]) -> SeenEntry:
    kind, _, identifier = row.actor.partition(":")
    actor = roles.get(identifier, "staff") if kind == "staff" else kind
    return SeenEntry(row.entry, row.kind, row.at, actor, row.index, row.body is None)


def _decision(row: EntryRow) -> SeenDecision:
    document = Decision.from_canonical(row.body or b"")
    approvals = tuple(
        Approver(people.name_of(f"staff:{one.person.id}"), one.person.role, one.at) for one in document.approvals
    )
    return SeenDecision(
        entry=row.entry,
        at=row.at,
        answer=document.answer.value,
        reasons=document.reasons,
        approvals=approvals,
        rule=document.standing_rule,
        rule_people=_rule_people(document.standing_rule),
        departs_from=document.departs_from.value if document.departs_from else None,
        measures=tuple(f"{grant.measure.value} ({', '.join(grant.territories)})" for grant in document.grants),
    )


def _disclosed(row: EntryRow) -> SeenDecision:
    """The same of a decision about users' data: what was granted, by category, never of whom."""
    document = DisclosureDecision.from_canonical(row.body or b"")
    approvals = tuple(
        Approver(people.name_of(f"staff:{one.person.id}"), one.person.role, one.at) for one in document.approvals
    )
    return SeenDecision(
        entry=row.entry,
        at=row.at,
        answer=document.answer.value,
        reasons=document.reasons,
        approvals=approvals,
        rule=None,
        rule_people=(),
        departs_from=document.departs_from.value if document.departs_from else None,
        measures=tuple(", ".join(one.value for one in terms.categories) for terms in document.terms),
    )


_SEEN: dict[str, Callable[[EntryRow], SeenDecision]] = {
    Decision.kind: _decision,
    DisclosureDecision.kind: _disclosed,
}


def _rule_people(rule: str | None) -> tuple[str, ...]:
    """Who proposed and approved a rule, by its entries."""
    if rule is None:
        return ()
    bodies = [json.loads(one.body) for one in audit.entries_of(rule) if one.body]
    names = [body[key]["id"] for body in bodies for key in ("proposed_by", "approved_by") if body.get(key)]
    return tuple(people.name_of(f"staff:{one}") for one in dict.fromkeys(names))
