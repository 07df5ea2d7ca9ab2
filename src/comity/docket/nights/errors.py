"""What the nights refuse, in words for the person who asked."""

from __future__ import annotations

from comity.docket.errors import DocketRefused


class UnreadableRoster(DocketRefused):
    """This roster cannot be read."""

    code = "nights.unreadable_roster"


class UnreadableLadder(DocketRefused):
    """This ladder cannot be read."""

    code = "nights.unreadable_ladder"


class UnusableAddress(DocketRefused):
    """Nobody can be called at this address."""

    code = "nights.unusable_address"


class NoSuchAlarm(DocketRefused):
    """There is no such alarm, or it is over."""

    code = "nights.no_such_alarm"


class LinkSpent(DocketRefused):
    """This link was used before, is not yours, or is not whole. Acknowledge on the page of nights."""

    code = "nights.link_spent"


class NightRuleRefused(DocketRefused):
    """This rule for the night cannot be made, approved or withdrawn as asked."""

    code = "nights.rule_refused"


class UnusableLoad(DocketRefused):
    """With these figures nothing can be forecast."""

    code = "nights.unusable_load"
