"""Hashing and matching as Hasher-Matcher-Actioner answers, at its paths. Where it errs we do not: docs/matching.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.matching.errors import UnknownSignalType
from comity.matching.serving import hashing
from comity.matching.serving.calls import PLAIN, Answer, Call, said, uploaded
from comity.matching.serving.errors import NotAnswerable
from comity.matching.serving.found import Found, Hit, drawn
from comity.matching.serving.health import ALIVE, NOT_LOADED, age_of, state_of
from comity.matching.serving.means import Means
from comity.matching.signals import TYPES, ContentType, SignalType, type_named

_OF_CONTENT = {
    ContentType.PHOTO: ("pdq",),
    ContentType.VIDEO: ("video_md5", "vpdq"),
    ContentType.TEXT: ("raw_text",),
    ContentType.URL: ("url",),
    ContentType.FILE: ("md5", "sha256"),
}
"""What is computed when no types are named, as its clients call them."""
_YES = frozenset({"1", "true", "True", "yes", "t"})


def alive(means: Means, call: Call) -> Answer:
    """``GET /status``."""
    del call
    state = state_of(means)
    return Answer(200 if state == ALIVE else 503, state.encode(), PLAIN)


def lives(means: Means, call: Call) -> Answer:
    """``GET /status/live``."""
    del means, call
    return Answer(200, ALIVE.encode(), PLAIN)


def raw_lookup(means: Means, call: Call) -> Answer:
    """``GET /m/raw_lookup``: identifiers alone, those of what is switched off too."""
    found, _ = _one(means, call)
    hits = [] if found.allowed else [hit for hit in found.hits if not (hit.negative or hit.match.shadow)]
    if call.query.get("include_distance", "") in _YES:
        return said({"matches": [_near(hit) for hit in hits]})
    return said({"matches": [hit.match.entry for hit in hits]})


def lookup(means: Means, call: Call) -> Answer:
    """``GET /m/lookup?signal=``: by bank what counts."""
    found, _ = _one(means, call)
    return said(_by_bank(found, call))


def lookup_content(means: Means, call: Call) -> Answer:
    """``GET /m/lookup?url=`` and ``POST /m/lookup``: by type of signal and bank."""
    answer: dict[str, Any] = {}
    hashed = hash_of(means, call)
    means.recent.keep({_typed(name).name: signal for name, signal in hashed.items()})
    for name, signals in hashed.items():
        found = means.lookup.look(name, [signals], banks=_banks(call))
        _count(means, call, found)
        answer[name] = _by_bank(found[0], call)
    return said(answer)


def hash_content(means: Means, call: Call) -> Answer:
    """``GET /h/hash?url=`` and ``POST /h/hash``: signals by type."""
    return said(hash_of(means, call))


def index_status(means: Means, call: Call) -> Answer:
    """``GET /m/index/status``."""
    del call
    built = None if state_of(means) == NOT_LOADED else age_of(means.folder, means.clock)
    now = means.clock.now().utc.timestamp()
    answer: dict[str, dict[str, Any]] = {}
    for name in TYPES:
        rows = means.lookup.rows(name) if built is not None else 0
        known: dict[str, Any] = {"present": built is not None, "size": rows, "index_size": rows}
        answer[name] = known | {"build_time": None if built is None else int(now - built)}
    return said(answer)


def signal_types(means: Means, call: Call) -> Answer:
    """``GET /c/signal_types``."""
    del means, call
    return said({name: {"name": name, "enabled_ratio": 1.0} for name in TYPES})


def content_types(means: Means, call: Call) -> Answer:
    """``GET /c/content_types``."""
    del means, call
    return said({kind.value: {"name": kind.value, "signal_types": list(names)} for kind, names in _OF_CONTENT.items()})


def signal_type_list(means: Means, call: Call) -> Answer:
    """``GET /c/signal_type``, as a list."""
    del means, call
    return said([{"name": name, "enabled_ratio": 1.0} for name in TYPES])


def content_type_list(means: Means, call: Call) -> Answer:
    """``GET /c/content_type``, as a list."""
    del means, call
    return said([{"name": kind.value, "enabled": True} for kind in _OF_CONTENT])


def hash_of(means: Means, call: Call) -> dict[str, str]:
    """Signals of the content of a call, by the names that its client uses."""
    kind, data = _bytes(means, call)
    names = [name.strip() for name in call.query.get("types", "").split(",") if name.strip()] or list(_OF_CONTENT[kind])
    wanted = {name: _applying(name, kind) for name in names}
    means.figures.count("hashed")
    content = hashing.hashed(means.decoders, kind, data)
    signals = {name: content.signals[of.name][0] for name, of in wanted.items() if of.name in content.signals}
    if not signals and content.outcome != "hashed":
        raise NotAnswerable(f"the {kind.value} was not hashed: {content.outcome}. {content.why}".strip())
    return signals


def _bytes(means: Means, call: Call) -> tuple[ContentType, bytes]:
    if call.method == "GET":
        url = call.query.get("url", "")
        if not url:
            raise NotAnswerable("name a signal, or a url and its content_type")
        data, media_type = means.fetching.get(url)
        named = call.query.get("content_type")
        return hashing.kind_of(named) if named else _looks_like(media_type), data
    upload = uploaded(call)
    return hashing.kind_of(upload.field), upload.data


def _looks_like(media_type: str) -> ContentType:
    """What the host says it is, where the caller says nothing; a picture where the host says little."""
    kind = hashing.kind_of_media(media_type)
    return ContentType.PHOTO if kind is ContentType.FILE else kind


def _applying(name: str, kind: ContentType) -> SignalType:
    of = _typed(name)
    if kind not in of.content_types:
        raise NotAnswerable(f"{name} is no type of signal for a {kind.value}")
    return of


def _one(means: Means, call: Call) -> tuple[Found, str]:
    signal, name = call.query.get("signal", ""), call.query.get("signal_type", "")
    if not signal or not name:
        raise NotAnswerable("name signal and signal_type")
    found = means.lookup.look(_typed(name).name, [signal], banks=_banks(call))
    means.recent.keep({_typed(name).name: signal})
    _count(means, call, found)
    return found[0], name


def _typed(name: str) -> SignalType:
    try:
        return type_named(name)
    except UnknownSignalType as unknown:
        raise NotAnswerable(str(unknown)) from None


def _banks(call: Call) -> tuple[str, ...] | None:
    return tuple(name.strip() for name in call.query.get("banks", "").split(",") if name.strip()) or None


def _by_bank(found: Found, call: Call) -> dict[str, list[dict[str, Any]]]:
    hits: Iterable[Hit] = drawn(found, call.query.get("seed"))
    if call.query.get("bypass_coinflip", "") in _YES:
        hits = () if found.allowed else (hit for hit in found.hits if hit.in_force and not hit.negative)
    answer: dict[str, list[dict[str, Any]]] = {}
    for hit in hits:
        if hit.match.shadow:  # such clients could not tell it from a match that counts
            continue
        answer.setdefault(hit.match.bank, []).append(_near(hit))
    return answer


def _near(hit: Hit) -> dict[str, Any]:
    return {"bank_content_id": hit.match.entry, "distance": f"{hit.match.distance:g}"}


def _count(means: Means, call: Call, found: list[Found]) -> None:
    matched = sum(1 for one in found if one.hits)
    means.flood.looked(len(found), found)
    call.asked += len(found)
    call.found += matched
    means.figures.count("signals", len(found))
    if matched:
        means.figures.count("matches", matched)
