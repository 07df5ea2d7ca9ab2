"""What an authority's machine is shown: its own objects and notices. Others' are not there, and it is told no more."""

from __future__ import annotations

import re
from uuid import UUID

from comity.casefile.clock import Instant
from comity.docket import store as cases
from comity.docket.hi1 import deliveries, rules, store
from comity.docket.hi1.models import NoticeRow, ObjectRow
from comity.docket.hi1.statuses import ETSI, member, table
from comity.docket.hi1.store import DELIVERY, NOTICE, Wanted
from comity.docket.hi1.views import MachineCall
from comity.hi1 import Action, ErrorCode, Hi1Error, Party, Verb
from comity.hi1.reading import instant
from comity.hi1.tree import TYPE, Tree, text_at
from comity.hi1.writing import moment

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_MOST = 500
_LISTED = (rules.AUTHORISATION, *rules.TASKS, rules.DOCUMENT, NOTICE, DELIVERY)
_OURS = (NOTICE, DELIVERY)
"""Objects that we make."""


def read(call: MachineCall, party: Party, action: Action) -> Tree | Hi1Error:
    """The answer to an action that only reads."""
    wrong = rules.verb_fault(action, trusted=call.trusted)
    if wrong is not None:
        return wrong
    try:
        return _get(call, party, action.body) if action.verb is Verb.GET else _list(call, party, action.body)
    except Hi1Error as error:
        return error


def _get(call: MachineCall, party: Party, body: Tree) -> Tree:
    name = text_at(body, "Identifier")
    if not name:
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, "Identifier", "is missing")
    nothing = Hi1Error(ErrorCode.GET_OF_NOTHING, "Identifier", "is no object of yours")
    if not _UUID.fullmatch(name):
        raise nothing
    row = store.objects(call.authority, [name]).get(name)
    shown = _object(row, party) if row else _notice(name, call.authority, party)
    if shown is None:
        raise nothing
    return {"HI1Object": [shown]}


def _list(call: MachineCall, party: Party, body: Tree) -> Tree:
    wanted = _wanted(body)
    status, country = text_at(body, "Status"), text_at(body, "CountryCode")
    if country and country != party.country:
        return {"ListResponseRecord": []}
    records: list[Tree] = []
    if wanted.type not in _OURS:
        found = store.listed(call.authority, wanted)
        records += [_record(row, party) for row in found if not status or _status(row) == status]
    if wanted.type in ("", *_OURS) and not status:
        records += [_notice_record(row, party) for row in store.notices(call.authority, wanted)]
    return {"ListResponseRecord": records[: wanted.most]}


def _wanted(body: Tree) -> Wanted:
    kind = text_at(body, "ObjectType")
    kind = kind if kind.endswith("Object") or not kind else f"{kind}Object"
    if kind and kind not in _LISTED:
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, "ObjectType", f"“{kind[:40]}” is not listed here")
    most = str(body.get("MaximumObjectCount", _MOST)).strip()
    if not re.fullmatch(r"\d{1,6}", most, re.ASCII):
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, "MaximumObjectCount", "is no number")
    since = text_at(body, "LastChanged")
    return Wanted(kind, instant(since, "LastChanged") if since else None, min(int(most), _MOST))


def _object(row: ObjectRow, party: Party) -> Tree | None:
    """An object whole, its members in the standard's order."""
    said = store.content(row)
    if said is None:
        return None
    common: Tree = {
        TYPE: row.type,
        "ObjectIdentifier": str(row.identifier),
        "CountryCode": party.country,
        "OwnerIdentifier": party.identifier,
        "Generation": row.generation,
    }
    for name in ("ExternalIdentifier", "AssociatedObjects"):
        if name in said:
            common[name] = said[name]
    common["LastChanged"] = moment(Instant(row.changed_at))
    own = {name: item for name, item in said.items() if name not in common}
    return {**common, **own, **member(row.type, cases.case(row.case_id.hex).status), **_served(row)}


def _served(row: ObjectRow) -> Tree:
    if row.type != rules.AUTHORISATION:
        return {}
    return {"AuthorisationServedTimestamp": moment(Instant(row.created_at))}


def _status(row: ObjectRow) -> str:
    return table().rows[cases.case(row.case_id.hex).status].of(row.type)


def _record(row: ObjectRow, party: Party) -> Tree:
    return {
        "ObjectType": row.type,
        "ObjectIdentifier": str(row.identifier),
        "CountryCode": party.country,
        "OwnerIdentifier": party.identifier,
        "Generation": row.generation,
        "LastChanged": moment(Instant(row.changed_at)),
    }


def _notice_record(row: NoticeRow, party: Party) -> Tree:
    return {
        "ObjectType": NOTICE if row.package is None else DELIVERY,
        "ObjectIdentifier": str(row.id),
        "CountryCode": party.country,
        "OwnerIdentifier": party.identifier,
        "Generation": 1,
        "LastChanged": moment(Instant(row.made_at)),
    }


def _notice(name: str, authority: str, party: Party) -> Tree | None:
    row = store.notice(UUID(name).hex)
    if row is None or row.authority != authority:
        return None
    return notification(row, party) if row.package is None else deliveries.shown(row, party)


def notification(row: NoticeRow, party: Party) -> Tree:
    """A notice as the object that shows it: where each object of the case stood when it was made."""
    shown = table().rows[row.status]
    case = row.case_id.hex
    about = [
        {
            "AssociatedObject": [str(one.identifier)],
            "Status": {"Owner": ETSI, "Name": "ObjectStatus", "Value": shown.of(one.type)},
            "Details": shown.says,
        }
        for one in store.of_case(case)
        if shown.of(one.type)
    ]
    return {
        TYPE: NOTICE,
        "ObjectIdentifier": str(row.id),
        "CountryCode": party.country,
        "OwnerIdentifier": party.identifier,
        "Generation": 1,
        "LastChanged": moment(Instant(row.made_at)),
        "NotificationDetails": f"{shown.says} /v1/orders/{case}",
        "NewNotification": True,
        "NotificationTimestamp": moment(Instant(row.made_at)),
        "StatusOfAssociatedObjects": {"AssociatedObjectStatus": about},
    }
