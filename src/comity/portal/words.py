"""What officers read for the codes of the rooms below."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comity.portal.oversight.words import SEEN

_STATUS: dict[str, str | Promise] = {
    "received": _("received"),
    "assessed": _("being examined"),
    "waiting": _("with a person of the provider"),
    "second_person": _("with a second person of the provider"),
    "executing": _("being carried out"),
    "executed": _("carried out; the answer is being made"),
    "declining": _("the answer is being made"),
    "clarifying": _("waits for your clarification"),
    "collected": _("with a person of the provider, before it leaves"),
    "packing": _("being packed for you"),
    "contesting": _("an objection is open"),
    "answered": _("answered"),
    "in_effect": _("answered, in effect"),
    "reinstating": _("being reinstated"),
    "reinstated": _("reinstated"),
    "refused": _("refused; see the answer"),
    "dismissed": _("put away"),
    "closed": _("closed"),
}
_OUTCOME: dict[str, str | Promise] = {
    "holds": _("in order"),
    "fails": _("not in order"),
    "undetermined": _("not known"),
}
_ITEM: dict[str, str | Promise] = {
    "open": _("open"),
    "disabled": _("disabled"),
    "restored": _("reinstated"),
    "absent": _("nothing found under this address"),
}
_CLOCK: dict[str, str | Promise] = {
    "running": _("running"),
    "suspended": _("suspended"),
    "met": _("met"),
    "missed": _("missed"),
    "cancelled": _("ended"),
}
_FORM: dict[str, str | Promise] = {
    "annex-2": _("Annex II: what was done"),
    "annex-3": _("Annex III: why it cannot be done"),
    "evidence-annex-3": _("Annex III: certificate not executed"),
    "letter-acknowledgement": _("Letter: received and kept"),
    "letter-clarification": _("Letter: clarification asked"),
    "letter-partial": _("Letter: in part"),
    "letter-no_data": _("Letter: no data"),
    "letter-refusal": _("Letter: refusal"),
    "letter-objection": _("Letter: objection"),
    "letter-referral": _("Letter: another route"),
    "letter-challenge": _("Letter: a court was asked"),
    "letter-costs": _("Letter: costs"),
    "letter-cover": _("Letter with the package"),
    "letter-written": _("Letter: written demand due"),
    "letter-effect": _("Letter: effect given"),
}
_SAID: dict[str, str | Promise] = {
    "filed": _("Your order is entered. The hour runs from this receipt."),
    "asked": _("Your demand is entered. Its periods run from this receipt."),
    "repeated": _("This order was entered before; nothing was entered twice."),
    "clarified": _("Entered. A new hour begins."),
    "corrected": _("Entered. The demand is examined anew as it reads now."),
    "withdrawn": _("Entered: you withdrew this order."),
    "demand_withdrawn": _("Entered: you withdrew this demand."),
    "written": _("Entered. The provider's staff see it at once."),
    "informed": _("Entered. Twelve hours from now a first order is announced in time; it lengthens nothing."),
    "extended": _("Entered: non-disclosure is extended."),
}
_KINDS = {"status": _STATUS, "outcome": _OUTCOME, "item": _ITEM, "clock": _CLOCK, "form": _FORM, "said": _SAID} | SEEN


def label(kind: str, code: object) -> str:
    """The words for a code; the code itself where there are none."""
    return str(_KINDS[kind].get(str(code), str(code).replace("_", " ")))


def length(seconds: int) -> str:
    """A length of time in its two largest units that matter."""
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    if days >= 3:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if days:
        return _now("%(d)d d %(h)d h") % {"d": days, "h": hours}
    if hours:
        return _now("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    return _now("%(m)d min %(s)02d s") % {"m": minutes, "s": seconds % 60}


SAYINGS = frozenset(_SAID)
MOVING = frozenset({"received", "assessed", "executing", "executed", "declining", "reinstating", "packing"})
"""States that a job leaves within seconds: the page then follows by itself."""
