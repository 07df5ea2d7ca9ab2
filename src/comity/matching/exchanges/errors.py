"""What can go wrong with exchanges. No message repeats what an exchange sent: it may be anything."""

from __future__ import annotations

from typing import ClassVar

from comity.matching.errors import MatchingFailure


class ExchangeFailure(MatchingFailure):
    """The exchange stands as it stood, and so does its bank."""

    code: ClassVar[str] = "exchange_failure"


class UnknownExchange(ExchangeFailure):
    """There is no such exchange."""

    code = "exchange_unknown"


class UnusableExchange(ExchangeFailure, ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """What is said of the exchange cannot be used."""

    code = "exchange_unusable"


class ExchangeExists(ExchangeFailure):
    """There is an exchange of that name already."""

    code = "exchange_exists"


class NoSecret(ExchangeFailure):
    """A secret of the exchange cannot be read."""

    code = "exchange_secret"


class NotReached(ExchangeFailure):
    """The exchange did not answer."""

    code = "exchange_not_reached"

    def __init__(self, message: str | None = None, *, after: float = 0.0) -> None:
        """``after``: seconds that the exchange asks us to wait."""
        super().__init__(message)
        self.after = after


class UnusableAnswer(ExchangeFailure, ValueError):  # noqa: N818 -- as above
    """The exchange answered something that is not its protocol; nothing of it was taken."""

    code = "exchange_answer"


class Overtaken(ExchangeFailure):
    """Another worker took this part of the list meanwhile; nothing was taken twice."""

    code = "exchange_overtaken"


class NothingToTell(ExchangeFailure):
    """This exchange takes no opinions, or not this one."""

    code = "exchange_takes_no_opinion"
