"""What can go wrong with the catalogue, each with a stable code; the docstring is the message."""

from __future__ import annotations

from comity.matching.errors import MatchingFailure


class CatalogueFailure(MatchingFailure):
    """The catalogue did not do what was asked."""

    code = "catalogue_failure"

    def __init__(self, detail: str | None = None) -> None:
        text = type(self).__doc__ or ""
        super().__init__(f"{text} ({detail})" if detail else text)


class NoCatalogue(CatalogueFailure):
    """There is no catalogue yet: fill one with `comity catalogue scan`."""

    code = "catalogue_absent"


class CatalogueDamaged(CatalogueFailure):
    """The catalogue's list of partitions cannot be read: nothing says which of them count."""

    code = "catalogue_damaged"


class PartitionDamaged(CatalogueFailure):
    """A partition's bytes are not those that were written, or it is missing."""

    code = "catalogue_partition_damaged"


class NotKept(CatalogueFailure):
    """The write may be lost: it is not acknowledged, and repeating it is safe."""

    code = "catalogue_not_kept"


class Compacting(CatalogueFailure):
    """Another process compacts this catalogue; wait until it is done."""

    code = "catalogue_compacting"


class FingerprintUnusable(CatalogueFailure, ValueError):  # noqa: N818 -- names of failures here say what is wrong
    """This cannot be kept as a fingerprint."""

    code = "catalogue_fingerprint_unusable"
