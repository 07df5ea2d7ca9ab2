"""Banks and their items as Hasher-Matcher-Actioner's clients keep them. Each change is entered, and answered in force.

What is said of it: the database commits the change with its entry; the answer waits until the keeper has passed it.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.bank import BankTerms
from comity.casefile.records import UnitOfWork
from comity.matching.banks import service, store
from comity.matching.banks.errors import BankExists
from comity.matching.banks.store import Bank, BankEntry
from comity.matching.serving import hma
from comity.matching.serving.applying import applied, because
from comity.matching.serving.calls import Answer, Call, said, uploaded
from comity.matching.serving.errors import NameTaken, NotAnswerable, NotFound, NotHere
from comity.matching.serving.means import Means
from comity.matching.signals import type_named

_LONGEST = 2_000
_FLAGS = {"true": True, "false": False}
_OFF_FOR_GOOD = 1
"""What such clients write for a switch without an end."""


def banks(means: Means, call: Call) -> Answer:
    """``GET /c/banks``."""
    del means, call
    return said([_bank(one) for one in store.banks()])


def bank(means: Means, call: Call) -> Answer:
    """``GET /c/bank/NAME``."""
    del means
    return said(_bank(store.bank(call.names[0])))


def create(means: Means, call: Call) -> Answer:
    """``POST /c/banks``."""
    fields = call.json()
    name = fields.get("name")
    if not isinstance(name, str):
        raise NotAnswerable("name: the bank's name")
    terms = BankTerms(
        name=name,
        owner=call.caller.name,
        source="match service",
        reason="made through the match service",
        legal_basis="as the caller keeps it",
        **_ratio(fields),
    )
    try:
        made = applied(means, lambda work: service.create_bank(work, terms, because(call)))
    except BankExists as taken:
        raise NameTaken(str(taken)) from None
    return said(_bank(made), 201)


def change(means: Means, call: Call) -> Answer:
    """``PUT /c/bank/NAME``."""
    fields = call.json()
    changes = _ratio(fields)
    if "name" in fields:
        changes["name"] = str(fields["name"])
    try:
        made = applied(means, lambda work: service.change_bank(work, call.names[0], because(call), **changes))
    except BankExists as taken:
        raise NameTaken(str(taken)) from None
    return said(_bank(made))


def end(means: Means, call: Call) -> Answer:
    """``DELETE /c/bank/NAME``."""
    applied(means, lambda work: service.remove_bank(work, call.names[0], because(call)))
    return said({"message": f"the bank {call.names[0]} ended"})


def add_signals(means: Means, call: Call) -> Answer:
    """``POST /c/bank/NAME/signal``."""
    fields = call.json()
    if not fields or not all(isinstance(text, str) for text in fields.values()):
        raise NotAnswerable("name one or more types of signal, each with its text")
    return _add(means, call, dict(fields), None)


def add_content(means: Means, call: Call) -> Answer:
    """``POST /c/bank/NAME/content``: content is hashed and forgotten, its signals are listed."""
    if call.media_type == "multipart/form-data":
        fields = uploaded(call).fields
        reference = fields.get("content_id") or _reference(fields.get("metadata"))
        signals = hma.hash_of(means, call)
    else:
        query = call.query
        body = call.body.decode("utf-8", "replace") or query.get("metadata")
        reference = query.get("content_id") or _reference(body)
        signals = hma.hash_of(means, Call("GET", call.path, call.query, call.headers, call.caller))
    if not signals:
        raise NotAnswerable("there is too little to see in it for a signal")
    return _add(means, call, signals, reference)


def item(means: Means, call: Call) -> Answer:
    """``GET /c/bank/NAME/content/ID``."""
    del means
    of = store.bank(call.names[0])
    return said(_item(of, store.item(of, _number(call))))


def switch(means: Means, call: Call) -> Answer:
    """``PUT /c/bank/NAME/content/ID``: one item off until an instant, or on again."""
    until = call.json().get("disable_until_ts")
    if not isinstance(until, int) or isinstance(until, bool) or not 0 <= until < 1 << 35:
        raise NotAnswerable("disable_until_ts: seconds since 1970; 0 switches on, 1 off without an end")
    name, number, off = call.names[0], _number(call), until > 0
    instant = Instant(datetime.fromtimestamp(until, UTC)) if until > _OFF_FOR_GOOD else None
    applied(means, lambda work: service.switch_entry(work, name, number, because(call), off=off, off_until=instant))
    of = store.bank(name)
    return said(_item(of, store.item(of, number)))


def withdraw(means: Means, call: Call) -> Answer:
    """``DELETE /c/bank/NAME/content/ID``."""
    name, number = call.names[0], _number(call)
    of = store.bank(name)
    known = _item(of, store.item(of, number))
    applied(means, lambda work: service.remove_entry(work, name, number, because(call)))
    return said(known | {"deleted": 1})


def not_here(means: Means, call: Call) -> Answer:
    """Switching types of signals: a bank, an item or a threshold is switched instead, since it is entered who did."""
    del means, call
    raise NotHere("types of signal are not switched: switch a bank or an item, each with its entry")


def _add(means: Means, call: Call, signals: dict[str, str], reference: str | None) -> Answer:
    reference = reference[:_LONGEST] if reference else None

    def act(work: UnitOfWork) -> BankEntry:
        who, why = call.caller.name, because(call)
        return service.add_entry(
            work, call.names[0], signals, source="match service", member=who, reason=why, reference=reference
        )

    made = applied(means, act)
    told = {name: made.signals[type_named(name).name] for name in signals}
    return said({"id": made.number, "signals": told})


def _reference(metadata: str | None) -> str | None:
    """The caller's own name for the content, from what such clients send beside it."""
    if not metadata:
        return None
    try:
        found = json.loads(metadata)
    except (ValueError, RecursionError):
        raise NotAnswerable("metadata: JSON") from None
    inner = found.get("metadata", found) if isinstance(found, dict) else None
    if not isinstance(inner, dict):
        raise NotAnswerable("metadata: an object")
    reference = inner.get("content_id")
    return None if reference is None else str(reference)


def _ratio(fields: dict[str, Any]) -> dict[str, Any]:
    """What is said of enabling; such clients write numbers and flags as texts, too."""
    ratio, enabled = fields.get("enabled_ratio"), fields.get("enabled")
    found: dict[str, Any] = {}
    if ratio is not None:
        found["enabled_ratio"] = _share(ratio)
    if enabled is not None:
        found["enabled"] = _FLAGS.get(str(enabled).lower())
        if found["enabled"] is None:
            raise NotAnswerable("enabled: true or false")
    return found


def _share(ratio: object) -> float:
    try:
        share = math.nan if isinstance(ratio, bool) else float(str(ratio))
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise NotAnswerable("enabled_ratio: a share from 0 to 1")
    return share


def _number(call: Call) -> int:
    text = call.names[1]
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise NotFound(f"there is no item {text[:30]!r}")
    return int(text)


def _bank(one: Bank) -> dict[str, Any]:
    terms = one.terms
    return {"name": one.name, "matching_enabled_ratio": terms.enabled_ratio if terms.enabled else 0.0}


def _item(of: Bank, one: BankEntry) -> dict[str, Any]:
    until = 0
    if one.off:
        until = int(one.off_until.utc.timestamp()) if one.off_until else _OFF_FOR_GOOD
    return {"id": one.number, "disable_until_ts": until, "bank": _bank(of), "signals": one.signals} | {
        "original_media_uri": None,
        "reference": one.reference,
    }
