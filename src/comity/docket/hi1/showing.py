"""What an authority's machine is shown: its own objects and notices. Others' are not there, and it is told no more."""

from __future__ import annotations

import re
from uuid import UUID

from comity.casefile.clock import Instant
from comity.docket import store as cases
from comity.docket.hi1 import deliveries, listing, rules, store
from comity.docket.hi1.models import NoticeRow, ObjectRow
from comity.docket.hi1.statuses import ETSI, member, table
from comity.docket.hi1.store import NOTICE
from comity.docket.hi1.views import MachineCall
from comity.hi1 import Action, ErrorCode, Hi1Error, Party, Verb
from comity.hi1.tree import TYPE, Tree, text_at
from comity.hi1.writing import moment

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def read(call: MachineCall, party: Party, action: Action) -> Tree | Hi1Error:
    """The answer to an action that only reads."""
    wrong = rules.verb_fault(action, trusted=call.trusted)
    if wrong is not None:
        return wrong
    try:
        return _get(call, party, action.body) if action.verb is Verb.GET else listing.listed(call, party, action.body)
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
