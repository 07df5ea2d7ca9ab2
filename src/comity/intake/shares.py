"""How fast one sender may send before others are kept waiting: a share that refills with time."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """So many at once, so many a minute thereafter."""

    at_once: int
    a_minute: float


class Shares:
    """A share for each sender. Remembers at most ``most`` senders; who is forgotten begins with a full share."""

    def __init__(self, share: Share, most: int = 20_000, seconds: Callable[[], float] = time.monotonic) -> None:
        """Take what everyone gets, and a source of elapsed seconds."""
        self._share = share
        self._most = most
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, sender: str) -> bool:
        """Use one of the sender's share; false when there is none left at present."""
        with self._lock:
            now = self._seconds()
            left, since = self._left.pop(sender, (float(self._share.at_once), now))
            left = min(float(self._share.at_once), left + (now - since) * self._share.a_minute / 60)
            allowed = left >= 1
            self._left[sender] = (left - 1 if allowed else left, now)
            while len(self._left) > self._most:
                self._left.popitem(last=False)
            return allowed


def network_of(peer: str) -> str:
    """The network that counts as one sender: IPv4 by address, IPv6 by the /64 that one customer is given."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)).network_address)
