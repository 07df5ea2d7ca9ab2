"""What this door can answer instead of what was asked, each with status and stable code (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar


@dataclass(frozen=True)
class FieldFault:
    """One thing wrong with a call: where, by which rule, under which article."""

    field: str
    rule: str
    message: str
    citations: tuple[str, ...] = ()


class ProblemError(Exception):
    """The call cannot be carried out."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    code: ClassVar[str] = "bad_call"

    def __init__(
        self, detail: str = "", *, faults: tuple[FieldFault, ...] = (), headers: dict[str, str] | None = None
    ) -> None:
        """Take what helps beyond the class's own message, the faults by field, and headers to answer with."""
        self.title = (type(self).__doc__ or "").split("\n", 1)[0]
        self.detail = detail or self.title
        self.faults = faults
        self.headers = headers or {}
        super().__init__(self.detail)


class NoTokenError(ProblemError):
    """A valid access token is required."""

    status = HTTPStatus.UNAUTHORIZED
    code = "no_token"


class NoScopeError(ProblemError):
    """The token was not granted the scope that this needs."""

    status = HTTPStatus.FORBIDDEN
    code = "no_scope"


class NotTrustedError(ProblemError):
    """The authority or its client is not confirmed now; answers are not handed over."""

    status = HTTPStatus.FORBIDDEN
    code = "not_trusted"


class NotAllowedError(ProblemError):
    """This authority has no role under Article 12(1) that allows this."""

    status = HTTPStatus.FORBIDDEN
    code = "not_allowed"


class NoSuchOrderError(ProblemError):
    """There is no such order, or it is not yours."""

    status = HTTPStatus.NOT_FOUND
    code = "no_such_order"


class NoSuchPlaceError(ProblemError):
    """There is nothing at this address."""

    status = HTTPStatus.NOT_FOUND
    code = "no_such_place"


class NotNowError(ProblemError):
    """The order does not stand where this would move it."""

    status = HTTPStatus.CONFLICT
    code = "not_now"


class NotAnsweredError(ProblemError):
    """There is no answer to this order yet."""

    status = HTTPStatus.CONFLICT
    code = "not_answered"


class NoLengthError(ProblemError):
    """The length of the body must be told beforehand (Content-Length)."""

    status = HTTPStatus.LENGTH_REQUIRED
    code = "no_length"


class IncompleteError(ProblemError):
    """The body ended before its announced length; nothing of it was taken. Send it again."""

    code = "incomplete"


class TooLargeError(ProblemError):
    """The body is larger than what is read."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class WrongMediaTypeError(ProblemError):
    """The body is of a type that is not read here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "wrong_media_type"


class UnusableBodyError(ProblemError):
    """The body does not say what this address needs."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unusable_body"


class UnusableKeyError(ProblemError):
    """The Idempotency-Key is not 1 to 128 visible ASCII characters."""

    code = "unusable_idempotency_key"


class TooManyCallsError(ProblemError):
    """Too many calls; come back later."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_calls"


class BrokenError(ProblemError):
    """Something broke on our side; what was received before this answer is kept."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "broken"


class NoSuchPackageError(ProblemError):
    """There is no such package for you, or its time is over."""

    status = HTTPStatus.NOT_FOUND
    code = "no_such_package"


class RangeError(ProblemError):
    """The range lies behind the end of the package."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    code = "range_refused"
