"""The lister's own name for an item where the protocol gives it none: made of its signals, so that it stays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def reference_of(signals: Mapping[str, str]) -> str:
    """The same for the same signals as they are written, and for no others."""
    written = json.dumps(dict(sorted(signals.items()))).encode()
    return hashlib.sha256(written).hexdigest()[:40]
