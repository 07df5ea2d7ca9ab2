"""What can stop an act."""

from __future__ import annotations

from typing import ClassVar


class ActStopped(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """The act could not be finished now."""

    code: ClassVar[str] = "act_stopped"
    retry: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class NotEntered(ActStopped):
    """Nothing is done in the world before its entry is inside a signed checkpoint."""

    code = "not_entered"
    retry = True


class StillVisible(ActStopped):
    """The platform says that it is disabled, but a stranger still sees it."""

    code = "still_visible"
    retry = True


class StillAway(ActStopped):
    """The platform says that it is restored, but a stranger does not see it."""

    code = "still_away"
    retry = True


class Superseded(ActStopped):
    """Something else moved this act in the meantime; what it says now is done by the next walk."""

    code = "superseded"


class BeyondTheGrant(ActStopped):
    """What stands ready to be done is not what the entered decision grants: nothing is done."""

    code = "beyond_the_grant"
