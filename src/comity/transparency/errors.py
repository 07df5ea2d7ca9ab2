"""What the transparency room refuses."""

from __future__ import annotations

from typing import ClassVar


class TransparencyRefused(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """It cannot be done."""

    code: ClassVar[str] = "transparency_refused"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class NoSuchComplaint(TransparencyRefused):
    """There is no such complaint, or it was already decided."""

    code = "no_such_complaint"


class LinkNotUsable(TransparencyRefused):
    """This link does not open a complaint form."""

    code = "link_not_usable"


class OrderBinds(TransparencyRefused):
    """An order in force binds the provider: a complaint cannot lift it, only be referred (Articles 4(4) and 9)."""

    code = "order_binds"


class ReasonsNeeded(TransparencyRefused):
    """The outcome of a complaint is given with reasons (Article 10(2))."""

    code = "reasons_needed"


class SilenceLasts(TransparencyRefused):
    """Nobody may be told yet, or only a person may decide that they are."""

    code = "silence_lasts"
