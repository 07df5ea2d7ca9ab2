"""Reading on, again and again, costs no memory, no file and no map: what was replaced is let go of."""

from __future__ import annotations

from pathlib import Path

from comity.matching.serving.keeper import Keeper, Kept
from comity.matching.serving.lookup import Lookup
from comity.matching.signals.minhash import signature
from support.match_service import a_hash
from support.match_shelf import CLOCK, Shelf

ROUNDS, WARM = 60, 20
LONG = "the bridge stands above the river and all the boats go under it every morning at seven "


def held() -> tuple[int, int, float]:
    """Open files, maps, and memory of its own (MiB) of this process."""
    status = Path("/proc/self/status").read_text().splitlines()
    own = next(int(line.split()[1]) for line in status if line.startswith("RssAnon:")) / 1024
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return files, len(Path("/proc/self/maps").read_text().splitlines()), own


def test_reading_on_costs_nothing(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.bank("ONE")
    first = a_hash()
    shelf.add("ONE", pdq=first)
    kept = Kept(tmp_path)
    keeper = Keeper(kept, shelf)
    keeper.step()
    warm = (0, 0, 0.0)
    with Lookup.open(tmp_path, clock=CLOCK) as lookup:
        for turn in range(ROUNDS):
            numbers = [shelf.add("ONE", pdq=a_hash(), sha256=a_hash()) for _ in range(50)]
            shelf.add("ONE", text_likeness=signature(f"{LONG} {turn}"))
            keeper.step()
            for number in numbers:
                shelf.withdraw(number)
            keeper.step()
            if turn % 3 == 0:
                kept._indexes["pdq"].compact()
            assert lookup.look("pdq", [first])[0].hits
            assert lookup.look("text_likeness", [signature(LONG)]) is not None
            if turn == WARM:
                warm = held()
        files, maps, own = held()
    kept.close()
    assert files <= warm[0] + 3
    assert maps <= warm[1] + 10
    assert own <= warm[2] + 30


def test_making_everything_anew_lets_go_of_what_was(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.bank("ONE")
    first = a_hash()
    shelf.add("ONE", pdq=first)
    kept = Kept(tmp_path)
    with Lookup.open(tmp_path, clock=CLOCK) as lookup:
        counts = []
        for _ in range(12):
            kept.start_anew()
            Keeper(kept, shelf).step()
            assert lookup.look("pdq", [first])[0].hits
            counts.append(held()[0])
    kept.close()
    assert max(counts[6:]) <= max(counts[:6]) + 3
