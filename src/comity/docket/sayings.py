"""What an entry says, in one line for a person. Built from the document itself, so that both can be compared."""

from __future__ import annotations

from collections.abc import Callable

from comity.casefile.documents.base import Json


def says(kind: str, body: Json) -> str:
    """One line about a document of this kind; after erasure only that there was one."""
    if not body:
        return f"{kind.replace('_', ' ')}: erased"
    try:
        return _SAYINGS[kind](body)
    except (KeyError, TypeError, IndexError):
        return kind.replace("_", " ")


def _demand(body: Json) -> str:
    times, sender = body["times"], body["sender"]
    anew = " (as it reads now)" if body["events"] or sender["method"] == "call_back" else ""
    return f"Demand received by {body['channel']['kind']} at {times['transport_received_at']}{anew}; {sender['why']}"


def _assessment(body: Json) -> str:
    outcomes = [finding["outcome"] for finding in body["findings"]]
    numbers = ", ".join(f"{outcomes.count(word)} {word}" for word in ("holds", "fails", "undetermined"))
    return f"Assessed: {body['answer'].replace('_', ' ')}, proposed {body['proposed'].replace('_', ' ')} ({numbers})"


def _decision(body: Json) -> str:
    if body["grants"] and body["grants"][0]["measure"] == "restore":
        return f"Decided to reinstate: {body['reasons'][0]}"
    who = "by a standing rule" if body["standing_rule"] else f"by {len(body['approvals'])} person(s)"
    return f"Decided {who}: {body['answer'].replace('_', ' ')}, {len(body['grants'])} address(es)"


def _act(body: Json) -> str:
    detail = f": {body['detail']}" if body["detail"] else ""
    return f"{body['grant']['measure'].capitalize()} {body['state']}, {body['grant']['url']}{detail}"


def _deadline(body: Json) -> str:
    due = f", due {body['due_at']}" if body["due_at"] else ""
    return f"Deadline {body['deadline'].replace('_', ' ')} {body['change']}{due}: {body['because']}"


def _registry(body: Json) -> str:
    return f"Registry: {body['change'].replace('_', ' ')}"


_SAYINGS: dict[str, Callable[[Json], str]] = {
    "demand": _demand,
    "clarification": lambda body: f"Clarification: {body['restarts'].replace('_', ' ')} {body['received_at']}",
    "transcription": lambda body: f"Transcribed from the scan: {len(body['form'])} field(s)",
    "assessment": _assessment,
    "decision": _decision,
    "draft_decision": lambda body: (
        f"Second person disagreed: {body['reasons']}"
        if body["disagreed_by"]
        else f"First approval: {body['answer'].replace('_', ' ')}; a second person must agree"
    ),
    "dismissal": lambda body: f"Dismissed: {body['because']}",
    "call_back": lambda body: (
        f"Called back {body['number']}, {body['spoken_to']}: {'confirmed' if body['confirmed'] else 'disowned'}"
    ),
    "act": _act,
    "form_reply": lambda body: f"Answer prepared on {body['form'].replace('-', ' ')} for {body['recipient']}",
    "receipt": lambda body: f"{'Delivered' if body['delivered'] else 'Not delivered'}: {body['proof']}",
    "notice": lambda body: f"Notice to the content provider: {body['subject']}",
    "secrecy": lambda body: f"Telling the content provider: {body['state']}, until {body['until']}",
    "complaint": lambda body: f"Complaint received at {body['received_at']}",
    "complaint_decision": lambda body: f"Complaint: {body['outcome']}: {body['reasons']}",
    "scrutiny_decision": lambda body: (
        f"{body['authority']}: {'infringement found' if body['infringement'] else 'order confirmed'}"
    ),
    "deadline": _deadline,
    "case_move": lambda body: f"Case {body['event']}: {body['because']}",
    "custody": lambda body: f"Exhibit {body['exhibit'][:12]} {body['event'].replace('_', ' ')}: {body['purpose']}",
    "erasure": lambda body: f"Erased {len(body['exhibits'])} exhibit(s): {body['because']}",
    "registry": _registry,
    "message": lambda body: f"{body['name']} wrote: {body['text'][:200]}",
    "advance_information": lambda body: f"Informed beforehand (Article 3(2)): {body['text'][:200]}",
    "alarm": lambda body: f"Alarm {body['change']}: {body['because']}",
    "page": lambda body: f"Page to a colleague by {body['way']}, step {body['step'] + 1}: {body['state']}",
    "answer_draft": lambda body: f"{body['form'].replace('-', ' ').capitalize()} lies ready; nobody has sent it",
    "drill": lambda body: f"This is a drill: {body['because']}",
    "access": lambda body: f"Read: {body['what']}, {body['purpose']}",
    "standing_rule": lambda body: f"Standing rule for {', '.join(body['channels'])}",
}
