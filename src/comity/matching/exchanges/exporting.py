"""A bank as a STIX 2.1 bundle, written as it is read: identifiers and instants are the same in every export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import BankExport
from comity.casefile.records import UnitOfWork
from comity.matching.banks import store
from comity.matching.banks.store import Bank, BankEntry
from comity.matching.exchanges.patterns import pattern_of

_AT_ONCE = 5_000
_SPACE = uuid5(NAMESPACE_URL, "https://comity.example/stix")


def export(work: UnitOfWork, name: str, because: str) -> Iterator[str]:
    """Enter that a bank goes out; gives its bundle, to be read once that is on the disk. Raises ``UnknownBank``."""
    of = store.bank(name)
    said = BankExport(bank=of.id, version=of.version, items=store.count(of), because=because, at=work.at)
    audit.enter(work, of.id, said)
    return bundle(name)


def bundle(name: str) -> Iterator[str]:
    """The text of the bundle in pieces; items that are off or held back are not in it. Raises ``UnknownBank``."""
    of = store.bank(name)
    made = audit.entries_of(of.id)[0].at
    us = f"identity--{uuid5(_SPACE, of.id)}"
    yield json.dumps({"type": "bundle", "id": f"bundle--{uuid5(_SPACE, f'bundle {of.id}')}"})[:-1] + ', "objects": [\n'
    yield json.dumps(_identity(of, us, made))
    after = 0
    while found := store.items(of, after=after, most=_AT_ONCE):
        after = found[-1].number
        for item in found:
            if not (item.off or item.quarantined):
                yield ",\n" + json.dumps(_indicator(of, item, us, made))
    yield "\n]}\n"


def _identity(of: Bank, us: str, made: Instant) -> dict[str, Any]:
    named = {"name": of.terms.owner[:200], "identity_class": "organization"}
    return {"type": "identity", "spec_version": "2.1", "id": us, **_times(made), **named}


def _indicator(of: Bank, item: BankEntry, us: str, made: Instant) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid5(UUID(of.id), str(item.number))}",
        "created_by_ref": us,
        **_times(made),
        "name": of.name,
        "description": of.terms.reason,
        "pattern": pattern_of(sorted(item.signals.items())),
        "pattern_type": "stix",
        "valid_from": _time(made),
        "external_references": [
            {"source_name": item.member, **({"external_id": item.reference} if item.reference else {})}
        ],
    }
    if item.expires_at is not None:
        said["valid_until"] = _time(item.expires_at)
    return said


def _times(made: Instant) -> dict[str, str]:
    return {"created": _time(made), "modified": _time(made)}


def _time(moment: Instant) -> str:
    """To the millisecond, as STIX 2.1 (section 3.3) writes it."""
    return moment.utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.utc.microsecond // 1000:03d}Z"
