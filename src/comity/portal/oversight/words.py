"""What overseers read for the codes of the rooms below; ``portal.words`` takes them in."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEEN: dict[str, dict[str, str | Promise]] = {
    "seen_status": {
        "received": _("received"),
        "assessed": _("assessed"),
        "waiting": _("waits for a person"),
        "second_person": _("waits for a second person"),
        "executing": _("being carried out"),
        "executed": _("carried out"),
        "declining": _("being declined"),
        "clarifying": _("clarification was asked"),
        "answered": _("answered"),
        "in_effect": _("in effect"),
        "reinstating": _("being reinstated"),
        "reinstated": _("reinstated"),
        "refused": _("refused"),
        "dismissed": _("put away"),
        "closed": _("closed"),
    },
    "decided_by": {
        "nobody": _("nobody yet"),
        "people": _("people"),
        "rule": _("a standing rule"),
        "night_rule": _("a night rule"),
    },
    "answer": {
        "comply": _("comply"),
        "comply_in_part": _("comply in part"),
        "clarify": _("ask for clarification"),
        "object": _("object"),
        "refuse": _("refuse"),
        "refer": _("refer"),
    },
    "actor": {
        "system": _("Comity itself"),
        "authority": _("the authority"),
        "staff": _("a former member of staff"),
    },
    "entry_kind": {
        "demand": _("demand"),
        "assessment": _("assessment"),
        "decision": _("decision"),
        "draft_decision": _("first person's decision"),
        "dismissal": _("dismissal"),
        "act": _("act"),
        "form_reply": _("answer"),
        "receipt": _("proof of delivery"),
        "notice": _("notice"),
        "secrecy": _("silence"),
        "complaint": _("complaint"),
        "complaint_decision": _("decision about a complaint"),
        "scrutiny_decision": _("decision of an authority or court"),
        "clarification": _("clarification"),
        "call_back": _("call-back"),
        "case_move": _("move of the case"),
        "case_note": _("note in the case"),
        "custody": _("custody"),
        "deadline": _("deadline"),
        "erasure": _("certificate of erasure"),
        "access": _("access"),
    },
}
