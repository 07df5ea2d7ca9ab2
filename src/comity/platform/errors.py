"""What can go wrong between Comity and the provider's own systems.

``retry`` says whether repeating the same call with the same idempotency key can help by itself; where it is false, a
person has to look. After a failure with ``retry`` set the effect may or may not have happened: the repetition tells.
"""

from __future__ import annotations

from typing import ClassVar


class PlatformFailure(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """The platform did not do what was asked."""

    code: ClassVar[str] = "platform_failure"
    retry: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class Unreachable(PlatformFailure):
    """The platform could not be reached, gave no answer in time, or its answer broke off."""

    code = "platform_unreachable"
    retry = True


class Faulty(PlatformFailure):
    """The platform reported a failure of its own (HTTP 5xx) or asked us to come back later (HTTP 429)."""

    code = "platform_faulty"
    retry = True

    def __init__(self, message: str | None = None, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after
        """Seconds after which the platform wants to be asked again, when it said so."""


class Refused(PlatformFailure):
    """The platform understood and will not do it (HTTP 4xx)."""

    code = "platform_refused"


class NotTrusted(Refused):
    """The platform does not accept our secret (HTTP 401 or 403)."""

    code = "platform_not_trusted"


class Absent(Refused):
    """The platform has no such item or account, and never had under this name (HTTP 404)."""

    code = "platform_absent"


class KeyReused(Refused):
    """The idempotency key was used before for something else (HTTP 409): nothing was done."""

    code = "platform_key_reused"


class Cannot(Refused):
    """The platform has no measure that brings this about; part of it may be done, as the message says."""

    code = "platform_cannot"


class Unintelligible(PlatformFailure):
    """The platform's answer is not what the contract says: wrong shape, wrong digest, a redirection, or too large."""

    code = "platform_unintelligible"


class Unsendable(PlatformFailure):
    """What Comity wanted to send breaks the contract itself (key, territory, link): nothing was sent."""

    code = "platform_unsendable"


class NotGranted(PlatformFailure):
    """The grant does not name this category: nothing was asked."""

    code = "platform_not_granted"


class Misconfigured(PlatformFailure):
    """The settings of a platform adapter cannot be used."""

    code = "platform_misconfigured"
