"""Where the match service keeps what it derives from the database, and what a signal is to the index.

Everything here can be thrown away: it is made again from the database.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from comity.matching.signals import TYPES, urls, vpdq
from comity.matching.signals.digests import hexadecimal

BANKS, POSITION, LISTED, HEARTBEAT, LIKENESS = "banks.json", "position", "listed.sqlite", "heartbeat", "text_likeness"
INDEXED = tuple(name for name in TYPES if name != LIKENESS)
"""Types that are kept in an index; likeness of texts has tables of its own."""
ITEM_BITS = 40
NEAR = frozenset({"pdq", "vpdq"})
"""Types searched within bits; of the others, what is equal."""
_DIGITS = 64


def folder_of(folder: Path, kind: str) -> Path:
    """The index of one type."""
    return folder / kind


def rows_of(kind: str, signal: str) -> list[str]:
    """A listed signal as rows of its type's index (64 digits each)."""
    if kind in {"pdq", "sha256", "text"}:
        return [signal]
    if kind == "vpdq":
        return frames_of(signal)
    if kind == "md5":
        return [signal.ljust(_DIGITS, "0")]
    return [_digest(signal)]


def frames_of(signal: str) -> list[str]:
    """The frames of a film that count: each hash once, none of little quality."""
    frames = [one.split(",") for one in json.loads(signal)]
    return list({hexadecimal(text, 32): None for text, quality, _ in frames if int(quality) >= vpdq.FRAME_QUALITY})


def asked_rows(kind: str, signal: str) -> list[str]:
    """What to look for, for one signal of content: every rule that would cover an address, every frame of a film."""
    if kind == "url_host":
        return [_digest(rule) for rule in _host_rules(urls.address(signal).host)]
    if kind == "url_path":
        return [_digest(rule) for rule in _path_rules(urls.address(signal))]
    return rows_of(kind, signal)


def content_signal(kind: str, signal: str) -> str:
    """The one spelling of content's signal; rules are asked about addresses. Raises ``InvalidSignal``."""
    return urls.canonical(signal) if kind in {"url_host", "url_path"} else TYPES[kind].normalise(signal)


def _host_rules(host: str) -> list[str]:
    labels = host.split(".")
    return [host, *(f"*.{'.'.join(labels[place:])}" for place in range(len(labels)))]


def _path_rules(address: urls.Address) -> list[str]:
    steps = [step for step in address.path.split("/") if step]
    paths = ["/" + "/".join(steps[: count + 1]) + "/" for count in range(len(steps))]
    return [f"https://{address.origin}{path}" for path in paths]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
