"""What can go wrong in this room. Content that cannot be hashed is never among it: that is an outcome with a name."""

from __future__ import annotations

from typing import ClassVar


class MatchingFailure(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """Matching failed; nothing was found, and nothing was found to be absent."""

    code: ClassVar[str] = "matching_failure"

    def __init__(self, message: str | None = None) -> None:
        """Take ``message``, or say what the class says."""
        super().__init__(message or type(self).__doc__)


class MissingLibraries(MatchingFailure):
    """A library for matching is not installed: install Comity with the extra `matching`."""

    code = "matching_libraries_missing"

    @classmethod
    def named(cls, library: str, extra: str = "matching") -> MissingLibraries:
        """The failure for one library, and the extra that brings it."""
        return cls(f"{library} is not installed: install Comity with the extra `{extra}` ('comity[{extra}]').")


class InvalidSignal(MatchingFailure, ValueError):  # noqa: N818 -- as above
    """The text is no signal of its type."""

    code = "signal_invalid"


class UnknownSignalType(MatchingFailure, KeyError):  # noqa: N818 -- as above
    """There is no such type of signal."""

    code = "signal_type_unknown"

    def __str__(self) -> str:
        """The plain sentence; a KeyError would print its quotation."""
        return str(self.args[0])


class TextTooShort(MatchingFailure, ValueError):  # noqa: N818 -- as above
    """The text has too few words to be compared by likeness; compare it exactly."""

    code = "text_too_short"


class DecoderDidNotStart(MatchingFailure):
    """A decoder's process did not start: perhaps it was given too little memory for its libraries."""

    code = "decoder_did_not_start"


class DecodersClosed(MatchingFailure):
    """The decoders were closed; no content is taken any more."""

    code = "decoders_closed"
