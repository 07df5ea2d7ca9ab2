"""What can go wrong on the way out. Each failure's docstring is its default message, ``code`` its stable name."""

# ruff: noqa: N818 -- names of failures in this house say what is wrong, not that it is an error
from __future__ import annotations

import inspect
from typing import ClassVar


class DeliveryError(Exception):
    """An answer cannot be made or brought to its authority."""

    code: ClassVar[str] = "delivery"

    def __init__(self, detail: str = "") -> None:
        message = inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(f"{message} ({detail})" if detail else message)


class MissingField(DeliveryError):
    """A mandatory field of the form has no value: the form is not made without it."""

    code = "delivery.missing_field"

    def __init__(self, form: str, key: str, provision: str) -> None:
        self.form, self.key = form, key
        super().__init__(f"{form}: {key}, {provision}")


class UnfittingReason(DeliveryError):
    """A box that the form does not have for this kind of certificate."""

    code = "delivery.unfitting_reason"


class NothingToAnswer(DeliveryError):
    """No form of the instrument answers an order that names no address."""

    code = "delivery.nothing_to_answer"


class UnknownForm(DeliveryError):
    """The law's instrument has no such form."""

    code = "delivery.unknown_form"


class NotTypeset(DeliveryError):
    """The form could not be typeset."""

    code = "delivery.not_typeset"


class UnusableSeal(DeliveryError):
    """The key or the certificate of the seal cannot be used."""

    code = "delivery.unusable_seal"


class NotSealed(DeliveryError):
    """The document could not be sealed, or its time could not be stamped."""

    code = "delivery.not_sealed"


class SealAway(NotSealed):
    """The seal's key cannot be used now: the answer waits for it, and nothing leaves unsealed."""

    code = "delivery.seal_away"


class InvalidRecipient(DeliveryError):
    """The recipient is not an address of its channel: nothing was sent."""

    code = "delivery.invalid_recipient"


class NotProven(DeliveryError):
    """The form's entry is not yet inside a signed checkpoint: nothing leaves the house before (invariant 1)."""

    code = "delivery.not_proven"


class UnknownChannel(DeliveryError):
    """No way out is set up for this channel."""

    code = "delivery.unknown_channel"


class UnsafeSetting(DeliveryError):
    """The way out is not safe as it is set up."""

    code = "delivery.unsafe_setting"


class NotDelivered(DeliveryError):
    """The other side did not take the answer."""

    code = "delivery.not_delivered"

    def __init__(self, detail: str, *, retry: bool, uncertain: bool = False) -> None:
        self.retry = retry
        """Whether the same attempt may succeed later."""
        self.uncertain = uncertain
        """Whether the other side may have taken it all the same: sent again, it carries the same identifier."""
        super().__init__(detail)


class WrongFetcher(DeliveryError):
    """The answer is kept for another client."""

    code = "delivery.wrong_fetcher"
