"""What an entry says, in one line for a person. Built from the document itself, so that both can be compared.

The line is made in the language of whoever reads it; what people or machines wrote inside stays as they wrote it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from comity.casefile.documents.base import Json
from comity.docket.codes import word
from comity.docket.sayings_users import SAYINGS


def says(kind: str, body: Json) -> str:
    """One line about a document of this kind; after erasure only that there was one."""
    if not body:
        return _("%(kind)s: erased") % {"kind": word(kind)}
    try:
        return _SAYINGS[kind](body)
    except (KeyError, TypeError, IndexError):
        return word(kind)


def _demand(body: Json) -> str:
    times, sender = body["times"], body["sender"]
    named = {"channel": word(body["channel"]["kind"]), "at": times["transport_received_at"], "why": sender["why"]}
    if body["events"] or sender["method"] == "call_back":
        return _("Demand received by %(channel)s at %(at)s (as it reads now); %(why)s") % named
    return _("Demand received by %(channel)s at %(at)s; %(why)s") % named


def _assessment(body: Json) -> str:
    outcomes = [finding["outcome"] for finding in body["findings"]]
    numbers = ", ".join(f"{outcomes.count(one)} {word(one)}" for one in ("holds", "fails", "undetermined"))
    named = {"answer": word(body["answer"]), "proposed": word(body["proposed"]), "numbers": numbers}
    return _("Assessed: %(answer)s, proposed %(proposed)s (%(numbers)s)") % named


def _decision(body: Json) -> str:
    if body["grants"] and body["grants"][0]["measure"] == "restore":
        return _("Decided to reinstate: %(reasons)s") % {"reasons": body["reasons"][0]}
    named = {"people": len(body["approvals"]), "answer": word(body["answer"]), "addresses": len(body["grants"])}
    if body["standing_rule"]:
        return _("Decided by a standing rule: %(answer)s, %(addresses)s address(es)") % named
    return _("Decided by %(people)s person(s): %(answer)s, %(addresses)s address(es)") % named


def _draft(body: Json) -> str:
    if body["disagreed_by"]:
        return _("Second person disagreed: %(reasons)s") % {"reasons": body["reasons"]}
    return _("First approval: %(answer)s; a second person must agree") % {"answer": word(body["answer"])}


def _act(body: Json) -> str:
    measure, state = word(body["grant"]["measure"]), word(body["state"])
    said = f"{measure[:1].upper()}{measure[1:]}: {state}, {body['grant']['url']}"
    return f"{said}: {body['detail']}" if body["detail"] else said


def _deadline(body: Json) -> str:
    named = {
        "duty": word(body["deadline"]),
        "change": word(body["change"]),
        "due": body["due_at"],
        "why": body["because"],
    }
    if body["due_at"]:
        return _("Deadline “%(duty)s” %(change)s, due %(due)s: %(why)s") % named
    return _("Deadline “%(duty)s” %(change)s: %(why)s") % named


def _call_back(body: Json) -> str:
    if body["confirmed"]:
        return _("Called back %(number)s, %(spoken_to)s: confirmed") % body
    return _("Called back %(number)s, %(spoken_to)s: disowned") % body


def _receipt(body: Json) -> str:
    said = _("Delivered: %(proof)s") if body["delivered"] else _("Not delivered: %(proof)s")
    return said % {"proof": body["proof"]}


def _scrutiny(body: Json) -> str:
    said = _("%(authority)s: infringement found") if body["infringement"] else _("%(authority)s: order confirmed")
    return said % {"authority": body["authority"]}


def _custody(body: Json) -> str:
    named = {"exhibit": body["exhibit"][:12], "event": word(body["event"]), "purpose": body["purpose"]}
    return _("Exhibit %(exhibit)s %(event)s: %(purpose)s") % named


def _clarification(body: Json) -> str:
    if body.get("typed_by"):
        named = {"what": word(body["restarts"]), "at": body["received_at"], "typed": body["typed_at"]}
        return _("Clarification: %(what)s %(at)s (typed in at %(typed)s)") % named
    return _("Clarification: %(what)s %(at)s") % {"what": word(body["restarts"]), "at": body["received_at"]}


def _reply(body: Json) -> str:
    return _("Answer prepared on %(form)s for %(recipient)s") % {
        "form": word(body["form"]),
        "recipient": body["recipient"],
    }


def _complaint_decision(body: Json) -> str:
    return _("Complaint: %(outcome)s: %(reasons)s") % {"outcome": word(body["outcome"]), "reasons": body["reasons"]}


def _page(body: Json) -> str:
    named = {"way": word(body["way"]), "step": body["step"] + 1, "state": word(body["state"])}
    return _("Page to a colleague by %(way)s, step %(step)s: %(state)s") % named


def _incident(body: Json) -> str:
    change = "incident_extended" if body["change"] == "extended" else body["change"]
    return _("Incident %(change)s: %(because)s") % {**body, "change": word(change)}


_SAYINGS: dict[str, Callable[[Json], str]] = {
    **SAYINGS,
    "demand": _demand,
    "clarification": _clarification,
    "transcription": lambda body: _("Transcribed from the scan: %(n)s field(s)") % {"n": len(body["form"])},
    "assessment": _assessment,
    "decision": _decision,
    "draft_decision": _draft,
    "dismissal": lambda body: _("Dismissed: %(because)s") % body,
    "call_back": _call_back,
    "act": _act,
    "form_reply": _reply,
    "receipt": _receipt,
    "notice": lambda body: _("Notice to the content provider: %(subject)s") % body,
    "secrecy": lambda body: (
        _("Telling the content provider: %(state)s, until %(until)s") % {**body, "state": word(body["state"])}
    ),
    "complaint": lambda body: _("Complaint received at %(received_at)s") % body,
    "complaint_decision": _complaint_decision,
    "scrutiny_decision": _scrutiny,
    "deadline": _deadline,
    "case_move": lambda body: _("Case %(event)s: %(because)s") % {**body, "event": word(body["event"])},
    "case_note": lambda body: _("Case %(event)s: %(because)s") % {**body, "event": word(body["event"])},
    "custody": _custody,
    "erasure": lambda body: _("Erased %(n)s exhibit(s): %(because)s") % {**body, "n": len(body["exhibits"])},
    "registry": lambda body: _("Registry: %(change)s") % {"change": word(body["change"])},
    "message": lambda body: _("%(name)s wrote: %(text)s") % {**body, "text": body["text"][:200]},
    "advance_information": lambda body: (
        _("Informed beforehand (Article 3(2)): %(text)s") % {"text": body["text"][:200]}
    ),
    "alarm": lambda body: _("Alarm %(change)s: %(because)s") % {**body, "change": word(body["change"])},
    "page": _page,
    "answer_draft": lambda body: _("%(form)s lies ready; nobody has sent it") % {"form": word(body["form"])},
    "hunt": lambda body: _("Hunt ordered: %(because)s") % body,
    "hunt_step": lambda body: _("Hunt %(change)s: %(because)s") % {**body, "change": word(body["change"])},
    "drill": lambda body: _("This is a drill: %(because)s") % body,
    "access": lambda body: _("Read: %(what)s, %(purpose)s") % body,
    "bank": lambda body: (
        _("Bank %(name)s %(change)s: %(because)s")
        % {**body, "name": body["terms"]["name"], "change": word(body["change"])}
    ),
    "bank_entry": lambda body: _("Signal %(item)s %(change)s: %(because)s") % {**body, "change": word(body["change"])},
    "hand_off": lambda body: _("Handed on: report %(pdf)s") % {"pdf": body["pdf"][:12]},
    "incident": _incident,
    "threat": lambda body: _("Threat to life %(change)s: %(because)s") % {**body, "change": word(body["change"])},
    "threat_recipient": lambda body: (
        _("Telling %(name)s: %(change)s, %(because)s")
        % {**body, "name": body["name"] or body["state"], "change": word(body["change"])}
    ),
    "standing_rule": lambda body: _("Standing rule for %(channels)s") % {"channels": ", ".join(body["channels"])},
}
