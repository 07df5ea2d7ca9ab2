"""Our own endpoints, under ``/v1/``: one signal, all of one content, many hashes at once."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.matching.index import from_digits
from comity.matching.index.errors import NotHashes
from comity.matching.policy.told import measure_told
from comity.matching.serving import detecting, hashing
from comity.matching.serving.calls import PLAIN, Answer, Call, said, uploaded
from comity.matching.serving.cataloguing import catalogued
from comity.matching.serving.errors import NotAnswerable, NotLoaded, TooLarge
from comity.matching.serving.found import Found, drawn
from comity.matching.serving.health import state_of
from comity.matching.serving.keeper import position_of
from comity.matching.serving.means import Means
from comity.matching.signals import TYPES, ContentType, type_named

_FIELDS = frozenset({"signals", "text", "url", "banks", "threshold", "item", "item_url", "account", "content_type"})
_HASH_BYTES = 32


@dataclass(frozen=True)
class _Wish:
    """How a caller wants it looked up."""

    banks: tuple[str, ...] | None = None
    threshold: float | None = None

    @classmethod
    def of(cls, banks: object, threshold: object) -> _Wish:
        """From a query or from JSON. Raises ``NotAnswerable``."""
        if isinstance(banks, str):
            banks = [name.strip() for name in banks.split(",") if name.strip()] or None
        if banks is not None and not (isinstance(banks, list) and all(isinstance(one, str) for one in banks)):
            raise NotAnswerable("banks: a list of names")
        return cls(None if banks is None else tuple(banks), _number(threshold))


def match_one(means: Means, call: Call) -> Answer:
    """``GET /v1/match?type=&signal=``: the answer about one signal."""
    kind, signal = call.query.get("type", ""), call.query.get("signal", "")
    if not kind or not signal:
        raise NotAnswerable("name type and signal")
    wish = _Wish.of(call.query.get("banks"), call.query.get("threshold"))
    (found,) = means.lookup.look(kind, [signal], banks=wish.banks, threshold=wish.threshold)
    means.recent.keep({type_named(kind).name: signal})
    _count(means, call, 1, [found])
    return said(_told(found) | {"type": type_named(kind).name, "signal": signal})


def match_content(means: Means, call: Call) -> Answer:
    """``POST /v1/match``: signals, a text or an address in JSON; bytes in a form or as they are."""
    content, fields = _content(means, call)
    wish = _Wish.of(fields.get("banks"), fields.get("threshold"))
    told, seen = [], []
    thing = fields["item"] if isinstance(fields.get("item"), str) else None
    for kind, signals in content.signals.items():
        threshold = wish.threshold if kind in _MEASURED else None
        all_found = means.lookup.look(kind, list(signals), banks=wish.banks, threshold=threshold)
        _count(means, call, len(signals), all_found, thing)
        place = min(range(len(signals)), key=lambda at, found=all_found: _nearest(found[at]))  # type: ignore[misc]
        allowed = any(one.allowed for one in all_found)
        told.append({"type": kind, "signal": signals[place]} | _told(_joined(all_found)))
        key = call.headers.get(b"idempotency-key", b"").decode("latin-1") or None
        counting = () if allowed else tuple(hit.match for hit in drawn(_joined(all_found), key))
        if counting:
            capped = any(one.capped for one in all_found)
            seen.append(detecting.Seen(kind, signals[place], content.recipes.get(kind), counting, capped))
    means.recent.keep({kind: signals[0] for kind, signals in content.signals.items()})
    answer: dict[str, Any] = {"content_type": content.content_type.value, "outcome": content.outcome, "signals": told}
    answer |= {"why": content.why} if content.why else {}
    answer["allowed"] = any(one["allowed"] for one in told)
    seen = [] if answer["allowed"] else seen
    counted = [match for one in seen for match in one.matches]
    rules = means.lookup.snapshot().rules
    answer["measure"] = measure_told(rules, counted, content.content_type.value, means.clock.now())
    named = _named(call, content, fields)
    answer["detections"] = _detected(means, named, seen)
    if named is not None and means.catalogue is not None:
        answer["catalogued"] = catalogued(means.catalogue, named, content, means.clock.now())
    return said(answer)


def match_batch(means: Means, call: Call) -> Answer:
    """``POST /v1/match/batch``: many signals of one type; JSON, a line each, or 32 bytes each."""
    fields: Mapping[str, Any] = call.query
    if call.media_type == "application/json":
        fields = call.json()
        signals = fields.get("signals")
        if not isinstance(signals, list) or not all(isinstance(one, str) for one in signals):
            raise NotAnswerable("signals: a list of texts")
    elif call.media_type == "application/octet-stream":
        return _words(means, call, np.frombuffer(_whole(call.body), dtype=">u8").astype(np.uint64).reshape(-1, 4))
    else:
        signals = [line.decode("utf-8", "replace") for line in call.body.split(b"\n") if line.strip()]
    if len(signals) > means.limits.batch:
        raise TooLarge(f"at most {means.limits.batch:,} signals in one call")
    kind = type_named(str(fields.get("type", "pdq"))).name
    if kind == "pdq":
        try:
            return _words(means, call, from_digits(signals), fields)
        except NotHashes:
            pass  # some are written otherwise, or are none: the slower way says which
    wish = _Wish.of(fields.get("banks"), fields.get("threshold"))
    found = means.lookup.look(kind, signals, banks=wish.banks, threshold=wish.threshold)
    return _batch(means, call, kind, len(signals), {place: one for place, one in enumerate(found) if one.hits})


def _words(means: Means, call: Call, words: Any, fields: Mapping[str, Any] | None = None) -> Answer:
    fields = call.query if fields is None else fields
    if len(words) > means.limits.batch:
        raise TooLarge(f"at most {means.limits.batch:,} signals in one call")
    wish = _Wish.of(fields.get("banks"), fields.get("threshold"))
    kind = type_named(str(fields.get("type", "pdq"))).name
    found = means.lookup.look_at_words(kind, words, banks=wish.banks, threshold=wish.threshold)
    return _batch(means, call, kind, len(words), found)


def _batch(means: Means, call: Call, kind: str, asked: int, found: Mapping[int, Found]) -> Answer:
    _count(means, call, asked, found.values())
    some = [{"at": place} | _told(one) for place, one in sorted(found.items()) if one.hits or one.capped]
    return said({"type": kind, "asked": asked, "found": some})


def hash_content(means: Means, call: Call) -> Answer:
    """``POST /v1/hash``: the signals of content, with what became of it."""
    content, _ = _content(means, call)
    told = {kind: list(signals) for kind, signals in content.signals.items() if not kind.startswith("url_")}
    answer = {"content_type": content.content_type.value, "outcome": content.outcome, "why": content.why}
    return said(answer | {"signals": told, "recipes": dict(content.recipes), "quality": content.quality})


def status(means: Means, call: Call) -> Answer:
    """``GET /v1/status``: how far the index is, how large, and which banks there are."""
    del call
    snapshot = means.lookup.snapshot()
    banks = [
        {"name": one.name, "version": one.version, "enabled": one.enabled, "enabled_ratio": one.ratio}
        | {"negative": one.negative, "shadow": one.shadow, "thresholds": dict(one.thresholds)}
        for one in snapshot.banks.values()
    ]
    rows = {kind: means.lookup.rows(kind) for kind in TYPES}
    return said({"state": state_of(means), "position": position_of(means.folder), "rows": rows, "banks": banks})


def metrics(means: Means, call: Call) -> Answer:
    """``GET /metrics``: for Prometheus."""
    del call
    try:
        rows = {kind: means.lookup.rows(kind) for kind in TYPES}
    except NotLoaded:
        rows = {}
    return Answer(200, means.figures.text(rows).encode(), PLAIN)


_MEASURED = frozenset({"pdq"})
"""Types that a caller's one threshold is for: the others count in other units."""


def _content(means: Means, call: Call) -> tuple[hashing.Hashed, Mapping[str, Any]]:
    if call.media_type == "application/json":
        fields = call.json()
        unknown = set(fields) - _FIELDS
        if unknown:
            raise NotAnswerable(f"there is no field {min(unknown)[:40]!r}")
        return _from_json(fields), fields
    if call.media_type == "multipart/form-data":
        upload = uploaded(call)
        kind = hashing.kind_of_media(upload.media_type)
        data, fields = upload.data, {**call.query, **upload.fields}
        if upload.field in {one.value for one in ContentType}:
            kind = hashing.kind_of(upload.field)
    else:
        data, fields, kind = call.body, dict(call.query), hashing.kind_of_media(call.media_type)
    if fields.get("content_type"):
        kind = hashing.kind_of(str(fields["content_type"]))
    means.figures.count("hashed")
    return hashing.hashed(means.decoders, kind, data), fields


def _from_json(fields: Mapping[str, Any]) -> hashing.Hashed:
    signals, kind = fields.get("signals"), ContentType.FILE
    found: dict[str, tuple[str, ...]] = {}
    for name, of in (("text", hashing.of_text), ("url", hashing.of_url)):
        if name in fields:
            if not isinstance(fields[name], str):
                raise NotAnswerable(f"{name}: a text")
            one = of(fields[name])
            found, kind = {**found, **one.signals}, one.content_type
    if signals is not None:
        if not isinstance(signals, dict) or not all(isinstance(one, str) for one in signals.values()):
            raise NotAnswerable("signals: an object of texts by type")
        found |= {type_named(name).name: (text,) for name, text in signals.items()}
    if not found:
        raise NotAnswerable("name signals, a text, or a url; or send bytes")
    if "content_type" in fields:
        kind = hashing.kind_of(str(fields["content_type"]))
    return hashing.Hashed(kind, found)


def _named(call: Call, content: hashing.Hashed, fields: Mapping[str, Any]) -> detecting.Named | None:
    texts = {name: fields.get(name) for name in ("item", "item_url", "account")}
    if any(one is not None and not isinstance(one, str) for one in texts.values()):
        raise NotAnswerable("item, item_url and account are texts")
    if texts["item"] is None:
        return None
    key = call.headers.get(b"idempotency-key")
    return detecting.Named(
        item=texts["item"],
        url=texts["item_url"],
        account=texts["account"],
        content_type=content.content_type.value,
        key=key.decode("latin-1") if key is not None else None,
        caller=call.caller.name,
    )


def _detected(means: Means, named: detecting.Named | None, seen: list[detecting.Seen]) -> list[dict[str, str]]:
    if named is None or not seen:
        return []
    entered = detecting.enter_all(means.clock, named, seen)
    means.figures.count("detections", len(entered))
    return [
        {"signal_type": one.signal_type, "case": at.case, "entry": at.entry}
        for one, at in zip(seen, entered, strict=True)
    ]


def _told(found: Found) -> dict[str, Any]:
    """One answer with everything that may be asked about it."""
    matches = [
        hit.match.model_dump(mode="json") | {"negative": hit.negative, "in_force": hit.in_force, "ratio": hit.ratio}
        for hit in found.hits
    ]
    return {"match": bool(found.matches), "allowed": found.allowed, "capped": found.capped, "matches": matches}


def _joined(all_found: Sequence[Found]) -> Found:
    """Of several views of one picture: each listed item once, as near as any view is."""
    if len(all_found) == 1:
        return all_found[0]
    hits = sorted((hit for one in all_found for hit in one.hits), key=lambda hit: hit.match.distance)
    first = {(hit.match.bank, hit.match.entry): hit for hit in reversed(hits)}
    nearest = sorted(first.values(), key=lambda hit: (hit.match.distance, hit.match.entry))
    return Found(tuple(nearest), any(one.capped for one in all_found))


def _nearest(found: Found) -> float:
    return min((hit.match.distance for hit in found.hits), default=math.inf)


def _count(means: Means, call: Call, asked: int, found: Collection[Found], thing: str | None = None) -> None:
    means.flood.looked(asked, found, thing)
    matched = sum(1 for one in found if one.hits)
    call.asked += asked
    call.found += matched
    means.figures.count("signals", asked)
    if matched:
        means.figures.count("matches", matched)


def _whole(body: bytes) -> bytes:
    if len(body) % _HASH_BYTES:
        raise NotAnswerable(f"send {_HASH_BYTES} bytes for each hash")
    return body


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise NotAnswerable("threshold: a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise NotAnswerable("threshold: a number")
    return number
