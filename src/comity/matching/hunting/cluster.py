"""The hunt on many machines: the same pieces, files and kernels, spread by Ray.

Each worker opens the catalogue's files by their paths, so the catalogue lies on storage that all machines mount at one
place. A piece is a task without an effect: one whose worker dies is given to another, and its answer counts once.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from comity.matching.errors import MissingLibraries
from comity.matching.hunting.errors import WorkersUnusable
from comity.matching.hunting.runners import Piece, Queries, searched
from comity.matching.hunting.searching import Covered
from comity.matching.index import keep_compiled

_LOOPBACK = "127.0.0.1"
_STORE = 256 * 1024 * 1024
"""Bytes of shared memory of a cluster of this machine alone: for the queries' tables, which all its workers map."""
_STARTS = 3
"""Attempts to start a cluster: Ray gives its own processes half a minute, which a busy machine may exceed once."""
_AHEAD = 2
"""Tasks a worker that are given out before an answer is read."""


class Cluster:
    """Runs a hunt's pieces on a Ray cluster; ``with`` it, so that what it started is ended.

    ``address``: of a running cluster, whose machines have Comity and the catalogue's folder; ``None`` starts
    ``workers`` processes on this machine, which listen on the loopback address only. ``kernels``: folder of compiled
    kernels, its owner's alone.
    """

    def __init__(self, address: str | None = None, *, workers: int = 2, kernels: Path | None = None) -> None:
        """Connect or start. Raises ``MissingLibraries`` without Ray and ``WorkersUnusable``."""
        if importlib.util.find_spec("ray") is None:
            raise MissingLibraries.named("ray", "ray")
        import ray  # noqa: PLC0415 -- only where it is used: it is of an extra, and takes a second
        from ray._common.usage import usage_lib  # noqa: PLC0415 -- the same

        usage_lib.set_usage_stats_enabled_via_env_var(False)  # nothing is told to anybody
        self._ray: Any = ray
        self._workers, self._kernels = workers, kernels
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if ray.is_initialized():
            raise WorkersUnusable("this process is at a cluster already")
        options: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
        if address is None:
            self._folder = tempfile.TemporaryDirectory(prefix="comity-ray-", ignore_cleanup_errors=True)
            options |= {
                "_temp_dir": self._folder.name,
                "num_cpus": workers,
                "include_dashboard": False,
                "object_store_memory": _STORE,
                "_node_ip_address": _LOOPBACK,
            }
        try:
            self._begin(address or "local", options, 1 if address else _STARTS)
            self._workers = max(1, int(self._ray.cluster_resources().get("CPU", workers)))
        except Exception as failure:  # Ray raises it bare where a process of its own is late
            self.close()
            raise WorkersUnusable(str(failure)) from failure

    def _begin(self, address: str, options: Mapping[str, Any], times: int) -> None:
        for left in reversed(range(times)):
            try:
                self._ray.init(address=address, **options)
            except Exception:
                self._ray.shutdown(wait_for_processes=True)
                if not left:
                    raise
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what was started, and take away its files; or leave the cluster."""
        self._ray.shutdown(wait_for_processes=True)
        if self._folder is not None:
            self._folder.cleanup()

    def run(self, pieces: Iterable[Piece], queries: Queries) -> Iterator[tuple[Piece, Covered]]:
        """Every piece once with its answer, as they come. Raises ``PartitionDamaged`` and ``WorkersUnusable``."""
        ray = self._ray
        task = ray.remote(num_cpus=1, max_retries=-1, retry_exceptions=False)(WORK)
        shared = ray.put(dict(queries))
        given: dict[Any, Piece] = {}
        waiting = deque(pieces)
        try:
            while waiting or given:
                while waiting and len(given) < _AHEAD * self._workers:
                    piece = waiting.popleft()
                    given[task.remote(piece, shared, self._kernels)] = piece
                (ready,), _ = ray.wait(list(given), num_returns=1)
                answer = ray.get(ready)
                yield given.pop(ready), answer
        except ray.exceptions.RayTaskError as failure:
            raise failure.cause from failure
        except ray.exceptions.RayError as failure:
            raise WorkersUnusable(str(failure)[:300]) from failure
        finally:
            for left in given:
                ray.cancel(left, force=True)


def _searched(piece: Piece, queries: Queries, kernels: Path | None) -> Covered:
    """What a worker does."""
    if kernels is not None:
        keep_compiled(kernels)
    return searched(piece, queries)


WORK = _searched
