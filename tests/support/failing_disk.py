"""A disk that does what it is told, until it is told to fail in one way."""

from __future__ import annotations

import errno
import os
from enum import Enum

from comity.matching.index.journal import RealDisk


class Fault(Enum):
    """What goes wrong with the next write; the caller is told so each time."""

    LOST = "nothing was written"
    TORN = "half was written"
    UNSYNCED = "written, and the sync failed"
    KEPT = "written and synced, but reported lost"


class FailingDisk(RealDisk):
    """Fails as ``fault`` says, once; with ``stuck`` cannot cut either."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.stuck = False

    def write(self, handle: int, data: bytes, at: int) -> None:
        if self.fault is Fault.LOST:
            self._fail()
        if self.fault is Fault.TORN:
            super().write(handle, data[: len(data) // 2], at)
            self._fail()
        super().write(handle, data, at)

    def sync(self, handle: int) -> None:
        if self.fault is Fault.KEPT:
            super().sync(handle)
        if self.fault in {Fault.KEPT, Fault.UNSYNCED}:
            self._fail()
        super().sync(handle)

    def cut(self, handle: int, length: int) -> None:
        if self.stuck:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().cut(handle, length)

    def _fail(self) -> None:
        self.fault = None
        raise OSError(errno.EIO, os.strerror(errno.EIO))
