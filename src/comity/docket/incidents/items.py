"""An item of our own platform, by its address: what it is compared by is worked out here, not by who names it.

Its bytes come through the platform's adapter and are decoded in confined processes; nothing of them is kept.
"""

from __future__ import annotations

from comity.docket.hunts import wanted
from comity.docket.hunts.errors import NothingSought
from comity.docket.incidents.errors import ItemNotRead, NoSuchItem, NothingToList
from comity.docket.parts import Parts
from comity.platform.errors import PlatformFailure

_SAID_TWICE = "md5"
"""SHA-256 says the same of a file, and more surely."""


def signals_of(address: str, parts: Parts) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The item behind an address, and the type and spelling of each of its signals, none twice.

    Raises ``NoSuchItem``, ``ItemNotRead`` or ``NothingToList``.
    """
    found = parts.content.resolve(address)
    if found.item is None:
        raise ItemNotRead if found.again else NoSuchItem
    try:
        made = wanted.signals_of(wanted.of_item(found.item, parts), {})
    except PlatformFailure as failure:
        raise ItemNotRead from failure
    except NothingSought as nothing:
        raise NothingToList from nothing
    signals = dict.fromkeys((one.signal_type, one.signal) for one in made if one.signal_type != _SAID_TWICE)
    return found.item, tuple(signals)
