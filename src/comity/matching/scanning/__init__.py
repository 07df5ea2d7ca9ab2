"""The scan: what the platform stores is read through its adapter, page by page, and fingerprinted into the catalogue.

Takes: the platform's listing (structurally: ``Stored``), the confined decoders, the catalogue.
Gives: ``scan``, which goes on where one that was killed stopped; ``state_of``, how far the last one came.
Never: keeps content; passes over an item that cannot be read without counting it under its reason; asks the platform
for more items a second than it is allowed to.
"""

from comity.matching.scanning.service import Pace, scan
from comity.matching.scanning.state import State, state_of

__all__ = ["Pace", "State", "scan", "state_of"]
