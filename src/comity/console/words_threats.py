"""The words of threats to life, beside ``words``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THREATS: Mapping[str, Mapping[str, str | Promise]] = {
    "threat": {
        "raised": _("waits for a decision"),
        "telling": _("authorities are being told"),
        "informed": _("everybody was told"),
        "no_threat": _("no threat to life"),
        "closed": _("closed"),
    },
    "threat_change": {
        "raised": _("raised"),
        "decided": _("decided"),
        "no_threat": _("no threat to life"),
        "confirmed": _("looked at by a second person"),
        "informed": _("everybody was told"),
        "closed": _("closed"),
    },
    "threat_origin": {"incident": _("incident"), "review": _("review"), "case": _("case")},
    "threat_tell": {
        "state": _("authorities for criminal matters"),
        "home_contact": _("contact point of the home state"),
        "home_state": _("law enforcement of the home state"),
        "europol": _("Europol"),
    },
    "threat_progress": {
        "ordered": _("on its way"),
        "delivered": _("told"),
        "by_hand": _("a person has to bring it"),
    },
    "threat_clock": {
        "threat_to_life": _("2021/784 Art 14(5): promptly"),
        "suspicion_of_threat": _("2022/2065 Art 18: promptly"),
    },
}
