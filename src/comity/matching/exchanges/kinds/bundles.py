"""``stix``: a STIX 2.1 bundle; its indicators name file hashes and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges import reaching
from comity.matching.exchanges.batches import Rows
from comity.matching.exchanges.errors import UnusableAnswer
from comity.matching.exchanges.kinds.lists import List
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.patterns import NoPattern, SaysMore, signals_of

_MOST_OBJECTS = 2_000_000
_LONGEST_NAME = 200
_MOST_SIGNALS = 1_000


class Bundle(List):
    """A bundle."""

    def read(self, name: str, data: bytes, rows: Rows) -> None:
        """Read it. What is no indicator is passed over."""
        read_bundle(name, data, rows, member=self.settings.get("member", self.name))


def read_bundle(name: str, data: bytes, rows: Rows, *, member: str) -> None:
    """Read one bundle into rows. Raises ``UnusableAnswer``."""
    found = reaching.json_object(data, name)
    objects = found.get("objects", [])
    if found.get("type") != "bundle" or not isinstance(objects, list) or len(objects) > _MOST_OBJECTS:
        message = f"{name}: no bundle of STIX"
        raise UnusableAnswer(message)
    names = {}
    for place, one in enumerate(objects):
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            message = f"{name}: object {place} is none of STIX"
            raise UnusableAnswer(message)
        if one.get("type") == "identity" and isinstance(one.get("name"), str):
            names[one["id"]] = one["name"][:_LONGEST_NAME]
    for place, one in enumerate(objects):
        if one.get("type") == "indicator":
            _indicator(f"{name}, object {place}", one, rows, names.get(str(one.get("created_by_ref")), member))


def _indicator(place: str, one: Mapping[str, Any], rows: Rows, member: str) -> None:
    pattern, until = one.get("pattern"), one.get("valid_until")
    if one.get("pattern_type", "stix") != "stix":
        rows.passed += 1
        return
    try:
        signals = signals_of(pattern) if isinstance(pattern, str) else []
        expires = Instant.parse(until) if isinstance(until, str) else None
    except SaysMore:
        rows.passed += 1
        return
    except NoPattern:
        signals, expires = [], None
    except ValueError:
        rows.refuse(place, "valid_until is no instant")
        return
    if not 0 < len(signals) <= _MOST_SIGNALS or (until is not None and expires is None):
        rows.refuse(place, "no pattern of STIX")
        return
    for number, together in enumerate(_apart(signals)):
        reference = one["id"] if number == 0 else f"{one['id']}#{number}"
        if one.get("revoked") is True:
            rows.withdraw(reference, member=member)
        else:
            rows.take(place, together, member=member, reference=reference, expires_at=expires)


def _apart(signals: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Items with one signal of a type each: a second one of the same type begins another item."""
    found: list[dict[str, str]] = []
    for kind, text in signals:
        free = next((item for item in found if kind not in item), None)
        if free is None:
            found.append({kind: text})
        else:
            free[kind] = text
    return found


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Bundle:
    """The bundle, ready to be read."""
    del secrets
    return Bundle(terms, means)
