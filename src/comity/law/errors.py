"""What the law room may refuse. Every message names the field, the rule, or the file at fault."""

from __future__ import annotations


class LawError(Exception):
    """Something the law room was given cannot be used."""

    code = "law"


class UnknownInstrumentError(LawError):
    """No folder of law has this identifier."""

    code = "unknown_instrument"


class UnusableOrderError(LawError):
    """The order cannot be assessed at all; the message names the field."""

    code = "unusable_order"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


class InvalidProviderError(LawError):
    """The provider profile is not usable; the message names each field and its rule."""

    code = "invalid_provider"


class UnresolvedCitationError(LawError):
    """No article of this law's text answers to this citation."""

    code = "unresolved_citation"


class UnknownPeriodError(LawError):
    """The instrument has no period with this identifier."""

    code = "unknown_period"


class BrokenLawError(LawError):
    """A folder of law contradicts itself or its own text; nothing may be judged by it."""

    code = "broken_law"
