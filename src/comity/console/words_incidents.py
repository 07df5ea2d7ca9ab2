"""The words of incidents, beside ``words``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

INCIDENTS: Mapping[str, Mapping[str, str | Promise]] = {
    "incident": {"lasts": _("lasts"), "closed": _("closed"), "ended": _("ended by itself")},
    "incident_standing": {
        "confirmed": _("confirmed by a second person"),
        "awaited": _("waits for a second person"),
        "unconfirmed": _("unconfirmed: no second person looked in time"),
    },
    "incident_change": {
        "declared": _("declared"),
        "confirmed": _("confirmed"),
        "extended": _("given another end"),
        "closed": _("closed"),
        "ended": _("ended by itself"),
    },
    "incident_clock": {
        "incident_end": _("The incident ends"),
        "incident_confirm": _("A second person confirms the incident"),
    },
    "clock_state": {
        "running": _("runs"),
        "suspended": _("stands still"),
        "met": _("met"),
        "missed": _("missed"),
        "cancelled": _("cancelled"),
    },
}
