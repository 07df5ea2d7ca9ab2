"""From bytes to a message: encoding, header, actions. Every refusal names its place and the standard's code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents import strict_json
from comity.hi1 import hardened
from comity.hi1.errors import ErrorCode, Hi1Error
from comity.hi1.message import Action, Encoding, Message, Party, Verb
from comity.hi1.tree import Tree, all_at, at, shaped, text_at

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)", re.ASCII)
"""QualifiedMicrosecondDateTime of TS 103 280: exactly six decimals, and an offset always."""
_VERSION = re.compile(r"V1\.(\d{1,2})\.\d{1,2}", re.ASCII)
_VERSIONS = range(13, 25)
"""V1.13.1 to V1.24.1 were seen in use; others are answered with 3021 until somebody compared them."""
_LONGEST_IDENTIFIER = 255
_MOST_ACTIONS = 1_000
_DEEPEST_JSON = 32


def encoding_of(media_type: str) -> Encoding:
    """The encoding that a call announces; raises ``Hi1Error`` for another."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in ("application/xml", "text/xml"):
        return Encoding.XML
    if plain == "application/json":
        return Encoding.JSON
    raise Hi1Error(ErrorCode.ENCODING, "Content-Type", "send application/xml or application/json")


def read(data: bytes, encoding: Encoding) -> Message:
    """One request message; raises ``Hi1Error`` and nothing else. Nothing outside ``data`` is read."""
    tree = at(_tree(data, encoding), "HI1Message")
    if not isinstance(tree, dict):
        raise Hi1Error(ErrorCode.VALIDATION, "HI1Message", "the message is none of HI-1")
    header = at(tree, "Header")
    if not isinstance(header, dict):
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, "Header", "is missing")
    requests = at(tree, "Payload", "RequestPayload", "ActionRequests")
    return Message(
        sender=_party(header, "SenderIdentifier"),
        receiver=_party(header, "ReceiverIdentifier"),
        transaction=_uuid(text_at(header, "TransactionIdentifier"), "Header.TransactionIdentifier"),
        at=instant(text_at(header, "Timestamp"), "Header.Timestamp"),
        etsi_version=_version(text_at(header, "Version", "ETSIVersion")),
        profile_owner=text_at(header, "Version", "NationalProfileOwner")[:_LONGEST_IDENTIFIER],
        profile_version=text_at(header, "Version", "NationalProfileVersion")[:_LONGEST_IDENTIFIER],
        actions=_actions(all_at(requests, "ActionRequest")),
        encoding=encoding,
        signed=hardened.SIGNED in tree,
    )


@dataclass(frozen=True)
class Heading:
    """What can be read of a message that cannot be taken."""

    transaction: str


def heading(data: bytes, encoding: Encoding) -> Heading | None:
    """The transaction that a refused message names, so that its answer can name it too; nothing where none is read."""
    try:
        named = text_at(_tree(data, encoding), "HI1Message", "Header", "TransactionIdentifier")
    except Hi1Error:
        return None
    return Heading(named) if _UUID.fullmatch(named) else None


def failure_in(data: bytes, encoding: Encoding) -> Hi1Error | None:
    """What an answer to a message of ours says went wrong: the first error in it, or nothing.

    What is no answer at all says that nothing is certain: it counts as a passing failure (3003).
    """
    try:
        payload = at(_tree(data, encoding), "HI1Message", "Payload", "ResponsePayload")
    except Hi1Error as error:
        return Hi1Error(ErrorCode.TRANSIENT, error.field, f"the answer cannot be read: {error.why}")
    if not isinstance(payload, dict):
        return Hi1Error(ErrorCode.TRANSIENT, "ResponsePayload", "it was answered without an answer")
    answers = [payload, *all_at(payload, "ActionResponses", "ActionResponse")]
    wrong = [found for one in answers if isinstance(found := at(one, "ErrorInformation"), dict)]
    return _error(wrong[0]) if wrong else None


def names_message(data: bytes, encoding: Encoding, transaction: str, number: int) -> bool:
    """Whether an answer is one to this very action of this very message of ours."""
    try:
        tree = at(_tree(data, encoding), "HI1Message")
    except Hi1Error:
        return False
    answers = all_at(at(tree, "Payload", "ResponsePayload", "ActionResponses"), "ActionResponse")
    numbers = {str(at(one, "ActionIdentifier")).strip() for one in answers}
    return text_at(tree, "Header", "TransactionIdentifier") == transaction and numbers == {str(number)}


def _error(found: Tree) -> Hi1Error:
    try:
        number = ErrorCode(int(str(found.get("ErrorCode", "")).strip()))
    except ValueError:
        number = ErrorCode.BUSINESS_LOGIC
    return Hi1Error(number, "ErrorInformation", text_at(found, "ErrorDescription")[:200] or "it gives no reason")


def instant(text: str, field: str) -> Instant:
    """A ``QualifiedMicrosecondDateTime``; without an offset it would be no instant at all."""
    if not text:
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, field, "is missing")
    if not _INSTANT.fullmatch(text):
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, field, "is no time with six decimals and an offset (TS 103 280)")
    try:
        return Instant.parse(text)
    except InvalidInstant as error:
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, field, str(error)) from error


def _tree(data: bytes, encoding: Encoding) -> Tree:
    if encoding is Encoding.XML:
        return hardened.parse(data)
    try:
        found = shaped(strict_json.loads(data, hardened.MOST_BYTES, _DEEPEST_JSON))
    except strict_json.UnusableJson as error:
        number = ErrorCode.TOO_LARGE if error.rule == "oversize" else ErrorCode.VALIDATION
        raise Hi1Error(number, error.field, error.why) from error
    return found if isinstance(found, dict) else {}


def _party(header: Tree, name: str) -> Party:
    country, identifier = (text_at(header, name, part) for part in ("CountryCode", "UniqueIdentifier"))
    if not country or not identifier:
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, f"Header.{name}", "names no country, or nobody in it")
    if not _COUNTRY.fullmatch(country) or len(identifier) > _LONGEST_IDENTIFIER:
        why = "its country is not two capitals, or its name too long"
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, f"Header.{name}", why)
    return Party(country, identifier)


def _uuid(text: str, field: str) -> str:
    if not text:
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, field, "is missing")
    if not _UUID.fullmatch(text):
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, field, "is no UUID in lower case (TS 103 280)")
    return text


def _version(text: str) -> str:
    found = _VERSION.fullmatch(text)
    if found is None or int(found[1]) not in _VERSIONS:
        raise Hi1Error(ErrorCode.VERSION, "Header.Version.ETSIVersion", f"“{text[:40]}” is none of V1.13.1 to V1.24.1")
    return text


def _actions(found: list[Any]) -> tuple[Action, ...]:
    if not found:
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, "ActionRequests", "the message asks for nothing")
    if len(found) > _MOST_ACTIONS:
        raise Hi1Error(ErrorCode.TOO_LARGE, "ActionRequests", f"more than {_MOST_ACTIONS} actions")
    actions = tuple(_action(one, place) for place, one in enumerate(found))
    seen: set[int] = set()
    for action in actions:
        if action.number in seen:
            raise Hi1Error(ErrorCode.DUPLICATE_ACTION, "ActionIdentifier", f"{action.number} stands twice")
        seen.add(action.number)
    return actions


def _action(tree: Any, place: int) -> Action:
    field = f"ActionRequest[{place}]"
    number = at(tree, "ActionIdentifier")
    text = str(number) if isinstance(number, int | str) and not isinstance(number, bool) else ""
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, f"{field}.ActionIdentifier", "is no number")
    verbs = [verb for verb in Verb if isinstance(tree, dict) and verb.value in tree]
    if len(verbs) != 1:
        raise Hi1Error(ErrorCode.VALIDATION, field, "holds none or several of CREATE, UPDATE, GET, LIST, DELIVER")
    body = tree[verbs[0].value]
    return Action(int(text), verbs[0], body if isinstance(body, dict) else {})
