"""Every entry by which bytes of strangers, or of a disk, are read in ``matching``: samples, and what may follow.

``Entry.attempt`` gives the name of what became of the bytes. Anything that it raises is a fault, and so is a hash that
is none: what cannot be read has a name.
"""

from __future__ import annotations

import io
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from comity.casefile.clock import Instant
from comity.matching.errors import MatchingFailure
from comity.matching.exchanges import importing, patterns
from comity.matching.index import build, journal, manifest, segment
from comity.matching.index.errors import IndexFailure
from comity.matching.index.journal import Kind, Record
from comity.matching.serving import hashing
from comity.matching.serving.calls import Call, uploaded
from comity.matching.serving.tokens import Caller, new_token, read_tokens
from comity.matching.signals import TYPES, ContentType
from comity.matching.signals.children import FilmLimits
from comity.matching.signals.decoders import Decoders, PictureLimits
from comity.matching.signals.outcomes import Outcome
from support.films import film
from support.pictures import encoded, scene

NOW = Instant.parse("2026-11-23T01:13:00Z")
_HASH = re.compile(r"[0-9a-f]{64}")
_HASHED = {Outcome.HASHED, Outcome.DAMAGED, Outcome.CUT}
_PIECES = (
    b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"%s%n", b"'", b'"', b"\\", b"\r\n",
    b"--x", b"--x--", b"[", b"]", b"{", b"}", b"<!DOCTYPE a>", b"http://", b"xn--", b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80", b",", b"1e999", b"-1", b"NaN", b"null",
    b"OR", b"moov", b"mdat", b"IHDR", b"IDAT", b"\xff\xd8\xff\xe1", b"Exif\0\0",
)  # fmt: skip
_FORM = (
    b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\nDATA\r\n'
    b'--x\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"content_id": "1"}\r\n--x--\r\n'
)
_STIX = json.dumps(
    {
        "type": "bundle",
        "id": "bundle--1",
        "objects": [
            {
                "type": "indicator",
                "id": "indicator--1",
                "pattern_type": "stix",
                "pattern": f"[file:hashes.'SHA-256' = '{'ab' * 32}' OR url:value = 'https://example.org/a']",
                "valid_from": "2026-01-01T00:00:00Z",
            }
        ],
    }
).encode()


@dataclass(frozen=True)
class Entry:
    """One way in."""

    name: str
    samples: tuple[bytes, ...]
    attempt: Callable[[bytes], str]


@contextmanager
def entries() -> Iterator[dict[str, Entry]]:
    """All of them by name, with the decoders that some need."""
    pictures = PictureLimits(pixels=2_000_000, stored_pixels=20_000_000, frames=4, wall_seconds=60.0)
    films = FilmLimits(frames=60, hashes=20, pixels=2_000_000, cpu_seconds=30, wall_seconds=120.0)
    with Decoders(1, pictures, films) as decoders, tempfile.TemporaryDirectory(prefix="comity-fuzz-") as folder:
        found = [*_of_content(decoders), *_of_texts(), *_of_lists(), *_of_files(Path(folder))]
        yield {one.name: one for one in found}


def mutated(drawn: random.Random, samples: tuple[bytes, ...]) -> bytes:
    """A sample with a few changes: bits turned, pieces put in, taken out or taken from another, its end lost."""
    data = bytearray(drawn.choice(samples))
    for _ in range(drawn.randrange(1, 8)):
        at, length = drawn.randrange(len(data) + 1), drawn.randrange(1, 40)
        way = drawn.randrange(6)
        if way <= 1 and data:
            data[min(at, len(data) - 1)] ^= 1 << drawn.randrange(8)
        elif way == 2:
            data[at:at] = drawn.choice(_PIECES)
        elif way == 3:
            del data[at : at + length]
        elif way == 4:
            other = drawn.choice(samples)
            begin = drawn.randrange(len(other) + 1)
            data[at : at + length] = other[begin : begin + length]
        elif drawn.random() < 0.2:
            del data[at:]
    return bytes(data)


def _of_content(decoders: Decoders) -> list[Entry]:
    small, moving = scene().resize((120, 80)), io.BytesIO()
    small.save(moving, "GIF", save_all=True, append_images=[small.transpose(0), small.transpose(1)])
    kinds = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "JPEG2000", "ICO")
    pictures = (*(encoded(small, kind) for kind in kinds), moving.getvalue(), encoded(small.convert("P"), "PNG"))
    short = {"frames": 5, "size": (96, 64)}
    films = (film(**short), film(kind="matroska", **short), film(kind="avi", **short), film(kind="mpegts", **short))

    def picture(data: bytes) -> str:
        found = decoders.picture(data)
        _sound(found.outcome, [view.pdq for view in found.views])
        return found.outcome.value

    def moving_picture(data: bytes) -> str:
        with io.BytesIO(data) as _, tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            found = decoders.film(file)
        _sound(found.outcome, [frame.pdq for frame in found.frames])
        return found.outcome.value

    def moments(data: bytes) -> str:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            found = decoders.stills(file)
        assert bool(found.sheet) == (found.outcome is Outcome.HASHED), found.outcome
        assert found.sheet[:2] in (b"", b"\xff\xd8"), found.sheet[:20]
        return found.outcome.value

    return [
        Entry("pictures", pictures, picture),
        Entry("films", films, moving_picture),
        Entry("stills", films, moments),
    ]


def _sound(outcome: Outcome, hashes: list[str]) -> None:
    assert bool(hashes) == (outcome in _HASHED), (outcome, hashes)
    assert all(_HASH.fullmatch(one) for one in hashes), hashes


def _of_texts() -> list[Entry]:
    texts = (b"The bridge stands above the river, see https://example.org/a?b=1#c.", "Мост над рекой".encode())
    urls = (b"https://user@EXAMPLE.org:443/a/../b?utm_source=x#y", "https://мост.example/ü".encode(), b"http://[::1]/")
    signals = tuple(example.encode() for kind in TYPES.values() for example in kind.examples)
    return [
        Entry("texts", texts, lambda data: _hashed(ContentType.TEXT, data)),
        Entry("addresses", urls, lambda data: _hashed(ContentType.URL, data)),
        Entry("signals of every type", signals, _as_every_type),
        Entry("forms", (_FORM,), _form),
        Entry("JSON of a call", (b'{"signals": {"pdq": "00"}, "text": "a", "threshold": 31}',), _json),
        Entry("tokens", (f"{new_token('a', 'read')[1]}\n{new_token('b', 'read,write')[1]}\n".encode(),), _tokens),
    ]


def _hashed(kind: ContentType, data: bytes) -> str:
    def of() -> str:
        found = hashing.hashed(None, kind, data)  # type: ignore[arg-type]  # texts need no decoder
        assert all(text for some in found.signals.values() for text in some), found
        return found.outcome

    return _or_named(of)


def _as_every_type(data: bytes) -> str:
    text, good = data.decode("utf-8", "replace"), 0
    for kind in TYPES.values():
        if kind.valid(text):
            once = kind.normalise(text)
            assert kind.normalise(once) == once, (kind.name, text)
            good += 1
    return f"of {good} types"


def _form(data: bytes) -> str:
    head = {b"content-type": b"multipart/form-data; boundary=x"}
    call = Call("POST", "/h/hash", {}, head, Caller("a", frozenset(), ""), data)
    return _or_named(lambda: f"a file under {len(uploaded(call).field)} letters"[:6])


def _json(data: bytes) -> str:
    return _or_named(lambda: f"{len(Call('POST', '/', {}, {}, Caller('a', frozenset(), ''), data).json())} fields")


def _tokens(data: bytes) -> str:
    return _or_named(lambda: f"{len(read_tokens(data.decode('utf-8', 'replace')))} callers")


def _of_lists() -> list[Entry]:
    table = f"type,signal,reference\nsha256,{'ab' * 32},1\nurl,https://example.org/a,2\npdq,{'0f' * 32},3\n".encode()
    lines = f"sha256 {'ab' * 32}\nmd5 {'cd' * 16}\nurl https://example.org/\n".encode()
    said = (
        b"[url:value = 'https://example.org/']",
        b"[file:hashes.MD5 = 'ab' OR file:hashes.x_pdq = 'cd'] OR [url:value='x']",
    )
    found = [("csv", table), ("file", lines), ("stix", _STIX)]
    return [
        *(Entry(f"lists: {kind}", (data,), lambda data, kind=kind: _list(kind, data)) for kind, data in found),  # type: ignore[misc]
        Entry("STIX patterns", said, _pattern),
    ]


def _list(kind: str, data: bytes) -> str:
    batch = _or_named(lambda: f"{len(importing.read(importing.Given(kind, 'list', data, 'member')).entries)} items")
    return "items" if batch.endswith("items") else batch


def _pattern(data: bytes) -> str:
    try:
        return f"{len(patterns.signals_of(data.decode('utf-8', 'replace')))} values"
    except (patterns.NoPattern, patterns.SaysMore) as named:
        return type(named).__name__


def _of_files(folder: Path) -> list[Entry]:
    numbers = np.arange(5_000, dtype=np.uint64)
    hashes = np.random.Generator(np.random.PCG64(1)).integers(0, 1 << 64, (5_000, 4), dtype=np.uint64)
    build(folder / "few", numbers[:9], hashes[:9])
    build(folder / "many", numbers, hashes)
    record = Record(Kind.ADD, numbers[:3], hashes[:3])
    journal.create(folder / "journal", 0, [record, Record(Kind.REMOVE, numbers[:2])])
    manifest.write(folder, manifest.Manifest(generation=1, next=2, segments=[], journals=[0]))
    samples = {name: (folder / name).read_bytes() for name in ("few", "many", "journal", manifest.NAME)}
    place = folder / "tried"
    place.mkdir()

    def of_segment(data: bytes) -> str:
        (place / "segment").write_bytes(data)
        return _or_named(lambda: f"{'rows' if segment.load(place / 'segment').rows else 'no rows'}")

    def of_journal(data: bytes) -> str:
        (place / "log").write_bytes(data)
        return _or_named(lambda: f"{len(list(journal.Reader(place / 'log', 0).records()))} records")

    def of_manifest(data: bytes) -> str:
        (place / manifest.NAME).write_bytes(data)
        return _or_named(lambda: "read" if manifest.read(place) else "none")

    return [
        Entry("segments", (samples["few"], samples["many"]), of_segment),
        Entry("journals", (samples["journal"],), of_journal),
        Entry("manifests", (samples[manifest.NAME],), of_manifest),
    ]


def _or_named(of: Callable[[], str]) -> str:
    """What it gives, or the name of the failure that says what is wrong."""
    try:
        return of()
    except (MatchingFailure, IndexFailure) as named:
        return type(named).__name__
