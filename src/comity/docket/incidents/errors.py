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
