"""What the decision room refuses. The docstring is the message; ``code`` is stable."""

from __future__ import annotations

from typing import ClassVar


class DecisionRefused(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The decision cannot be made."""

    code: ClassVar[str] = "decision_refused"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class RoleMayNotDecide(DecisionRefused):
    """This role may look but not decide."""

    code = "role_may_not_decide"


class SamePersonTwice(DecisionRefused):
    """The second approval must come from another person than the first."""

    code = "same_person_twice"


class BeyondTheDemand(DecisionRefused):
    """A decision can only grant what the demand asks: this address is not in it."""

    code = "beyond_the_demand"


class NothingGranted(DecisionRefused):
    """A decision to comply names at least one address."""

    code = "nothing_granted"


class ReasonsMissing(DecisionRefused):
    """A decision that departs from the proposal, or that declines, gives its reasons."""

    code = "reasons_missing"


class NotVerified(DecisionRefused):
    """The sender has not been verified: record the call-back to the number held beforehand first."""

    code = "not_verified"


class RuleNotUsable(DecisionRefused):
    """This standing rule cannot be made, approved or withdrawn as asked."""

    code = "rule_not_usable"


class NoSuchRule(DecisionRefused):
    """There is no standing rule of this identifier."""

    code = "no_such_rule"


class NoDraft(DecisionRefused):
    """There is no first approval that waits for a second person."""

    code = "no_draft"


class EmergencyBarred(DecisionRefused):
    """This demand may not be released as an emergency; its ordinary way is open."""

    code = "emergency_barred"

    def __init__(self, why: str = "") -> None:
        super().__init__(f"{type(self).__doc__} ({why})" if why else None)


class SupervisorNotCalled(DecisionRefused):
    """The officer's supervisor has not confirmed the demand at a number held before it came."""

    code = "supervisor_not_called"


class ReleasersMissing(DecisionRefused):
    """An emergency release takes two different persons."""

    code = "releasers_missing"


class RestWaits(DecisionRefused):
    """In an emergency subscriber data leave first; the rest waits for the provider's period."""

    code = "rest_waits"

    def __init__(self, what: str = "") -> None:
        super().__init__(f"{type(self).__doc__} ({what})" if what else None)


class UnreadableDecoys(DecisionRefused):
    """The list of decoys cannot be read: it begins with its version and salt; then comes a digest a line."""

    code = "unreadable_decoys"

    def __init__(self, where: str = "") -> None:
        super().__init__(f"{type(self).__doc__} ({where})" if where else None)


class OrderUnread(DecisionRefused):
    """Where the order has effect, or when the recipient may be informed, cannot be read: ask for it."""

    code = "order_unread"


class BeyondTheRequest(DecisionRefused):
    """A decision can only grant what the demand asks: this is not in it."""

    code = "beyond_the_request"


class NothingGrantable(DecisionRefused):
    """A decision to comply names at least one account, category and field that can be given."""

    code = "nothing_grantable"


class KeepsOnly(DecisionRefused):
    """The demand asks to keep data, not to give them."""

    code = "keeps_only"
