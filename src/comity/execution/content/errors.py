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


class ActUnsettled(ActStopped):
    """The platform could not be reached or failed; the act will be tried again."""

    code = "act_unsettled"
    retry = True
