"""What can go wrong on the way in. Wrong content of a message is never among it: that is a ``Fault`` of the demand."""

from __future__ import annotations


class IntakeFailure(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """The way in failed. The sender was told nothing was accepted, or what was accepted is kept."""

    code = "intake_failed"

    def __init__(self, message: str | None = None) -> None:
        """Take ``message``, or say what the class says."""
        super().__init__(message or type(self).__doc__)


class UnusableMailbox(IntakeFailure, ValueError):  # noqa: N818 -- names of failures here say what is wrong
    """The mailbox's address cannot be used."""

    code = "unusable_mailbox"

    def __init__(self, detail: str) -> None:
        super().__init__(f"The mailbox's address cannot be used: {detail}.")


class MailboxFailed(IntakeFailure):
    """The mailbox could not be read to its end; what was kept is kept, the rest is there."""

    code = "mailbox_failed"


class NotDrawn(IntakeFailure):
    """The document's pages could not be drawn: download the exhibit, on a machine meant for it."""

    code = "intake.not_drawn"


class NotKept(IntakeFailure):
    """No such message was kept."""

    code = "not_kept"
