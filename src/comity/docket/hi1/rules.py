"""Judgement over one message: may it change what it wants to, all of it or nothing. Pure.

The standard's codes say what is wrong (annex D). Whatever another authority holds is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from comity.casefile.documents import Json
from comity.docket.hi1.statuses import table
from comity.hi1 import Action, ErrorCode, Hi1Error, Message, Party, Verb
from comity.hi1.certificates import value
from comity.hi1.tree import TYPE, Tree, all_at, text_at

AUTHORISATION, DOCUMENT = "AuthorisationObject", "DocumentObject"
TASKS = ("LDTaskObject", "LPTaskObject")
_CREATED = (AUTHORISATION, *TASKS, DOCUMENT)
_WRITES = (Verb.CREATE, Verb.UPDATE)
_READS = (Verb.GET, Verb.LIST)
_OURS = ("Status", "AuthorisationStatus", "DocumentStatus")
"""Members that the receiver sets."""
_FIXED = ("CountryCode", "OwnerIdentifier", "Reference", "AuthorisationReference", "AuthorisationLegalType")
"""Members that never change."""
_NOT_KEPT = ("Generation", "LastChanged")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
CANCELLED = "Cancelled"
_PRODUCE = "SubsequentProductionRequest"


@dataclass(frozen=True)
class Held:
    """An object that the sender's authority has with us."""

    type: str
    generation: int
    case: str
    case_status: str
    content: Json


@dataclass(frozen=True)
class Change:
    """One object as it will be."""

    number: int
    """Of the action."""
    identifier: str
    held: Held
    content: Json


@dataclass(frozen=True)
class Plan:
    """What a message will do, or why nothing of it is done."""

    faults: Mapping[int, Hi1Error] = field(default_factory=dict)
    """By action; where there is one, nothing is changed."""
    creates: tuple[Action, ...] = ()
    changes: tuple[Change, ...] = ()
    case: str | None = None
    """The case that it is about; none: it makes one."""


def party_fault(message: Message, sender: Party | None, receiver: Party) -> Hi1Error | None:
    """Whether a message names its sender and us as they are known; the connection says who sends, and no message."""
    if sender is None:
        why = "this client is not set up for HI-1"
        return Hi1Error(ErrorCode.CONFIGURATION, "Header.SenderIdentifier", why)
    if message.sender != sender:
        why = "is not the name that this client is known under"
        return Hi1Error(ErrorCode.IMPROPER_VALUE, "Header.SenderIdentifier", why)
    if message.receiver != receiver:
        return Hi1Error(ErrorCode.IMPROPER_VALUE, "Header.ReceiverIdentifier", "is somebody else")
    return None


def writes(message: Message) -> bool:
    """Whether a message wants to change something."""
    return any(action.verb in _WRITES for action in message.actions)


def makes_certificate(message: Message) -> bool:
    """Whether it creates more than documents."""
    return any(one.get(TYPE) in (AUTHORISATION, *TASKS) for one in message.created)


def identifiers(message: Message) -> tuple[str, ...]:
    """Every object that a message creates, changes or refers to, as far as its name is one."""
    written = [action.object for action in message.actions if action.verb in _WRITES]
    named = [text_at(one, "ObjectIdentifier") for one in written]
    named += [link for one in written for link in _links(one)]
    return tuple(dict.fromkeys(name for name in named if _UUID.fullmatch(name)))


def plan(message: Message, sender: Party, held: Mapping[str, Held], refused: Hi1Error | None = None) -> Plan:
    """What a message that wants to change something will do. ``refused``: why its objects make no certificate."""
    creates = tuple(action for action in message.actions if action.verb is Verb.CREATE)
    updates = tuple(action for action in message.actions if action.verb is Verb.UPDATE)
    faults = {action.number: wrong for action in creates if (wrong := _create_fault(action, sender, held))}
    faults |= _twice((*creates, *updates))
    faults |= {action.number: wrong for action in updates if (wrong := _update_fault(action, held))}
    if refused is not None and not faults:
        faults[_blamed(refused, creates)] = refused
    changes = tuple(_change(action, held) for action in updates) if not faults else ()
    if faults:
        return Plan(_all(faults, (*creates, *updates)))
    return _placed(message, creates, changes, held)


def verb_fault(action: Action, *, trusted: bool) -> Hi1Error | None:
    """Whether an action that only reads can be answered at all."""
    if action.verb not in _READS:
        return Hi1Error(ErrorCode.NOT_SUPPORTED, action.verb.value, "is not offered here")
    if not trusted:
        why = "your authority or its client is not confirmed now"
        return Hi1Error(ErrorCode.CONFIGURATION, action.verb.value, why)
    return None


def desired(content: Json, kind: str) -> str:
    """The status that the authority asks for."""
    return value(content, "AuthorisationDesiredStatus" if kind == AUTHORISATION else "DesiredStatus")


def meaning(changes: Iterable[Change]) -> str:
    """What changed objects ask for, in words for the person who looks: Annexes V and VI by their names."""
    said: list[str] = []
    for change in changes:
        wanted = desired(change.content, change.held.type)
        until = text_at(change.content, "DesiredPreservationExpiration")
        if wanted == _PRODUCE:
            said.append("Annex V: production of what is kept is confirmed (production_confirmed_at)")
        elif until and until != change.held.content.get("DesiredPreservationExpiration"):
            said.append(f"Annex VI: to be kept until {until[:40]} (extension_received_at)")
        else:
            said.append(f"{change.held.type} changed" + (f", desired: {wanted[:40]}" if wanted else ""))
    return "; ".join(dict.fromkeys(said)) or "a document came"


def without_body(content: Tree) -> Tree:
    """An object without its file, which is an exhibit, and without what the receiver sets."""
    kept = {name: item for name, item in content.items() if name not in _NOT_KEPT}
    for name in ("Body", "DocumentBody"):
        if isinstance(kept.get(name), dict):
            kept[name] = {key: item for key, item in kept[name].items() if key != "Contents"}
    return kept


def _placed(
    message: Message, creates: tuple[Action, ...], changes: tuple[Change, ...], held: Mapping[str, Held]
) -> Plan:
    """Which case it is about: none yet, or exactly one."""
    if makes_certificate(message):
        if not changes:
            return Plan(creates=creates)
        why = "a message makes a certificate, or changes one"
        return Plan(_all({changes[0].number: _business(why)}, (*creates, *message.actions)))
    links = {link: action.number for action in creates for link in _links(action.object)}
    for link, number in links.items():
        if link not in held:
            lost = Hi1Error(ErrorCode.LINK_TO_NOTHING, "AssociatedObjects", f"{link} is no object of yours")
            return Plan(_all({number: lost}, (*creates, *message.actions)))
    cases = {change.held.case for change in changes} | {held[link].case for link in links}
    if len(cases) != 1:
        why = "a message changes the objects of one certificate, and a document belongs to one"
        first = (*creates, *(action for action in message.actions if action.verb is Verb.UPDATE))[0]
        return Plan(_all({first.number: _business(why)}, message.actions))
    if any(held[link].case_status in table().terminal for link in links):
        over = Hi1Error(ErrorCode.LINK_EXPIRED, "AssociatedObjects", "what it belongs to is over")
        return Plan(_all({creates[0].number: over}, message.actions))
    return Plan(creates=creates, changes=changes, case=cases.pop())


def _create_fault(action: Action, sender: Party, held: Mapping[str, Held]) -> Hi1Error | None:
    found = action.object
    kind, name = str(found.get(TYPE, "")), text_at(found, "ObjectIdentifier")
    if not found:
        return Hi1Error(ErrorCode.ELEMENT_MISSING, "HI1Object", "is missing")
    if kind not in _CREATED:
        return Hi1Error(ErrorCode.NOT_SUPPORTED, "HI1Object", f"“{kind[:40]}” is not created here")
    if not name:
        return Hi1Error(ErrorCode.ELEMENT_MISSING, "ObjectIdentifier", "is missing")
    if not _UUID.fullmatch(name):
        return Hi1Error(ErrorCode.IMPROPER_VALUE, "ObjectIdentifier", "is no UUID in lower case (TS 103 280)")
    if name in held:
        return Hi1Error(ErrorCode.OBJECT_EXISTS, "ObjectIdentifier", f"{name} is there already")
    return _set_fault(found, ("Generation", *_OURS)) or _owner_fault(found, sender)


def _set_fault(found: Tree, ours: Iterable[str]) -> Hi1Error | None:
    for name in ours:
        if name in found:
            return Hi1Error(ErrorCode.CHANGE_NOT_ALLOWED, name, "is set by the receiver")
    return None


def _owner_fault(found: Tree, sender: Party) -> Hi1Error | None:
    for name, known in (("CountryCode", sender.country), ("OwnerIdentifier", sender.identifier)):
        if name in found and text_at(found, name) != known:
            return Hi1Error(ErrorCode.IMPROPER_VALUE, name, "is not the sender's")
    return None


def _update_fault(action: Action, held: Mapping[str, Held]) -> Hi1Error | None:
    found = action.object
    known = held.get(text_at(found, "ObjectIdentifier"))
    if known is None:
        return Hi1Error(ErrorCode.UPDATE_OF_NOTHING, "ObjectIdentifier", "is no object of yours")
    if known.case_status in table().terminal:
        return Hi1Error(ErrorCode.UPDATE_EXPIRED, "ObjectIdentifier", "the case of this object is over")
    if found.get(TYPE) != known.type:
        return Hi1Error(ErrorCode.CHANGE_NOT_ALLOWED, "HI1Object", f"is a {known.type}, and stays one")
    if "Generation" in found and str(found["Generation"]).strip() != str(known.generation):
        why = f"is {known.generation} here: another change came first"
        return Hi1Error(ErrorCode.IMPROPER_CHANGE, "Generation", why)
    if "Body" in found or "DocumentBody" in found:
        return Hi1Error(ErrorCode.CHANGE_NOT_ALLOWED, "Body", "create another document: what arrived stays")
    return _set_fault(found, _OURS) or _fixed_fault(found, known)


def _fixed_fault(found: Tree, known: Held) -> Hi1Error | None:
    for name in _FIXED:
        if name in found and found[name] != known.content.get(name):
            return Hi1Error(ErrorCode.CHANGE_NOT_ALLOWED, name, "never changes")
    return None


def _change(action: Action, held: Mapping[str, Held]) -> Change:
    """Members that are there replace the stored ones as a whole, others stay (6.4.7)."""
    name = text_at(action.object, "ObjectIdentifier")
    return Change(action.number, name, held[name], {**held[name].content, **without_body(action.object)})


def _twice(actions: Iterable[Action]) -> dict[int, Hi1Error]:
    seen: set[str] = set()
    found: dict[int, Hi1Error] = {}
    for action in actions:
        name = text_at(action.object, "ObjectIdentifier")
        if name in seen:
            found[action.number] = Hi1Error(ErrorCode.OBJECT_EXISTS, "ObjectIdentifier", f"{name} stands twice")
        seen.add(name)
    return found


def _blamed(error: Hi1Error, creates: tuple[Action, ...]) -> int:
    """The action that a certificate fails by, where its field tells; else the first."""
    wanted = next((kind for kind in _CREATED if error.field.startswith(kind.removesuffix("Object"))), "")
    place = re.search(r"\[(\d+)\]", error.field)
    tasks = error.field.startswith("Task[")
    fitting = [one for one in creates if one.object.get(TYPE) in (TASKS if tasks else (wanted,))]
    index = int(place[1]) - 1 if place else 0
    return (fitting[index] if index < len(fitting) else creates[0]).number


def _all(faults: Mapping[int, Hi1Error], actions: Iterable[Action]) -> dict[int, Hi1Error]:
    """Where one action fails, none of those that change something is done."""
    first = min(faults)
    others = {action.number: _business(f"action {first} failed") for action in actions if action.verb in _WRITES}
    return {**others, **faults}


def _business(why: str) -> Hi1Error:
    return Hi1Error(ErrorCode.BUSINESS_LOGIC, "message", f"nothing of it is done: {why}")


def _links(found: Tree) -> list[str]:
    listed = all_at(found, "AssociatedObjects", "AssociatedObject")
    return [one.strip() for one in listed if isinstance(one, str)]
