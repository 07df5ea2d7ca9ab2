"""A hunt on a cluster of several processes finds what threads find; a worker that is killed loses nothing."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from comity.docket.hunts import catalogue as docket_catalogue
from comity.docket.seeking import Sought
from comity.matching.catalogue import Catalogue
from comity.matching.hunting import Query, hunt, service
from comity.matching.hunting.cluster import Cluster
from comity.matching.hunting.errors import HuntIncomplete, WorkersUnusable
from comity.matching.index import to_digits
from support.brute import flipped, hashes
from support.catalogued import as_answer, nearest, pictures

WORKERS = 2
pytestmark = pytest.mark.xdist_group("ray")  # one cluster at a time


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Three partitions of some pieces each, and live rows."""
    rng = np.random.default_rng(5)
    base = hashes(rng, 30)
    rows = np.concatenate([hashes(rng, 4_000), [flipped(base[at % 30], rng.choice(256, at % 40)) for at in range(300)]])
    rows = rows[rng.permutation(len(rows))]
    folder, fingerprints = tmp_path_factory.mktemp("stored"), pictures(rows)
    with Catalogue.open(folder, make=True) as catalogue:
        for first, last in ((0, 3_000), (3_000, 3_500), (3_500, 3_600)):
            catalogue.add(fingerprints[first:last])
            catalogue.compact()
        catalogue.add(fingerprints[3_600:])
    return folder, fingerprints, [Query("pdq", text) for text in to_digits(base)]


@pytest.fixture(scope="module")
def cluster():
    with Cluster(workers=WORKERS) as running:
        yield running
    assert not Path(running._folder.name).exists(), "what it wrote is gone with it"


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(service, "PIECE", 1 << 16)


def test_workers_find_what_comparing_everything_finds(stored, cluster):
    folder, fingerprints, queries = stored
    assert as_answer(hunt(folder, queries, runner=cluster)) == nearest(fingerprints, queries)


def test_a_killed_worker_loses_nothing_and_says_nothing_twice(stored, cluster, monkeypatch):
    folder, fingerprints, queries = stored

    def slowly(piece, queries, kernels):  # pickled by value: workers know no tests
        """What a worker does, told where it is, and slow enough to be killed at it."""
        import time
        from pathlib import Path

        from comity.matching.hunting.cluster import _searched

        marks = Path(piece.partition.folder) / "marks"
        marks.mkdir(exist_ok=True)
        mark = marks / f"{piece.partition.listed.number}-{os.getpid()}"
        mark.touch()
        time.sleep(1.0)
        return _searched(piece, queries, kernels)

    monkeypatch.setattr("comity.matching.hunting.cluster.WORK", slowly)
    killed = []

    def kill_one(_progress):
        for mark in (folder / "marks").glob("*"):
            pid = int(mark.name.partition("-")[2])
            if not killed and pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    found = list(hunt(folder, queries, runner=_Watched(cluster, kill_one)))
    assert as_answer(found) == nearest(fingerprints, queries)
    assert killed, "a worker was killed in the middle"
    partitions = [mark.name.partition("-")[0] for mark in (folder / "marks").glob("*")]
    assert len(partitions) > len(set(partitions)), "its piece was searched again by another"


class _Watched:
    """The same cluster, with somebody who looks while pieces are searched."""

    def __init__(self, cluster, look):
        self.cluster, self.look = cluster, look

    def run(self, pieces, queries):
        import threading

        over = threading.Event()

        def watch():
            while not over.wait(0.05):
                self.look(None)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield from self.cluster.run(pieces, queries)
        finally:
            over.set()
            watcher.join()


def test_a_damaged_partition_ends_the_hunt_by_name_from_a_worker(stored, cluster):
    folder, _, queries = stored
    path = max(folder.glob("signal_type=pdq/*.rows"))
    kept = path.read_bytes()
    path.write_bytes(kept[:5_000] + bytes([kept[5_000] ^ 1]) + kept[5_001:])
    try:
        with pytest.raises(HuntIncomplete, match=path.name):
            list(hunt(folder, queries, runner=cluster))
    finally:
        path.write_bytes(kept)


def test_a_process_is_at_one_cluster(cluster, stored):
    with pytest.raises(WorkersUnusable, match="already"):
        Cluster()
    folder, fingerprints, queries = stored
    assert as_answer(hunt(folder, queries, runner=cluster)) == nearest(fingerprints, queries), "which goes on"


def test_an_ordered_hunt_on_a_cluster_finds_what_threads_find(stored, cluster, tmp_path, monkeypatch):
    asked = []

    def connected(*named):
        asked.append(named)
        return contextlib.nullcontext(cluster)  # it goes on for the other tests

    monkeypatch.setattr("comity.matching.hunting.cluster.Cluster", connected)
    hits = []
    for named in ("cluster.example:6379", None):
        means = docket_catalogue.means(stored[0], tmp_path / "kernels", named)
        hits.append({(one.item, one.line, one.distance) for one in means.search(sought(stored), lambda *_: None)})
    assert asked == [("cluster.example:6379",)]
    assert hits[0] == hits[1] != set()


def sought(stored):
    return [Sought(one.signal_type, one.signal, 31.0) for one in stored[2]]
