"""The words of nights, beside ``words``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NIGHTS: Mapping[str, Mapping[str, str | Promise]] = {
    "alarm": {
        "ringing": _("rings"),
        "acknowledged": _("acknowledged"),
        "settled": _("settled"),
    },
    "alarm_reason": {
        "person": _("The case needs a person"),
        "hour": _("The hour is running out"),
        "incident": _("An incident needs people"),
    },
    "page": {
        "ordered": _("on its way"),
        "sent": _("sent"),
        "failed": _("failed"),
        "joined": _("another page rings already"),
        "dropped": _("not needed any more"),
    },
    "way": {"push": _("push"), "email": _("e-mail"), "webhook": _("paging service")},
}
