"""What can go wrong with banks."""

from __future__ import annotations

from typing import ClassVar

from comity.matching.errors import MatchingFailure


class BankFailure(MatchingFailure):
    """The bank stands as it stood."""

    code: ClassVar[str] = "bank_failure"


class UnknownBank(BankFailure):
    """There is no bank of that name."""

    code = "bank_unknown"


class UnknownItem(BankFailure):
    """There is no such item in that bank."""

    code = "bank_item_unknown"


class BankExists(BankFailure):
    """There is a bank of that name already."""

    code = "bank_exists"


class UnusableTerms(BankFailure, ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The terms of the bank cannot be used."""

    code = "bank_terms_unusable"


class UnusableItem(BankFailure, ValueError):  # noqa: N818 -- as above
    """The item cannot be listed."""

    code = "bank_item_unusable"


class UnknownList(BankFailure):
    """No such list waits for a person."""

    code = "bank_list_unknown"
