"""What a bank and its items must be, and what is too broad: every branch, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from comity.casefile.documents.bank import BankTerms
from comity.matching.banks.errors import UnusableItem, UnusableTerms
from comity.matching.banks.rules import (
    DryRun,
    NewEntry,
    changed_terms,
    checked_item,
    checked_terms,
    suddenly,
)

SAID = {"name": "LIST", "owner": "us", "source": "an exchange", "reason": "r", "legal_basis": "terms 4"}
DIGEST = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def terms(**changes: Any) -> BankTerms:
    return BankTerms.model_validate(SAID | changes)


def test_good_terms_have_thresholds_by_our_names() -> None:
    checked = checked_terms(terms(thresholds={"HASH_PDQ": 20, "vpdq": 50, "text_likeness": 0.3, "sha256": 0}))
    assert checked.thresholds == {"pdq": 20.0, "vpdq": 50.0, "text_likeness": 0.3, "sha256": 0.0}
    assert checked_terms(terms()) == terms()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "list"}, "name"),
        ({"name": "1LIST"}, "name"),
        ({"name": "L" * 65}, "name"),
        ({"owner": " "}, "owner"),
        ({"source": ""}, "source"),
        ({"reason": "r" * 2_001}, "reason"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"enabled_ratio": 1.1}, "enabled_ratio"),
        ({"enabled_ratio": float("nan")}, "enabled_ratio"),
        ({"thresholds": {"nonsense": 1}}, "thresholds"),
        ({"thresholds": {"pdq": 61}}, "thresholds"),
        ({"thresholds": {"pdq": -1}}, "thresholds"),
        ({"thresholds": {"pdq": float("nan")}}, "thresholds"),
        ({"thresholds": {"sha256": 1}}, "thresholds"),
    ],
)
def test_unusable_terms_name_their_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(UnusableTerms, match=f"^{field}:"):
        checked_terms(terms(**wrong))


def test_changed_terms_are_terms_or_refused() -> None:
    assert changed_terms(terms(), {"shadow": True}).shadow
    with pytest.raises(UnusableTerms, match=r"^enabled_ratio:"):
        changed_terms(terms(), {"enabled_ratio": "much"})


def test_an_item_gets_its_one_spelling() -> None:
    made = checked_item(NewEntry({"video_sha256": DIGEST.upper()}, "m", "theirs"))
    assert made == NewEntry({"sha256": DIGEST}, "m", "theirs")
    assert checked_item(NewEntry({}, "m", "theirs", withdrawn=True)).withdrawn


@pytest.mark.parametrize(
    "wrong",
    [
        NewEntry({}, "m"),
        NewEntry({"sha256": DIGEST}, ""),
        NewEntry({"sha256": DIGEST}, "m" * 201),
        NewEntry({"sha256": DIGEST}, "m", "r" * 2_001),
        NewEntry({"sha256": "no"}, "m"),
        NewEntry({"nonsense": DIGEST}, "m"),
    ],
)
def test_an_unusable_item_is_refused(wrong: NewEntry) -> None:
    with pytest.raises(UnusableItem):
        checked_item(wrong)


@pytest.mark.parametrize(
    ("compared", "matched", "broad"),
    [
        (0, 0, False),
        (0, 1, False),
        (0, 2, True),
        (100, 1, False),
        (100, 2, True),
        (100_000, 19, False),
        (10**6, 20, True),
    ],
)
def test_a_broad_list(compared: int, matched: int, broad: bool) -> None:
    assert DryRun(5, compared, matched).broad is broad


@pytest.mark.parametrize(
    ("matches", "sample", "sudden"),
    [(20, 1_000, True), (20, 999, False), (19, 1_000, False), (20, 2_000, False), (21, 2_000, True)],
)
def test_a_sudden_item(matches: int, sample: int, sudden: bool) -> None:
    assert suddenly(matches, sample) is sudden
