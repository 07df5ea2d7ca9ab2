"""A certificate through HI-1's door: a case on the docket and an answer, or an error with its code and nothing done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comity.hi1.message import Encoding
from support import hi1
from support.hi1 import authorisation, created, document, identifier, task

if TYPE_CHECKING:
    from support.machines import House


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_certificate_makes_a_case_and_is_answered(house: House, encoding: Encoding) -> None:
    found = house.court.says(*created(authorisation(), task(), document()), encoding=encoding)
    assert found == {
        0: {"Identifier": identifier(1)},
        1: {"Identifier": identifier(11)},
        2: {"Identifier": identifier(90)},
    }
    (case,) = house.cases()
    assert (case.status, case.channel, case.authority) == ("received", "hi1", house.court.authority)
    assert case.reference == hi1.REFERENCE
    assert case.verified is True
    shown = house.court.says((0, "GET", {"Identifier": identifier(11)}), transaction=2, encoding=encoding)
    (one,) = shown[0]["HI1Object"]
    assert one["Status"]["Value"] == "AwaitingApproval"
    assert str(one["Generation"]) == "1"
