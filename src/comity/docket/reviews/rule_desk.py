"""Commands about matching rules, and about banks that err."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.casefile.documents.matching_rule import MatchingRule
from comity.docket import people
from comity.docket.parts import Parts
from comity.docket.reviews import store
from comity.docket.reviews.rules import Figures
from comity.docket.reviews.views import BankLine, MatchingRuleLine, MatchingRulesPage
from comity.matching.banks import service as bank_service
from comity.matching.banks import store as banks
from comity.matching.policy import service
from comity.matching.policy import store as policy
from comity.matching.policy.rules import Terms
from comity.matching.signals import TYPES, ContentType
from comity.registry.duties import Duty


class MatchingRuleDesk:
    """Matching rules: one person proposes, and where it disables another approves; one ends it."""

    parts: Parts

    def matching_rules(self, viewer: str) -> MatchingRulesPage:
        """Every rule, those in force first; every bank with what decisions say of it."""
        people.member_with(viewer, Duty.READ)
        now, known = self.parts.clock.now(), store.figures()
        lines = [_line(one, now) for one in policy.all_rules()]
        return MatchingRulesPage(
            rules=tuple(sorted(lines, key=lambda line: _ORDER.index(line.state))),
            banks=tuple(
                BankLine(
                    name=bank.name,
                    enabled=bank.terms.enabled,
                    shadow=bank.terms.shadow,
                    negative=bank.terms.negative,
                    figures=known.get(bank.name, Figures(bank.name, 0, 0, 0, 0)),
                )
                for bank in banks.banks()
            ),
            signal_types=tuple(TYPES),
            content_types=tuple(one.value for one in ContentType),
            now=now,
        )

    def propose_matching_rule(self, viewer: str, terms: Terms) -> None:
        """Make a rule; one that disables without a person waits for a second person."""
        person = people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.propose(work, terms, person)

    def approve_matching_rule(self, viewer: str, rule: str) -> None:
        """Agree to a rule that somebody else proposed."""
        person = people.signer(viewer, Duty.APPROVE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.approve(work, rule, person)

    def withdraw_matching_rule(self, viewer: str, rule: str, because: str) -> None:
        """End a rule at once."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.withdraw(work, rule, because)

    def switch_bank_off(self, viewer: str, bank: str, because: str) -> None:
        """Switch off a bank that errs: nothing of it matches any more."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            bank_service.change_bank(work, bank, because, enabled=False)


_ORDER = ("proposed", "in_force", "expired", "withdrawn")


def _line(rule: MatchingRule, now: Instant) -> MatchingRuleLine:
    state = "withdrawn" if rule.withdrawn else "proposed"
    if rule.made and not rule.withdrawn:
        state = "in_force" if rule.in_force(now) else "expired"
    return MatchingRuleLine(
        rule=rule,
        state=state,
        proposed_by=people.name_of(f"staff:{rule.proposed_by.id}"),
        approved_by=people.name_of(f"staff:{rule.approved_by.id}") if rule.approved_by else "",
        used=store.used(rule.rule),
    )
