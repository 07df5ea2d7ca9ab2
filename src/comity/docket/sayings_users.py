"""What entries of demands about users say, in one line for a person; merged into ``docket.sayings``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from comity.casefile.documents.base import Json
from comity.docket.codes import word


def _categories(terms: Iterable[Json]) -> str:
    found = dict.fromkeys(category for one in terms for category in one["categories"])
    return ", ".join(word(category) for category in found)


def _decision(body: Json) -> str:
    named = {
        "people": len(body["approvals"]),
        "answer": word(body["answer"]),
        "what": _categories(body["terms"]),
        "grants": len(body["terms"]),
    }
    if body["emergency"]:
        return _("Decided by %(people)s person(s) as an emergency: %(answer)s, %(what)s") % named
    if body["terms"]:
        return _("Decided by %(people)s person(s): %(answer)s, %(grants)s grant(s): %(what)s") % named
    return _("Decided by %(people)s person(s): %(answer)s, nothing is granted") % named


def _draft(body: Json) -> str:
    if body["disagreed_by"]:
        return _("Second person disagreed: %(reasons)s") % {"reasons": " ".join(body["reasons"])}
    return _("First approval: %(answer)s; a second person must agree") % {"answer": word(body["answer"])}


def _circumstances(body: Json) -> str:
    said = ", ".join(f"{name.partition('.')[2]}: {word(value)}" for name, value in sorted(body["facts"].items()))
    return _("Found out: %(facts)s (%(source)s)") % {"facts": said, "source": body["source"]}


def _collection(body: Json) -> str:
    what = _categories([body["grant"]["terms"]])
    named = {"what": what, "state": word(body["state"]), "rows": body["rows"], "cut": sum(body["cut"].values())}
    if body["state"] == "performed":
        return _("Collected: %(what)s, %(rows)s row(s), %(cut)s cut away") % named
    said = _("Collection of %(what)s: %(state)s") % named
    return f"{said}: {body['detail']}" if body["detail"] else said


def _excess(body: Json) -> str:
    return _("%(adapter)s gave more than the grant; %(cut)s cut away, unseen") % {
        "adapter": body["adapter"],
        "cut": sum(body["cut"].values()),
    }


def _hold(body: Json) -> str:
    named = {"state": word(f"hold_{body['state']}"), "until": body["preservation"]["terms"]["ends_at"]}
    said = _("Hold on the platform's records: %(state)s, until %(until)s") % named
    return f"{said}: {body['because']}" if body["because"] else said


def _redaction(body: Json) -> str:
    named = {"fields": ", ".join(body["fields"]) or "—", "rows": body["rows"], "because": body["because"]}
    if body["regions"]:
        return _("Redacted: %(n)s region(s) made black: %(because)s") % {**named, "n": len(body["regions"])}
    return _("Redacted: fields %(fields)s, %(rows)s row(s): %(because)s") % named


def _undone(body: Json) -> str:
    return _("Redaction undone, the form before it leaves: %(because)s") % body


def _release(body: Json) -> str:
    if not body["parts"]:
        return _("Sent back, it must not leave: %(because)s") % body
    said = _("Looked at and let go: %(n)s data set(s)") % {"n": len(body["parts"])}
    return f"{said}: {body['because']}" if body["because"] else said


def _contest(body: Json) -> str:
    named = {"forum": word(body["forum"]), "state": word(f"contest_{body['state']}"), "reasons": body["reasons"]}
    return _("Contested before %(forum)s: %(state)s: %(reasons)s") % named


def _package(body: Json) -> str:
    named = {"name": body["file"]["name"], "size": body["file"]["size"], "key": body["encrypted_to"]}
    if body["available_until"]:
        until = {**named, "until": body["available_until"]}
        return _("Packed: %(name)s, %(size)s bytes, encrypted to %(key)s, can be fetched until %(until)s") % until
    return _("Packed: %(name)s, %(size)s bytes, encrypted to %(key)s") % named


def _supervisor(body: Json) -> str:
    if body["confirmed"]:
        return _("Supervisor called at %(number)s, %(supervisor)s: confirmed") % body
    return _("Supervisor called at %(number)s, %(supervisor)s: not confirmed") % body


def _review(body: Json) -> str:
    named = {"outcome": word(body["outcome"]), "reasons": body["reasons"][:200]}
    return _("Emergency release reviewed: %(outcome)s: %(reasons)s") % named


def _breach(body: Json) -> str:
    named = {"outcome": word(body["outcome"]), "to": body["to"][:200] or "—", "reasons": body["reasons"][:200]}
    return _("Breach of personal data: %(outcome)s (%(to)s): %(reasons)s") % named


def _cost(body: Json) -> str:
    return _("Costs %(state)s: %(amount)s %(currency)s, %(what)s") % {**body, "state": word(body["state"])}


def _machine(body: Json) -> str:
    named = {"endpoint": body["endpoint"], "because": body["because"]}
    said = {
        "ordered": _("Goes out to its authority's machine (%(endpoint)s): %(because)s"),
        "delivered": _("Taken by its authority's machine (%(endpoint)s): %(because)s"),
        "failed": _("Not taken by its authority's machine, and goes again: %(because)s"),
        "given_up": _("Not taken by its authority's machine, and given up: %(because)s"),
        "kept": _("Nothing goes out to its authority's machine: %(because)s"),
    }
    return said[body["change"]] % named


SAYINGS: Mapping[str, Callable[[Json], str]] = {
    "disclosure_decision": _decision,
    "draft_disclosure": _draft,
    "circumstances": _circumstances,
    "collection": _collection,
    "excess": _excess,
    "records_hold": _hold,
    "redaction": _redaction,
    "redaction_undone": _undone,
    "release": _release,
    "contest": _contest,
    "disclosure_package": _package,
    "emergency_review": _review,
    "breach_decision": _breach,
    "supervisor_call": _supervisor,
    "cost_note": _cost,
    "message_notice": _machine,
}
