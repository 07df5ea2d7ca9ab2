"""Codes of hunts as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from comity.docket import spoken

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
_HELD = (
    gettext_noop("it found more than {most} items and was broken off: take out what is sought too broadly"),
    gettext_noop("it found {found} of {stored} items, which is much of the platform"),
    gettext_noop("it found {found} items"),
)
HUNTS: Mapping[str, Labels] = {
    "hunt_state": STATE,
    "hunt_source": SOURCE,
    "hunt_became": BECAME,
    "hunt_step": STEP,
}


def waits_because(said: str) -> str:
    """Why a hunt waits or failed, in the reader's language; the numbers as they were entered."""
    for sentence in _HELD:
        shape = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[\\d,]+)", re.escape(sentence))
        if found := re.fullmatch(shape, said):
            return gettext(sentence).format(**found.groupdict())
    return spoken.sentence_of(said)
