"""What can stop a collection, a hold, a redaction or a package."""

from __future__ import annotations

from typing import ClassVar


class DisclosureStopped(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """It could not be finished now."""

    code: ClassVar[str] = "disclosure_stopped"
    retry: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class NotEntered(DisclosureStopped):
    """Nothing is collected before its entry is inside a signed checkpoint."""

    code = "not_entered"
    retry = True


class GrantAltered(DisclosureStopped):
    """What stands ready to be collected is not what the entered, signed decision grants: nothing is asked."""

    code = "grant_altered"


class GrantExpired(DisclosureStopped):
    """The grant's end has come: nothing is collected under it any more."""

    code = "grant_expired"


class Superseded(DisclosureStopped):
    """Something else moved this in the meantime; what it says now is done by the next walk."""

    code = "superseded"


class TooMuch(DisclosureStopped):
    """The platform answers more than one collection may hold."""

    code = "too_much"


class NoSuchCollection(DisclosureStopped):
    """There is no such collection, or it was not performed."""

    code = "no_such_collection"


class NoSuchHold(DisclosureStopped):
    """There is no such hold, or it does not stand."""

    code = "no_such_hold"


class MalformedDataSet(DisclosureStopped):
    """Stored bytes are not a data set in its one encoding."""

    code = "malformed_data_set"


class NotRedacted(DisclosureStopped):
    """The exhibit could not be redacted; nothing of it leaves."""

    code = "not_redacted"


class NotPacked(DisclosureStopped):
    """The package could not be made."""

    code = "not_packed"


class UnusableRecipient(DisclosureStopped):
    """The key of the authority cannot be used to encrypt to it."""

    code = "unusable_recipient"


class NotAvailable(DisclosureStopped):
    """There is no such package to be fetched, or its time is over."""

    code = "not_available"


class UnsatisfiableRange(DisclosureStopped):
    """The range lies outside of the package."""

    code = "unsatisfiable_range"
