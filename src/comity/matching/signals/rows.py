"""What a signal is to an index or a hunt: rows of 64 hexadecimal digits that are near each other, or equal."""

from __future__ import annotations

import hashlib
import json

from comity.matching.signals import urls, vpdq
from comity.matching.signals.digests import hexadecimal

_DIGITS = 64


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


def _host_rules(host: str) -> list[str]:
    labels = host.split(".")
    return [host, *(f"*.{'.'.join(labels[place:])}" for place in range(len(labels)))]


def _path_rules(address: urls.Address) -> list[str]:
    steps = [step for step in address.path.split("/") if step]
    paths = ["/" + "/".join(steps[: count + 1]) + "/" for count in range(len(steps))]
    return [f"https://{address.origin}{path}" for path in paths]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
