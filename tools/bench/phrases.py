"""Looking for 100,000 phrases in texts at once, beside the bare library and the one we fall back to; and for addresses.

Prints one JSON object. One thread, by its processor time; texts of 200 and of 20,000 words.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from comity.matching.signals import phrases, text
from comity.matching.signals.phrases import Phrases, addresses

_LISTED = 100_000
_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))


def main() -> None:
    drawn = np.random.Generator(np.random.PCG64(7))
    vocabulary = ["".join(drawn.choice(_LETTERS, int(length))) for length in drawn.integers(3, 10, 30_000)]
    listed = [" ".join(drawn.choice(vocabulary, 3)) for _ in range(_LISTED)]
    began = time.perf_counter()
    table = Phrases(dict(enumerate(listed)))
    figures: dict[str, float] = {"listed": len(table), "built_s": time.perf_counter() - began}
    bounded = list(dict.fromkeys(f" {one} " for one in listed))
    engines = {"hyperscan": phrases._by_hyperscan, "ahocorasick": phrases._by_ahocorasick}  # noqa: SLF001
    bare = {name: make(bounded) for name, make in engines.items()}
    for name, words, count in (("short", 200, 2_000), ("long", 20_000, 20)):
        texts = [" ".join(drawn.choice(vocabulary, words)) + f". {listed[number]}!" for number in range(count)]
        figures[f"{name}_mb_per_s"] = _rate(table.within, texts)
        figures[f"{name}_found"] = sum(number in table.within(one) for number, one in enumerate(texts)) / count
        ready = [f" {text.normalise(one)} " for one in texts]
        figures |= {f"{name}_{engine}_mb_per_s": _rate(search, ready) for engine, search in bare.items()}
        linked = [one.replace(" ", " https://example.org/", 20) for one in texts]
        figures[f"{name}_addresses_mb_per_s"] = _rate(addresses, linked)
    json.dump(figures, sys.stdout, indent=1)
    print()


def _rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Megabytes of text a second; the best of three rounds."""
    octets, best = sum(len(one.encode()) for one in texts), 0.0
    for _ in range(3):
        began = time.thread_time()
        for one in texts:
            work(one)
        best = max(best, octets / (time.thread_time() - began) / 1e6)
    return best


if __name__ == "__main__":
    main()
