"""How often one network, or one person, may try: counted in this process, by the minute; it forgets the idle."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict

from comity.casefile.clock import Instant

_MOST_CALLERS = 20_000


def caller_of(address: str) -> str:
    """Who counts as one caller: an IPv4 address; of an IPv6 one the first 64 bits, for its holder chooses the rest."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(parsed if parsed.version == 4 else ipaddress.ip_network((parsed, 64), strict=False))


class Limit:
    """At most ``most`` tries in ``minutes`` for one caller; the caller is any text that names it."""

    def __init__(self, most: int, minutes: int = 1) -> None:
        self._most, self._minutes = most, minutes
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, caller: str, now: Instant) -> bool:
        """Count one more; say whether it is still within the limit."""
        slot = int(now.utc.timestamp()) // (60 * self._minutes)
        with self._lock:
            began, count = self._seen.pop(caller, (slot, 0))
            count = count + 1 if began == slot else 1
            self._seen[caller] = (slot, count)
            while len(self._seen) > _MOST_CALLERS:
                self._seen.popitem(last=False)
        return count <= self._most

    def forget(self) -> None:
        """Begin anew, for tests."""
        with self._lock:
            self._seen.clear()
