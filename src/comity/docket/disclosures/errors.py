"""What the commands about users' data refuse. The docstring is the message; ``code`` is stable."""

from __future__ import annotations

from comity.docket.errors import DocketRefused


class NotAboutUsers(DocketRefused):
    """This case is no demand about a user: it is decided on its own page."""

    code = "not_about_users"


class MayNotLeave(DocketRefused):
    """The law does not let the data be transmitted now."""

    code = "may_not_leave"


class NothingCollected(DocketRefused):
    """There is nothing in custody under the decision that stands."""

    code = "nothing_collected"


class NoSuchForm(DocketRefused):
    """What was collected has no such file, or nothing of it can be drawn."""

    code = "no_such_form"


class OtherForm(DocketRefused):
    """What leaves was changed since you looked at it: look again."""

    code = "other_form"


class KeptNoLonger(DocketRefused):
    """Nothing is kept for this demand any more: its period was over, or the authority no longer needs it."""

    code = "kept_no_longer"


class NotContested(DocketRefused):
    """No objection, motion or referral is open in this case."""

    code = "not_contested"


class UnknownFact(DocketRefused):
    """The law room asks for no such fact, or it has no such value."""

    code = "unknown_fact"


class NothingReleased(DocketRefused):
    """Nothing was released as an emergency in this case."""

    code = "nothing_released"


class OwnRelease(DocketRefused):
    """Whoever signed a release does not review it: somebody else looks."""

    code = "own_release"


class NoSuchPackage(DocketRefused):
    """There is no such package for you, or its time is over."""

    code = "no_such_package"


class RangeRefused(DocketRefused):
    """The range lies behind the end of the package."""

    code = "range_refused"


class NoSuchCost(DocketRefused):
    """There is no such cost in this case."""

    code = "no_such_cost"


class NothingAnswered(DocketRefused):
    """Nothing was answered yet: costs are asked back afterwards."""

    code = "nothing_answered"


class UnusableCost(DocketRefused):
    """This cannot be recorded as a cost."""

    code = "unusable_cost"


class LetterIncomplete(DocketRefused):
    """The letter that answers cannot be written like this: something that it must state is missing."""

    code = "letter_incomplete"


class NoBreach(DocketRefused):
    """No review found a breach here, or it was ended before."""

    code = "no_breach"


class UnusableEnd(DocketRefused):
    """A breach cannot be ended like this."""

    code = "unusable_end"
