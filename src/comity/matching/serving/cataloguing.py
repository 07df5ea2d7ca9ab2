"""What a caller names an item for is kept in the catalogue, so that a later hunt finds it without a scan."""

from __future__ import annotations

import structlog

from comity.casefile.clock import Instant
from comity.matching.catalogue import Catalogue, Fingerprint
from comity.matching.catalogue.errors import CatalogueFailure
from comity.matching.catalogue.fingerprints import RULES
from comity.matching.serving.detecting import Named
from comity.matching.serving.hashing import Hashed

log = structlog.get_logger("comity.matching.serving")


def catalogued(catalogue: Catalogue, named: Named, content: Hashed, at: Instant) -> bool:
    """Keep the content's fingerprints; true when they are on the disk.

    A failure is told and not raised: the upload's answer does not wait for a catalogue that is out of order, and the
    next scan finds the item.
    """
    fingerprints = [
        Fingerprint(
            item=named.item,
            url=named.url,
            account=named.account,
            content_type=content.content_type.value,
            signal_type=kind,
            signal=signal,
            recipe=content.recipes.get(kind) or None,
            seen_at=at,
        )
        for kind, signals in content.signals.items()
        if kind not in RULES
        for signal in signals
    ]
    try:
        catalogue.add(fingerprints)
    except CatalogueFailure as failure:
        log.exception("an upload was not catalogued", code=failure.code)
        return False
    return True
