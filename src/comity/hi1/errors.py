"""What can be wrong with a message, by the standard's own codes (TS 103 120 annex D, as two implementations use it)."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """The codes of annex D; the machine that reads them repeats, mends or gives up by them."""

    BUSINESS_LOGIC = 3000
    NOT_SUPPORTED = 3001
    DUPLICATE_ACTION = 3002
    TRANSIENT = 3003
    CONFIGURATION = 3004
    ELEMENT_MISSING = 3005
    CHANGE_NOT_ALLOWED = 3006
    IMPROPER_VALUE = 3007
    IMPROPER_CHANGE = 3008
    VALUE_NOT_FOUND = 3009
    OBJECT_EXISTS = 3010
    UPDATE_OF_NOTHING = 3011
    UPDATE_EXPIRED = 3012
    CANCEL_OF_NOTHING = 3013
    GET_OF_NOTHING = 3014
    NOT_DELIVERABLE = 3015
    LINK_TO_NOTHING = 3016
    LINK_EXPIRED = 3017
    LINK_FAILED = 3018
    ENCODING = 3019
    VALIDATION = 3020
    VERSION = 3021
    TOO_LARGE = 3022


class Hi1Error(ValueError):
    """A message, or one action of it, cannot be taken; ``field`` names the place in it."""

    code = "hi1_error"

    def __init__(self, number: ErrorCode, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.number = number
        self.field = field
        self.why = why
