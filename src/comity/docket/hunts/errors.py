"""What hunts refuse, in words for the person who asked."""

from __future__ import annotations

from comity.docket.errors import DocketRefused


class NoSuchHunt(DocketRefused):
    """There is no such hunt."""

    code = "no_such_hunt"


class NothingSought(DocketRefused):
    """There is no signal to search for."""

    code = "nothing_sought"


class TooMuchSought(DocketRefused):
    """One hunt searches for at most 100,000 signals."""

    code = "too_much_sought"


class UnusableSearch(DocketRefused):
    """This cannot be searched for."""

    code = "hunt_unusable"


class NotHuntable(DocketRefused):
    """Copies are searched for once the case's own acts are performed: now there is nothing that it disabled."""

    code = "nothing_disabled_yet"


class NotTheTurn(DocketRefused):
    """The hunt does not stand where this could be done; it went on meanwhile. Look at it again."""

    code = "hunt_not_your_turn"


class NoCatalogue(DocketRefused):
    """Nothing that the platform stores is in the catalogue yet: fill it first, then hunt."""

    code = "no_catalogue"


class SearchTorn(DocketRefused):
    """The signals that were kept beside the hunt are not those that were entered: nothing was searched."""

    code = "hunt_torn"
