"""What can be wrong with an exhibit. Each failure's docstring is its default message, ``code`` its stable name."""

# ruff: noqa: N818 -- names of failures in this house say what is wrong, not that it is an error
from __future__ import annotations

import inspect
from typing import ClassVar


class EvidenceError(Exception):
    """Something is wrong with an exhibit."""

    code: ClassVar[str] = "evidence"

    def __init__(self, detail: str = "") -> None:
        message = inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(f"{message} ({detail})" if detail else message)


class UnknownExhibit(EvidenceError):
    """This case holds no exhibit with this digest."""

    code = "evidence.unknown_exhibit"


class ExhibitErased(EvidenceError):
    """The exhibit was erased: its key is destroyed and its bytes cannot be had again."""

    code = "evidence.erased"


class ExhibitDamaged(EvidenceError):
    """The exhibit's file is not what was taken in: altered, cut short, put together anew, or another's."""

    code = "evidence.damaged"


class ExhibitMissing(EvidenceError):
    """The exhibit is held but its file is not in the vault."""

    code = "evidence.missing"


class StoreAway(EvidenceError):
    """The store of exhibits does not answer, or refuses: nothing was changed, and it may be tried again."""

    code = "evidence.store_away"


class StoreUnfit(EvidenceError):
    """The store of exhibits cannot be used as it is set up."""

    code = "evidence.store_unfit"


class InvalidExhibit(EvidenceError):
    """What was given does not describe an exhibit."""

    code = "evidence.invalid"


class PurposeMissing(EvidenceError):
    """An exhibit is taken in, opened or erased for a stated purpose only (2021/784 Art 6(3))."""

    code = "evidence.purpose_missing"


class NotYetEntered(EvidenceError):
    """Bytes are given out only once the entry of their opening is committed: read outside the unit of work."""

    code = "evidence.not_yet_entered"


class OutsideUnitOfWork(EvidenceError):
    """Custody changes only inside a unit of work, with its entry."""

    code = "evidence.outside_unit_of_work"


class HoldStands(EvidenceError):
    """A hold stands on the exhibit: it cannot be erased."""

    code = "evidence.hold_stands"


class PeriodRunning(EvidenceError):
    """The legal period of preservation has not ended: nothing may be erased or released before."""

    code = "evidence.period_running"


class PeriodUnknown(EvidenceError):
    """No legal period was ever set for the exhibits of this case: until one is known, nothing is erased."""

    code = "evidence.period_unknown"


class UnknownHold(EvidenceError):
    """No such hold stands on the exhibit, or several stand and none was named."""

    code = "evidence.unknown_hold"


class InvalidKey(EvidenceError):
    """The key-encryption keys cannot be used."""

    code = "evidence.invalid_key"


class UnknownKey(EvidenceError):
    """The exhibit's key is wrapped by a key-encryption key that is not among those given."""

    code = "evidence.unknown_key"


class KeyInUse(EvidenceError):
    """Exhibits are still wrapped by this key-encryption key: it is not retired."""

    code = "evidence.key_in_use"


class WrongKey(EvidenceError):
    """The exhibit's key cannot be unwrapped: another key-encryption key, another case, or altered."""

    code = "evidence.wrong_key"
