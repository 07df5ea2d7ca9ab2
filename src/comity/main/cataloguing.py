"""The programs behind ``comity catalogue``: scan, status, compact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.casefile.clock import WallClock
from comity.main.house import provider_of
from comity.main.platforms import platform_of
from comity.platform.errors import PlatformFailure
from comity.settings import Settings

if TYPE_CHECKING:
    from comity.matching.scanning import State

CATALOGUE, KERNELS = "catalogue", "kernels"


def catalogue_folder(settings: Settings) -> Path:
    """Where the catalogue lies."""
    return settings.home / CATALOGUE


def catalogue_scan(settings: Settings, rate: float, anew: bool) -> int:  # noqa: FBT001 -- as the command gives it
    """Read everything that is stored. 1 when that was not to its end: the next scan goes on there."""
    from comity.main.programs import stop_event  # noqa: PLC0415 -- libraries of an extra, only here
    from comity.matching.catalogue import Catalogue  # noqa: PLC0415 -- the same
    from comity.matching.scanning import Pace, scan  # noqa: PLC0415 -- the same
    from comity.matching.signals.decoders import Decoders  # noqa: PLC0415 -- the same

    _kernels(settings)
    platform = platform_of(settings, provider_of(settings).hosts)
    with platform, Decoders() as decoders, Catalogue.open(catalogue_folder(settings), make=True) as catalogue:
        try:
            state = scan(
                catalogue,
                platform,
                decoders,
                failure=PlatformFailure,
                clock=WallClock(),
                pace=Pace(items_a_second=rate),
                anew=anew,
                tell=lambda state: _say(f"{state.items} items, {state.fingerprints} fingerprints"),
                stop=stop_event(),
            )
        except PlatformFailure as failure:
            again = "; scan again to go on where it was" if failure.retry else ""
            _say(f"stopped: {failure.code}: {str(failure).rstrip('.')}{again}")
            return 1
        if state.ended_at is not None:
            catalogue.compact()
    _tell(state)
    return int(state.ended_at is None)


def catalogue_status(settings: Settings) -> int:
    """Fingerprints by type and the last scan; 1 when what is stored was never scanned to its end."""
    from comity.matching.catalogue import Catalogue  # noqa: PLC0415 -- libraries of an extra, only here
    from comity.matching.scanning import state_of  # noqa: PLC0415 -- the same

    with Catalogue.open(catalogue_folder(settings)) as catalogue:
        status, state = catalogue.status(), state_of(catalogue)
    for kind in sorted({*status.settled, *status.live}):
        live = status.live.get(kind, 0)
        _say(f"{kind}  {status.settled.get(kind, 0)}{f' and {live} not yet in a partition' if live else ''}")
    _say(f"{status.partitions} partitions; {status.forgotten} items forgotten since they were last compacted")
    if state is None:
        _say("never scanned: only uploads are in it")
        return 1
    _tell(state)
    return int(state.ended_at is None)


def catalogue_compact(settings: Settings) -> int:
    """Put it in order."""
    from comity.matching.catalogue import Catalogue  # noqa: PLC0415 -- libraries of an extra, only here

    _kernels(settings)
    with Catalogue.open(catalogue_folder(settings)) as catalogue:
        catalogue.compact()
    catalogue_status(settings)
    return 0


def _kernels(settings: Settings) -> None:
    """Keep compiled kernels at home, as the match service does."""
    from comity.matching.index import keep_compiled  # noqa: PLC0415 -- libraries of an extra, only here

    keep_compiled(settings.home / "match" / KERNELS)


def _tell(state: State) -> None:
    ended = f"ended {state.ended_at.z()}" if state.ended_at else "not ended: scan again to go on"
    _say(f"scan: began {state.began_at.z()}, {ended}; {state.items} items, {state.fingerprints} fingerprints")
    for reason, count in sorted(state.unread.items()):
        _say(f"  no fingerprint: {reason}  {count}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the command's answer
