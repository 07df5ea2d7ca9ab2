"""A threat to life seen while a review is decided: raised with the decision, in one unit of work, and nobody told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comity.docket.reviews.errors import NotClaimed
from comity.docket.threats import store

if TYPE_CHECKING:
    from support.night import Night


def test_it_is_raised_with_the_decision(night: Night) -> None:
    from support.reviewing import Gallery

    gallery = Gallery.begin(night)
    gallery.upload()
    docket, mia = night.docket, gallery.staff.mia
    with pytest.raises(NotClaimed):
        docket.decide_review(mia, 1, gallery.choice(), upto=10, threat=True)
    assert store.open_ones() == []
    docket.claim_review(mia, 1)
    docket.decide_review(mia, 1, gallery.choice(), upto=10, threat=True)
    night.work_on()
    line = docket.threats(mia).open[0]
    assert (line.origin, line.file_number, line.state, line.raised_by) == ("review", 1, "raised", "Mia")
    assert docket.threat(1, mia).recipients == ()


def test_without_the_tick_none_is(night: Night) -> None:
    from support.reviewing import Gallery

    gallery = Gallery.begin(night)
    gallery.upload()
    gallery.decide()
    assert store.open_ones() == []
