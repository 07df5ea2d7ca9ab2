"""What can go wrong with matching rules."""

from __future__ import annotations

from typing import ClassVar

from comity.matching.errors import MatchingFailure


class PolicyFailure(MatchingFailure, ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The rule stands as it stood."""

    code: ClassVar[str] = "policy_failure"


class UnusableRule(PolicyFailure):
    """The matching rule cannot be made like this."""

    code = "matching_rule_unusable"


class NoSuchRule(PolicyFailure):
    """There is no such matching rule."""

    code = "no_such_matching_rule"


class SamePersonTwice(PolicyFailure):
    """The second approval must come from another person than the first."""

    code = "same_person_twice"


class RuleSettled(PolicyFailure):
    """This rule was already approved or withdrawn."""

    code = "matching_rule_settled"
