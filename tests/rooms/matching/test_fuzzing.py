"""Whatever is done to real samples, every way in gives an outcome with a name: never a failure of ours, nor no hash.

``make soak`` does the same for minutes (``tools/soak_fuzz.py``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.fuzzing import Entry, entries, mutated

NAMES = (
    "pictures", "films", "stills", "texts", "addresses", "signals of every type", "forms", "JSON of a call", "tokens",
    "lists: csv", "lists: file", "lists: stix", "STIX patterns", "segments", "journals", "manifests",
)  # fmt: skip
SLOW = {"films": 5, "stills": 5, "pictures": 30}
"""Examples where each costs a process or a decoding; of the others a hundred."""


@pytest.fixture(scope="module")
def ways_in() -> Iterator[dict[str, Entry]]:
    with entries() as found:
        yield found


def test_every_way_in_is_named(ways_in: dict[str, Entry]) -> None:
    assert set(ways_in) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_are_good(ways_in: dict[str, Entry], name: str) -> None:
    entry = ways_in[name]
    outcomes = [entry.attempt(one) for one in entry.samples]
    assert not [one for one in outcomes if one in ("broken", "unsupported", "decoder_died") or one[:1].isupper()]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 64))
def test_damaged_samples_have_an_outcome(ways_in: dict[str, Entry], name: str, seed: int) -> None:
    entry, drawn = ways_in[name], random.Random(seed)  # noqa: S311 -- hypothesis chose the seed
    if seed % 100 < SLOW.get(name, 100):
        assert entry.attempt(mutated(drawn, entry.samples))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=200))
def test_any_bytes_have_an_outcome(ways_in: dict[str, Entry], name: str, data: bytes) -> None:
    if name not in ("films", "stills") or len(data) % 10 == 0:
        assert ways_in[name].attempt(data)
