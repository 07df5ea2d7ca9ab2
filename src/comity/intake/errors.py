"""What can go wrong on the way in. Wrong content of a message is never among it: that is a ``Fault`` of the demand."""

from __future__ import annotations


class IntakeFailure(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """The way in failed. The sender was told nothing was accepted, or what was accepted is kept."""

    code = "intake_failed"

    def __init__(self, message: str | None = None) -> None:
        """Take ``message``, or say what the class says."""
        super().__init__(message or type(self).__doc__)


class UnreadableMessage(IntakeFailure):
    """A body could not be read as what it should be."""

    code = "unreadable"

    def __init__(self, code: str, field: str, detail: str) -> None:
        """Name the fault, the field it stands in (``$`` for the whole), and what exactly was seen."""
        super().__init__(f"{field}: {code}: {detail}")
        self.fault = code
        self.field = field
        self.detail = detail


class MessageTooLarge(IntakeFailure):
    """A message is larger than the channel takes; it was refused while it was still the sender's to keep."""

    code = "message_too_large"


class NotKept(IntakeFailure):
    """No such message was kept."""

    code = "not_kept"


class TooManyMessages(IntakeFailure):
    """This sender sends faster than its share; the message was not accepted and may be sent again later."""

    code = "too_many_messages"
