"""What the console itself can refuse; everything else is refused by the rooms below, each with its own code."""

from __future__ import annotations

from typing import ClassVar


class ConsoleError(Exception):
    """The console refused."""

    code: ClassVar[str] = "console.refused"

    def __init__(self, detail: str = "") -> None:
        """Take what a person needs to know beyond the class's own message."""
        meaning = (type(self).__doc__ or "").split("\n", 1)[0]
        super().__init__(f"{meaning} {detail}".strip())


class NotStaffError(ConsoleError):
    """This account belongs to no active member of staff; somebody who keeps the list of staff can confirm it."""

    code = "console.not_staff"


class UnshowableExhibitError(ConsoleError):
    """This exhibit cannot be shown safely as a picture; it can be downloaded with a purpose instead."""

    code = "console.unshowable_exhibit"


class StaleViewingError(ConsoleError):
    """The permission to view this exhibit is used up or belongs to another person; state the purpose again."""

    code = "console.stale_viewing"


class UnknownExhibitError(ConsoleError):
    """This case has no such exhibit, or its key was destroyed."""

    code = "console.unknown_exhibit"


class UnknownCollectionError(ConsoleError):
    """This demand has no such collection, or nothing was collected."""

    code = "console.unknown_collection"


class UnknownComplaintError(ConsoleError):
    """There is no such complaint, or it is not yours to see."""

    code = "console.unknown_complaint"


class UnknownRosterError(ConsoleError):
    """There is no such roster, or it holds no more."""

    code = "console.unknown_roster"


class VeiledError(ConsoleError):
    """A film or a file cannot be veiled: choose to look first, then it is given out."""

    code = "console.veiled"
