"""Fill a catalogue for the demo: ``python tools/demo_catalogue.py FOLDER ITEMS PICTURES``.

``PICTURES`` pictures are drawn, written as JPEG and hashed by the confined decoders as uploads are. The rest of the
items are these hashes with about a third of their bits turned by a repeatable dice: numbers of the right kind and
number, of no picture that anybody drew.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools")]

import numpy as np  # noqa: E402 -- found only after the path is extended

from comity.casefile.clock import WallClock  # noqa: E402 -- the same
from comity.matching.catalogue import Catalogue, Fingerprint  # noqa: E402 -- the same
from comity.matching.hunting import Query, hunt  # noqa: E402 -- the same
from comity.matching.index import keep_compiled  # noqa: E402 -- the same
from comity.matching.signals.decoders import Decoders  # noqa: E402 -- the same
from demo_pictures import drawn, jpeg  # noqa: E402 -- the same

FIRST = 1_000
"""Number of the first of them; the demo's own pictures have smaller ones."""
_AT_ONCE = 50_000
_TURNED = 0.35


def main(folder: str, items: str, pictures: str) -> int:
    """Fill it and say how many of each there are."""
    real = _hashed(int(pictures))
    signals = real + _varied(real, int(items) - len(real))
    at, recipe = WallClock().now(), "pdq"
    with Catalogue.open(Path(folder), make=True, live=1 << 30) as catalogue:
        for first in range(0, len(signals), _AT_ONCE):
            some = signals[first : first + _AT_ONCE]
            catalogue.add([
                Fingerprint(f"e{first + place:016d}", None, f"a{(first + place) % 20_000:016d}", "photo", "pdq",
                            signal, recipe, at)
                for place, signal in enumerate(some)
            ])  # fmt: skip
        catalogue.compact()
    keep_compiled(Path(folder).parent / "match" / "kernels")
    list(hunt(Path(folder), [Query("pdq", signals[0])]))  # a house compiles its search once: here, beside the orders
    print(f"{len(real)} {len(signals)}")
    return 0


def _hashed(pictures: int) -> list[str]:
    with Decoders(processes=2) as decoders, ThreadPoolExecutor(2) as threads:

        def one(number: int) -> list[str]:
            return [view.pdq for view in decoders.picture(jpeg(drawn(FIRST + number))).views]

        return [signal for signals in threads.map(one, range(pictures)) for signal in signals[:1]]


def _varied(real: list[str], count: int) -> list[str]:
    """Some of the real hashes, each with other bits turned."""
    dice = np.random.default_rng(2021784)
    rows = np.frombuffer(bytes.fromhex("".join(real)), dtype=np.uint8).reshape(-1, 32)
    chosen = rows[dice.integers(0, len(rows), count)]
    turned = np.packbits(dice.random((count, 256), dtype=np.float32) < _TURNED, axis=1)
    digits = (chosen ^ turned).tobytes().hex()
    return [digits[place : place + 64] for place in range(0, len(digits), 64)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
