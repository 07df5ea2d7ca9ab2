"""The protocols, by the names under which a person sets an exchange up. Each is a folder's file that is loaded late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module
from types import MappingProxyType
from typing import cast

from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges.batches import Source
from comity.matching.exchanges.errors import UnusableExchange
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.rules import Kind

_SHRINK = {"shrink": "the share of a whole list that may be missing all at once, from 0 to 1"}
_WHOLE = {"whole": "yes: what is missing from the list was taken back; no: only rows that say so", **_SHRINK}
_COLUMNS = {
    "type": "the type of every signal, where no column says it",
    "member": "who lists it, where no column says it",
    "delimiter": "comma, semicolon or tab",
    "column_type": "heading of the column with the type",
    "column_signal": "heading of the column with the signal",
    "column_reference": "heading of the column with the lister's own name for it",
    "column_member": "heading of the column that says who lists it",
    "column_withdrawn": "heading of the column that says whether it was taken back: yes, true or 1",
    "column_expires": "heading of the column with the instant at which it expires",
}
_WHERE = {"path": "the file, in the folder of lists", "url": "its https address, instead of path"}

_ALL = (
    Kind("csv", "a table with headings", possible={**_WHERE, **_COLUMNS, **_WHOLE}),
    Kind(
        "file",
        "a file, or a folder of files, with a type and a signal on each line",
        needed={"path": "the file or folder, in the folder of lists"},
        possible={"type": "the type, where lines have the signal alone", "member": "who lists it", **_WHOLE},
    ),
    Kind("stix", "a STIX 2.1 bundle of indicators", possible={**_WHERE, "member": "who lists it", **_WHOLE}),
    Kind(
        "tcap",
        "Tech Against Terrorism: its hash list, or TCAP alerts about addresses",
        needed={"what": "hashes or alerts"},
        possible={
            "url": "the service's address, where it is not the usual one",
            "path": "of the list below it; of alerts it is your own, which Tech Against Terrorism tells you",
            "scheme": "the word before the token where the secret is a token; without it, the secret logs in",
        },
        secrets=("credentials",),
    ),
    Kind(
        "fb_threatexchange",
        "a privacy group of Meta's ThreatExchange",
        needed={"privacy_group": "the group's number"},
        possible={"url": "the service's address, where it is not the usual one", **_SHRINK},
        secrets=("token",),
        forgets=timedelta(days=85),
        opinions=True,
    ),
    Kind(
        "ncmec",
        "the hash sharing of NCMEC",
        possible={
            "environment": "the database, as the threatexchange library names it, for example Industry",
            "url": "the service's address, instead of environment",
            "only_members": "numbers of the members whose entries are taken, with commas",
            "downvote_reason": "identifier of the reason that is given with a dispute, where there are several",
        },
        secrets=("credentials",),
        opinions=True,
    ),
    Kind(
        "stopncii",
        "StopNCII.org",
        possible={"url": "the service's address, where it is not the usual one", **_SHRINK},
        secrets=("subscription_key", "fetch_key"),
        more_secrets=("feedback_key",),
        forgets=timedelta(days=30),
        opinions=True,
    ),
)

KINDS: Mapping[str, Kind] = MappingProxyType({one.name: one for one in _ALL})
"""By name."""
_MODULES = {
    "csv": "tables",
    "file": "lines",
    "stix": "bundles",
    "tcap": "tcap",
    "fb_threatexchange": "meta",
    "ncmec": "ncmec",
    "stopncii": "stopncii",
}


def opened(terms: ExchangeTerms, means: Means) -> Source:
    """An exchange ready to be asked, with its secrets read. Raises ``NoSecret``, ``UnusableExchange``."""
    try:
        module = import_module(f"comity.matching.exchanges.kinds.{_MODULES[terms.type]}")
    except ImportError as missing:
        message = f"{missing.name} is not installed: install Comity with the extra `exchanges` ('comity[exchanges]')."
        raise UnusableExchange(message) from missing
    secrets = {what: means.secret(name) for what, name in terms.secrets.items()}
    start = cast("Callable[[ExchangeTerms, Mapping[str, str], Means], Source]", module.opened)
    return start(terms, secrets, means)
