"""From answers to bytes, in the encoding that the question came in.

An answer always has the status 200: what went wrong stands inside (clause 9.3). A message that could not be read at all
is answered at the top, every other one action by action, with the actions' own numbers (clause 9.2).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from comity.casefile.clock import Instant
from comity.hi1.errors import Hi1Error
from comity.hi1.hardened import ETSI
from comity.hi1.message import Encoding, Party
from comity.hi1.tree import TYPE, Tree

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_CORE, _COMMON = f"{ETSI}2019/10/Core", f"{ETSI}2016/02/Common"
SPACES = {
    "AuthorisationObject": ("auth", f"{ETSI}2020/09/Authorisation"),
    "LDTaskObject": ("task", f"{ETSI}2020/09/Task"),
    "LPTaskObject": ("task", f"{ETSI}2020/09/Task"),
    "LITaskObject": ("task", f"{ETSI}2020/09/Task"),
    "DocumentObject": ("doc", f"{ETSI}2020/09/Document"),
    "NotificationObject": ("notification", f"{ETSI}2016/02/Notification"),
    "DeliveryObject": ("delivery", f"{ETSI}2019/10/Delivery"),
}
"""Prefix and namespace of the members of each type of object, as far as they are its own."""
_OF_EVERY_OBJECT = frozenset(
    {
        "ObjectIdentifier",
        "CountryCode",
        "OwnerIdentifier",
        "Generation",
        "ExternalIdentifier",
        "AssociatedObjects",
        "LastChanged",
        "NationalHandlingParameters",
    }
)
_OF_DICTIONARIES = frozenset({"Owner", "Name", "Value"})
_NEVER_IN_XML = frozenset(range(0x20)) - {0x09, 0x0A, 0x0D} | {0xFFFE, 0xFFFF}


@dataclass(frozen=True)
class Answer:
    """The answer to one action: a member named after its verb, or an error."""

    number: int
    verb: str
    body: Tree | Hi1Error


@dataclass(frozen=True)
class Envelope:
    """What the head of a message of ours says."""

    sender: Party
    receiver: Party
    transaction: str
    at: Instant
    etsi_version: str
    profile_owner: str
    profile_version: str


def write(head: Envelope, answers: Sequence[Answer] | Hi1Error, encoding: Encoding) -> bytes:
    """The whole answer to one message."""
    if isinstance(answers, Hi1Error):
        payload: Tree = {"ResponsePayload": _error(answers)}
    else:
        responses = [_response(one) for one in answers]
        payload = {"ResponsePayload": {"ActionResponses": {"ActionResponse": responses}}}
    return _written(_whole(head, payload), encoding)


def write_request(head: Envelope, actions: Sequence[tuple[int, str, Tree]], encoding: Encoding) -> bytes:
    """A message of our own: what the provider tells an authority, one action after another."""
    requests = [{"ActionIdentifier": number, verb: body} for number, verb, body in actions]
    return _written(_whole(head, {"RequestPayload": {"ActionRequests": {"ActionRequest": requests}}}), encoding)


def moment(at: Instant) -> str:
    """An instant as ``QualifiedMicrosecondDateTime``: six decimals, also where they are zeros."""
    return at.utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _whole(head: Envelope, payload: Tree) -> Tree:
    return {
        "Header": {
            "SenderIdentifier": _party(head.sender),
            "ReceiverIdentifier": _party(head.receiver),
            "TransactionIdentifier": head.transaction,
            "Timestamp": moment(head.at),
            "Version": {
                "ETSIVersion": head.etsi_version,
                "NationalProfileOwner": head.profile_owner,
                "NationalProfileVersion": head.profile_version,
            },
        },
        "Payload": payload,
    }


def _party(party: Party) -> Tree:
    return {"CountryCode": party.country, "UniqueIdentifier": party.identifier}


def _response(answer: Answer) -> Tree:
    if isinstance(answer.body, Hi1Error):
        return {"ActionIdentifier": answer.number} | _error(answer.body)
    return {"ActionIdentifier": answer.number, f"{answer.verb}Response": answer.body}


def _error(failure: Hi1Error) -> Tree:
    return {"ErrorInformation": {"ErrorCode": int(failure.number), "ErrorDescription": str(failure)[:255]}}


def _written(tree: Tree, encoding: Encoding) -> bytes:
    if encoding is Encoding.JSON:
        spaces = {"@xmlns": _CORE, "@xmlns:common": _COMMON} | {f"@xmlns:{p}": s for p, s in set(SPACES.values())}
        return json.dumps({"HI1Message": dict(sorted(spaces.items())) | _for_json(tree)}, ensure_ascii=False).encode()
    root = ET.Element(_tag(_CORE, "HI1Message"))
    _fill(root, tree, _CORE)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _for_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_for_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {("@xsi:type" if name == TYPE else name): _typed(name, item) for name, item in value.items()}


def _typed(name: str, item: Any) -> Any:
    if name == TYPE and item in SPACES:
        return f"{SPACES[item][0]}:{item}"
    return _for_json(item)


def _fill(element: ET.Element, tree: Any, space: str) -> None:
    if not isinstance(tree, dict):
        text = str(tree).lower() if isinstance(tree, bool) else str(tree)
        element.text = "".join(letter for letter in text if ord(letter) not in _NEVER_IN_XML)
        return
    own = space
    if TYPE in tree:
        prefix, own = SPACES.get(tree[TYPE], ("", space))
        element.set(_tag(_INSTANCE, "type"), f"{prefix}:{tree[TYPE]}" if prefix else tree[TYPE])
        # A prefix inside a value is invisible to the writer, so that the element must declare it itself.
        element.set(f"xmlns:{prefix}", own)
    for name, value in tree.items():
        if name == TYPE:
            continue
        within = _COMMON if name in _OF_DICTIONARIES else space if name in _OF_EVERY_OBJECT else own
        for item in value if isinstance(value, list) else [value]:
            _fill(ET.SubElement(element, _tag(within, name)), item, within if within != _COMMON else own)


def _tag(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


for _prefix, _space in {*SPACES.values(), ("core", _CORE), ("common", _COMMON), ("xsi", _INSTANCE)}:
    ET.register_namespace(_prefix, _space)
