"""The catalogue: fingerprints of what the platform stores, kept beside it so that a hunt need not read it again.

Takes: fingerprints (one signal of one item, with references to it), and items that are to be forgotten.
Gives: ``Catalogue.open(folder)``, whose ``add`` and ``forget`` are on the disk when they return; ``snapshot``, what
stands at one moment, by partition; ``compact`` and ``status``.
Never: holds content; loses what was acknowledged, whenever it is killed; answers from a damaged partition; takes a
fingerprint twice for two.

Files: ``catalogue.sqlite`` (the live part, what was forgotten, and which partitions are in force: changing them is one
transaction), and for each partition ``signal_type=…/part-….parquet`` with, derived from it, ``part-….rows``.
"""

from comity.matching.catalogue.fingerprints import Fingerprint
from comity.matching.catalogue.service import Catalogue, Snapshot

__all__ = ["Catalogue", "Fingerprint", "Snapshot"]
