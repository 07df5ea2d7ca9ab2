"""Codes of hunts as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = Mapping[str, "str | Promise"]

STATE: Labels = {
    "ordered": _("being searched"),
    "held": _("waits for a person"),
    "entering": _("going into review"),
    "done": _("searched"),
    "failed": _("could not be searched"),
    "stopped": _("ended by a person"),
}
SOURCE: Labels = {
    "signals": _("signals that a person named"),
    "item": _("one item"),
    "bank": _("a bank"),
    "case": _("what a case disabled"),
}
BECAME: Labels = {
    "waiting": _("not in review yet"),
    "entered": _("in review"),
    "allowed": _("let stand: an allow bank knows it"),
    "disabled": _("disabled already"),
    "gone": _("not there any more"),
    "withheld": _("held back: its account may not know of the demand yet"),
}
STEP: Labels = {
    "sought": _("its signals are known"),
    "found": _("searched"),
    "held": _("held for a person"),
    "released": _("let go on"),
    "narrowed": _("narrowed, searched again"),
    "entered": _("all of it is in review"),
    "failed": _("could not be searched"),
    "again": _("searched again"),
    "stopped": _("ended"),
}
HUNTS: Mapping[str, Labels] = {
    "hunt_state": STATE,
    "hunt_source": SOURCE,
    "hunt_became": BECAME,
    "hunt_step": STEP,
}
