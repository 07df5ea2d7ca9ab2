"""How fast pictures, films and texts become signals, beside the peers that do the same, on the same inputs.

Prints one JSON object. ``BENCH_TEXTS`` sets how many texts are listed (default 1,000,000). Pictures and films
are made from the reference project's photo where it lies beside this repository, else from numbers. One thread each,
except where the figure says otherwise; by processor time, except through the confined decoders.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import av
import numpy as np
from datasketch import MinHash, MinHashLSH
from PIL import Image

from comity.matching.signals.child.films import read_film
from comity.matching.signals.child.pictures import read_picture
from comity.matching.signals.children import FilmLimits
from comity.matching.signals.decoders import Decoders, PictureLimits
from comity.matching.signals.minhash import signatures
from comity.matching.signals.nearby import TextTable

try:
    import pdqhash
except ImportError:
    pdqhash = None  # the extra `peers` is not installed: its figures are no numbers

_PHOTO = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "pdq" / "bridge-mods" / "aaa-orig.jpg"
_SIZES = {"1_6_mp": (1552, 1032), "12_mp": (4000, 3000)}
_LIMITS = {name: value for name, value in asdict(PictureLimits()).items() if isinstance(value, int)}
_ASKED = 20_000
_PEER_LISTED, _PEER_ASKED = 2_000, 1_000
_BATCH = 20_000


def main() -> None:
    figures: dict[str, float] = {"real_photo": _PHOTO.is_file()}
    figures |= _pictures()
    for name, size, frames in (("sd", (640, 480), 600), ("hd", (1920, 1080), 100)):
        figures |= _films(name, size, frames)
    figures |= _texts(int(os.environ.get("BENCH_TEXTS", "1000000")))
    json.dump(figures, sys.stdout, indent=1)
    print()


def _pictures() -> dict[str, float]:
    figures: dict[str, float] = {}
    worst: float = 0
    for name, size in _SIZES.items():
        out = io.BytesIO()
        _photo().resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=85)
        data = out.getvalue()
        figures[f"pdq_{name}_per_s"] = _rate(lambda data=data: read_picture(data, _LIMITS), seconds=3)
        figures[f"peer_pdq_{name}_per_s"] = math.nan
        if pdqhash is None:
            worst = math.nan
        else:
            ours = int(read_picture(data, _LIMITS)["views"][0]["pdq"], 16)
            worst = max(worst, (ours ^ int.from_bytes(_peer(data), "big")).bit_count())
            figures[f"peer_pdq_{name}_per_s"] = _rate(lambda data=data: _peer(data), seconds=3)
        if name == "1_6_mp":
            figures["confined_1_6_mp_2_per_s"] = _confined(data, 600)
    return figures | {"pdq_bits_from_peer": worst}


def _peer(data: bytes) -> bytes:
    """What ``pdq_from_bytes`` of the threatexchange library does with a colour picture."""
    vector, _quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(data))))
    return np.packbits(vector.astype(np.uint8)).tobytes()


def _confined(data: bytes, count: int) -> float:
    """The same through two confined decoders, in processes of their own, as the product does it."""
    with Decoders(2) as decoders, ThreadPoolExecutor(4) as threads:
        decoders.warm()
        began = time.perf_counter()
        list(threads.map(decoders.picture, [data] * count))
        return count / (time.perf_counter() - began)


def _films(name: str, size: tuple[int, int], frames: int) -> dict[str, float]:
    """Every frame hashed, beside the same decoder alone; two processes, one thread each, every one with its film."""
    data = _film(size, frames)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        alone = sum(max(rates) for rates in zip(*[pool.map(_decoded, [data] * 2) for _ in range(3)], strict=True))
        ours = sum(max(rates) for rates in zip(*[pool.map(_hashed, [data] * 2) for _ in range(3)], strict=True))
    return {f"film_{name}_per_s": ours, f"film_{name}_decoding_alone_per_s": alone, f"film_{name}_share": ours / alone}


def _decoded(data: bytes) -> float:
    began, frames = time.process_time(), 0
    with av.open(io.BytesIO(data)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        for _frame in container.decode(video=0):
            frames += 1
    return frames / (time.process_time() - began)


def _hashed(data: bytes) -> float:
    limits = {name: value for name, value in asdict(FilmLimits()).items() if isinstance(value, int)}
    began = time.process_time()
    read = read_film(io.BytesIO(data), limits | {"seconds": 0})
    return read["decoded"] / (time.process_time() - began)


def _film(size: tuple[int, int], frames: int) -> bytes:
    """The photo passing by under grain, 25 frames a second, H.264 where the encoder is there, else MPEG-4."""
    grain = np.random.Generator(np.random.PCG64(2)).normal(0, 5, (4, size[1], size[0], 1))
    wide = np.asarray(_photo().resize((size[0] + 2 * frames, size[1])))
    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=25, options={"preset": "veryfast"} if codec == "libx264" else {})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            grained = wide[:, 2 * number : 2 * number + size[0]] + np.roll(grain[number % 4], 37 * number, axis=0)
            part = np.clip(grained, 0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(part, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def _texts(count: int) -> dict[str, float]:
    drawn = np.random.Generator(np.random.PCG64(3))
    vocabulary = np.array(["".join(drawn.choice(list("abcdefghijklmnopqrstuvwxyz"), 7)) for _ in range(50_000)])
    first = _written(drawn, vocabulary, _ASKED)
    changed = [_changed(drawn, words, vocabulary) for words in first]
    signatures([" "])
    listed = [signatures([" ".join(words) for words in first])[0]]
    for begin in range(_ASKED, count, _BATCH):
        size = min(_BATCH, count - begin)
        listed.append(signatures([" ".join(words) for words in _written(drawn, vocabulary, size)])[0])
    table = TextTable(np.concatenate(listed))
    table.alike(table._signatures[:1])  # noqa: SLF001 -- compiles before the clock runs
    began = time.thread_time()
    found = table.alike(signatures(changed)[0])
    took = time.thread_time() - began
    strangers = [" ".join(words) for words in _written(drawn, vocabulary, _ASKED)]
    return {
        "texts_listed": len(table),
        "text_per_s": _ASKED / took,
        "text_recall": len(set(found.asked[found.asked == found.listed].tolist())) / _ASKED,
        "text_false": len(table.alike(signatures(strangers)[0]).asked) / _ASKED,
        "text_octets": table.octets / len(table),
    } | _peer_texts([" ".join(words) for words in first[:_PEER_LISTED]], changed[:_PEER_ASKED])


def _peer_texts(listed: Sequence[str], asked: Sequence[str]) -> dict[str, float]:
    """The library datasketch with as many places, over the same pairs of words, and the same least likeness."""
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(listed):
        index.insert(number, _sketch(text))
    began = time.thread_time()
    found = [number in index.query(_sketch(text)) for number, text in enumerate(asked)]
    return {"peer_text_per_s": len(asked) / (time.thread_time() - began), "peer_text_recall": sum(found) / len(found)}


def _sketch(text: str) -> MinHash:
    words, sketch = text.split(), MinHash(num_perm=128)
    sketch.update_batch([f"{one} {other}".encode() for one, other in pairwise(words)])
    return sketch


def _written(drawn: np.random.Generator, vocabulary: np.ndarray, count: int) -> list[list[str]]:
    """Texts of 20 to 119 words, a few of them frequent and most rare (Zipf)."""
    weights = np.cumsum(1.0 / np.arange(1, len(vocabulary) + 1))
    lengths = drawn.integers(20, 120, count)
    words = vocabulary[np.searchsorted(weights, drawn.random(int(lengths.sum())) * weights[-1])].tolist()
    ends = np.cumsum(lengths).tolist()
    return [words[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]


def _changed(drawn: np.random.Generator, words: Sequence[str], vocabulary: np.ndarray) -> str:
    """One word in twenty replaced, at least one."""
    changed = list(words)
    for place in drawn.choice(len(words), max(1, round(len(words) / 20)), replace=False):
        changed[place] = str(vocabulary[int(drawn.integers(len(vocabulary)))])
    return " ".join(changed)


def _photo() -> Image.Image:
    if _PHOTO.is_file():
        return Image.open(_PHOTO).convert("RGB")
    drawn = np.random.Generator(np.random.PCG64(1))
    rough = [drawn.integers(0, 256, (1004 >> level, 1600 >> level, 3), dtype=np.uint8) for level in range(2, 9)]
    layers = [np.asarray(Image.fromarray(one).resize((1600, 1004), Image.Resampling.BICUBIC), float) for one in rough]
    weights = 2.0 ** np.arange(len(layers))
    mixed = sum(weight * layer for weight, layer in zip(weights, layers, strict=True)) / weights.sum()
    return Image.fromarray(np.clip((mixed - 128) * 1.6 + 128, 0, 255).astype(np.uint8))


def _rate(work: Callable[[], object], *, seconds: float) -> float:
    """Times a second, by the processor time of this thread: other work on the machine does not count."""
    work()
    began, ended, times = time.thread_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < ended or times < 3:
        work()
        times += 1
    return times / (time.thread_time() - began)


if __name__ == "__main__":
    main()
