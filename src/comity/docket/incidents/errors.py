"""What incidents refuse, in words for the person who asked."""

from __future__ import annotations

from comity.docket.errors import DocketRefused


class NoSuchIncident(DocketRefused):
    """There is no such incident."""

    code = "incidents.no_such_incident"


class IncidentOver(DocketRefused):
    """This incident is over: nothing follows from it any more. If it goes on, declare a new one."""

    code = "incidents.over"


class IncidentLasts(DocketRefused):
    """An incident of this name lasts already."""

    code = "incidents.lasts"


class UnusableIncident(DocketRefused):
    """This incident cannot be declared or extended as asked."""

    code = "incidents.unusable"


class AlreadyConfirmed(DocketRefused):
    """A second person has confirmed this incident already."""

    code = "incidents.confirmed"


class SamePerson(DocketRefused):
    """Whoever declared an incident cannot confirm it: a second person looks."""

    code = "incidents.same_person"


class NoSuchHandOff(DocketRefused):
    """There is no such hand-off of this incident."""

    code = "incidents.no_such_hand_off"


class NoSuchItem(DocketRefused):
    """No item of the platform stands at this address."""

    code = "incidents.no_such_item"


class ItemNotRead(DocketRefused):
    """The platform did not give this item now; nothing is listed. Try again."""

    code = "incidents.item_not_read"


class NothingToList(DocketRefused):
    """This item has no picture, film or sound that could be compared; nothing is listed."""

    code = "incidents.nothing_to_list"
