"""What threats refuse, in words for the person who asked."""

from __future__ import annotations

from comity.docket.errors import DocketRefused


class NoSuchThreat(DocketRefused):
    """There is no such threat."""

    code = "threats.no_such_threat"


class NotOpen(DocketRefused):
    """This threat was decided already. Look at it again."""

    code = "threats.not_open"


class UnusableForm(DocketRefused):
    """The form cannot go out as it is filled."""

    code = "threats.unusable_form"


class NothingToBring(DocketRefused):
    """There is nothing that a person has to bring here."""

    code = "threats.nothing_to_bring"


class SamePersonLooks(DocketRefused):
    """Whoever decided cannot be the second person who looks."""

    code = "threats.same_person"


class LookedAt(DocketRefused):
    """A second person has looked already."""

    code = "threats.looked_at"
