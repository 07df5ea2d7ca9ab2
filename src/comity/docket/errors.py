"""What the docket refuses, in words for the person who asked."""

from __future__ import annotations

from typing import ClassVar


class DocketRefused(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The docket cannot do this."""

    code: ClassVar[str] = "docket_refused"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class NoSuchCase(DocketRefused):
    """There is no such case, or it is not yours to see."""

    code = "no_such_case"


class NotYourTurn(DocketRefused):
    """The case does not wait for this now; somebody or something else has moved it. Look at it again."""

    code = "not_your_turn"


class CaseClosed(DocketRefused):
    """This case is closed and what was in it is erased: nothing can be added to it. A new order opens a new case."""

    code = "case_closed"


class ImpossibleInstant(DocketRefused):
    """This instant cannot be: nothing is received in the future, nor before the demand that it is about."""

    code = "impossible_instant"


class RoleMayNot(DocketRefused):
    """Your role does not include this."""

    code = "role_may_not"


class AlreadyDone(DocketRefused):
    """Something is disabled under this order already: comply in part, so that the answer says so."""

    code = "already_done"


class NotExtensible(DocketRefused):
    """Non-disclosure can be extended once, before its end (Article 11(3)); here it cannot."""

    code = "not_extensible"


class NothingSaid(DocketRefused):
    """There is nothing in it."""

    code = "nothing_said"


class DocumentMissing(DocketRefused):
    """What an authority or a court decided is entered only with its document, which is kept as an exhibit."""

    code = "document_missing"


class NotAnswered(DocketRefused):
    """There is no answer to this order yet."""

    code = "not_answered"
