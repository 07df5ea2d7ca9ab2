"""What can go wrong with the match service, each with a stable code; the docstring is the message."""

from __future__ import annotations

from comity.matching.errors import MatchingFailure


class ServingFailure(MatchingFailure):
    """The match service did not do what was asked."""

    code = "serving_failure"
    status = 500


class NotLoaded(ServingFailure):
    """INDEX-NOT-LOADED"""

    code = "index_not_loaded"
    status = 503


class TooBusy(ServingFailure):
    """More is asked than can be answered in time; ask again in a moment."""

    code = "too_busy"
    status = 503


class NotAnswerable(ServingFailure, ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The call cannot be answered as it is."""

    code = "call_unusable"
    status = 400


class NoToken(ServingFailure):
    """Name your token: Authorization: Bearer …"""

    code = "token_missing"
    status = 401


class ScopeMissing(ServingFailure):
    """This token may not do that."""

    code = "scope_missing"
    status = 403


class HostNotAllowed(ServingFailure):
    """Content is fetched from the hosts that the operator named, and from no other."""

    code = "host_not_allowed"
    status = 403


class NameTaken(ServingFailure):
    """There is a bank of that name already."""

    code = "bank_exists"
    status = 403


class NotFound(ServingFailure):
    """There is nothing under this name."""

    code = "not_found"
    status = 404


class TooLarge(ServingFailure):
    """More was sent than is taken in one call."""

    code = "too_large"
    status = 413


class TooOften(ServingFailure):
    """This caller asked too often; wait a moment."""

    code = "too_often"
    status = 429


class NotHere(ServingFailure):
    """That is not done through this service."""

    code = "not_here"
    status = 501


class NotAppliedYet(ServingFailure):
    """It is entered and will match, but the index has not told so yet; ask for the position again."""

    code = "not_applied_yet"
    status = 503


class UnusableTokens(ServingFailure, ValueError):  # noqa: N818 -- as above
    """The file of tokens cannot be used."""

    code = "tokens_unusable"


class KeeperStopped(ServingFailure):
    """The keeper of the index ended."""

    code = "keeper_stopped"
