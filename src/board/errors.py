"""What the board refuses, each with the HTTP status and the stable code that its interface answers."""

from __future__ import annotations

from typing import ClassVar


class BoardRefusal(Exception):  # noqa: N818 -- names of failures say what is wrong
    """The board will not do this."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class NoSuchThing(BoardRefusal):
    """There is nothing here."""

    code = "absent"
    status = 404


class BadInput(BoardRefusal):
    """A field is missing, of the wrong kind, or too long."""

    code = "bad_input"
    status = 422


class KeyReused(BoardRefusal):
    """This idempotency key was used before with another content; nothing was done."""

    code = "key_reused"
    status = 409


class NotTrusted(BoardRefusal):
    """The secret is missing or wrong."""

    code = "not_trusted"
    status = 401


class BadPicture(BadInput):
    """This file is not a JPEG, PNG, GIF or WebP picture that the board can show."""

    code = "bad_picture"


class TooLarge(BoardRefusal):
    """This is larger than the board accepts."""

    code = "too_large"
    status = 413


class HandleTaken(BadInput):
    """Somebody else has this name already."""

    code = "handle_taken"
