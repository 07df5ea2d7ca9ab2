"""The catalogue as hunts search it: the matching room's own search, told in the docket's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from comity.docket.seeking import Hit, Means, Sought, Tell
from comity.matching.errors import MissingLibraries

if TYPE_CHECKING:
    from comity.matching.hunting.runners import Runner

_LEDGER = "catalogue.sqlite"
"""As the catalogue calls it; named here because its own module loads libraries."""


def means(folder: Path, kernels: Path, cluster: str | None = None) -> Means:
    """Search the catalogue in ``folder``; compiled kernels are kept in ``kernels``.

    ``cluster``: address of the Ray cluster that searches; without it this machine's threads do.
    """

    def search(sought: Sequence[Sought], tell: Tell) -> Iterator[Hit]:
        try:
            from comity.matching.hunting import Progress, Query, hunt  # noqa: PLC0415 -- the extra `matching`
            from comity.matching.index import keep_compiled  # noqa: PLC0415 -- the same
        except ImportError as missing:
            raise MissingLibraries.named(missing.name or "numpy") from missing

        keep_compiled(kernels)

        def progress(told: Progress) -> None:
            tell(told.done, told.total, told.found)

        queries = [Query(one.signal_type, one.signal, one.threshold) for one in sought]
        with _runner(cluster) as runner:
            for one in hunt(folder, queries, runner=runner, progress=progress):
                yield Hit(
                    item=one.item,
                    url=one.url,
                    account=one.account,
                    content_type=one.content_type,
                    signal_type=one.signal_type,
                    signal=one.signal,
                    recipe=one.recipe,
                    line=one.query,
                    distance=one.distance,
                )

    return Means(search, lambda: stored(folder), (folder / _LEDGER).exists, lambda items: forget(folder, items))


def _runner(cluster: str | None) -> AbstractContextManager[Runner | None]:
    if cluster is None:
        return nullcontext()
    from comity.matching.hunting.cluster import Cluster  # noqa: PLC0415 -- the extra `ray`

    return Cluster(cluster)


def forget(folder: Path, items: Sequence[str]) -> None:
    """Let what is known of these items count no more; nothing is to be done where there is no catalogue.

    Raises ``MissingLibraries``, ``CatalogueDamaged`` and ``NotKept``: then it is asked again.
    """
    if not items or not folder.exists():
        return  # before anything is loaded that such a house need not have
    try:
        from comity.matching.catalogue import Catalogue  # noqa: PLC0415 -- the extra `matching`
        from comity.matching.catalogue.errors import NoCatalogue  # noqa: PLC0415 -- the same
    except ImportError as missing:
        raise MissingLibraries.named(missing.name or "numpy") from missing
    with suppress(NoCatalogue), Catalogue.open(folder) as catalogue:
        catalogue.forget(items)


def stored(folder: Path) -> int:
    """About how many items are in it: the fingerprints of the type that has most; 0 where there is no catalogue.

    An item may have several, so what is found is never taken for a smaller share than it is by more than that.
    """
    try:
        from comity.matching.catalogue import Catalogue  # noqa: PLC0415 -- the extra `matching`
        from comity.matching.catalogue.errors import NoCatalogue  # noqa: PLC0415 -- the same
    except ImportError:
        return 0
    try:
        with Catalogue.open(folder) as catalogue:
            status = catalogue.status()
    except NoCatalogue:
        return 0
    kinds = set(status.settled) | set(status.live)
    return max((status.settled.get(kind, 0) + status.live.get(kind, 0) for kind in kinds), default=0)
