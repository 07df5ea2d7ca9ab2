"""Codes of reviews and matching rules as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = Mapping[str, "str | Promise"]

LIMB: Labels = {
    "incites": _("(a) incites terrorist offences, for instance by glorifying them"),
    "solicits_offence": _("(b) solicits a person to commit one, or to contribute"),
    "solicits_group": _("(c) solicits participation in a terrorist group"),
    "instructs": _("(d) instructs in weapons, explosives or methods for one"),
    "threatens": _("(e) threatens to commit one"),
}
PURPOSE: Labels = {
    "education": _("education"),
    "journalism": _("journalism"),
    "art": _("art"),
    "research": _("research"),
    "counter_speech": _("preventing or countering terrorism, or public debate"),
}
STANDING: Labels = {
    "no_ground": _("It is what the bank lists, and no ground is met"),
    "other_content": _("It only looks alike: the match is wrong"),
    "purpose": _("It is what the bank lists, for a purpose that Article 1(3) excludes"),
    "complaint": _("A complaint was right"),
}
REVIEW_OUTCOME: Labels = {
    "disable": _("Disable"),
    "let_stand": _("Let it stand"),
}
REVIEW_STATE: Labels = {
    "open": _("waits for a person"),
    "second": _("waits for a second opinion"),
    "applying": _("being carried out"),
    "decided": _("decided"),
}
PROGRESS: Labels = {
    "waiting": _("stands; waits"),
    "disabling": _("being disabled"),
    "disabled": _("disabled"),
    "failed": _("could not be disabled"),
    "passed": _("let pass"),
    "standing": _("stands"),
    "reinstating": _("being reinstated"),
    "reinstated": _("reinstated"),
    "repeated": _("the same item again"),
    "closed": _("erased"),
}
MEASURE: Labels = {
    "review": _("A person looks"),
    "disable_and_review": _("Disable, and a person looks"),
    "let_pass": _("Let pass"),
}
CONTENT: Labels = {
    "photo": _("picture"),
    "video": _("film"),
    "text": _("text"),
    "url": _("address"),
    "file": _("file"),
}
REVIEW_STEP: Labels = {
    "opened": _("opened"),
    "claimed": _("claimed"),
    "released": _("put back"),
    "asked": _("second opinion asked"),
    "advised": _("second opinion"),
    "decided": _("decision ordered"),
    "ended": _("settled"),
}
LISTED: Labels = {
    "in_force": _("in force"),
    "off": _("switched off since"),
    "gone": _("listed no more"),
}
REVIEWS: Mapping[str, Labels] = {
    "limb": LIMB,
    "purpose_1_3": PURPOSE,
    "standing": STANDING,
    "review_outcome": REVIEW_OUTCOME,
    "review_state": REVIEW_STATE,
    "progress": PROGRESS,
    "measure": MEASURE,
    "content": CONTENT,
    "review_step": REVIEW_STEP,
    "listed": LISTED,
}
