"""How often a caller may try: a bucket of tries that refills with time. In memory, per process; it forgets the idle."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_CALLERS = 10_000


@dataclass
class _Bucket:
    left: float
    filled_at: float


class Limiter:
    """``burst`` tries at once, refilled at ``each_minute``; the caller is any text that names it."""

    def __init__(self, *, burst: int, each_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        """Take the two rates and a clock of elapsed seconds."""
        self._burst, self._rate, self._seconds = float(burst), each_minute / 60.0, seconds
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, caller: str) -> int:
        """Zero when the caller may go on, and the try is counted; else the whole seconds to wait."""
        now = self._seconds()
        with self._lock:
            bucket = self._buckets.pop(caller, None) or _Bucket(self._burst, now)
            self._buckets[caller] = bucket
            while len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
            bucket.left = min(self._burst, bucket.left + (now - bucket.filled_at) * self._rate)
            bucket.filled_at = now
            if bucket.left >= 1.0:
                bucket.left -= 1.0
                return 0
            return max(1, int((1.0 - bucket.left) / self._rate) + 1)
