"""``tcap``: Tech Against Terrorism's hash list, and TCAP alerts about addresses; JSON over HTTPS.

The hash list is asked as its published client does. Of alerts only the calls of one partner are known: where yours are,
and how you prove who you are, are settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges.batches import Batch, Checkpoint, OpinionGiven, Rows
from comity.matching.exchanges.errors import NothingToTell, UnusableAnswer, UnusableExchange
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.reaching import Address, Asked, get_json

USUAL = "https://app.terrorismanalytics.org"
_HASHES, _LOGIN = "api/hash-list/v2/all", "token-auth/tcap/"
_MEMBER = "Tech Against Terrorism"
_MOST_PAGES = 20_000


class Tcap:
    """One of the two lists."""

    def __init__(self, terms: ExchangeTerms, credentials: str) -> None:
        self._settings = terms.settings
        self._base = Address.of(terms.settings.get("url", USUAL))
        self._credentials = credentials
        self._what = terms.settings["what"]
        if self._what not in ("hashes", "alerts"):
            raise UnusableExchange("settings: what: hashes or alerts")
        if self._what == "alerts" and "path" not in terms.settings:
            raise UnusableExchange("settings: path: where your alerts are; Tech Against Terrorism tells you")
        if "scheme" not in terms.settings and ":" not in credentials:
            raise UnusableExchange("secrets: credentials: user:password, or a token and the setting scheme")

    def batches(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """Pages of the list: of hashes since the checkpoint, of alerts all."""
        headers = {"Authorization": self._authorization(), "Accept": "application/json"}
        if self._what == "alerts":
            yield from self._alerts(headers)
        else:
            yield from self._hashes(headers, str((checkpoint or {}).get("after", "")))

    def tell(self, opinion: OpinionGiven) -> None:
        """Decisions are taken at an address that is known for one partner only."""
        del opinion
        raise NothingToTell

    def _authorization(self) -> str:
        if "scheme" in self._settings:
            return f"{self._settings['scheme']} {self._credentials}"
        user, _, password = self._credentials.partition(":")
        form = {"username": user, "password": password, "resend": "False"}
        token = get_json(self._base.joined(_LOGIN), Asked(form=form)).get("token")
        if not isinstance(token, str) or not 0 < len(token) < 8_000 or not token.isascii() or not token.isprintable():
            message = "the log-in gave no token"
            raise UnusableAnswer(message)
        return f"Bearer {token}"

    def _hashes(self, headers: Mapping[str, str], after: str) -> Iterator[Batch]:
        address = self._base.joined(self._settings.get("path", _HASHES))
        while True:
            page = get_json(address, Asked(headers, parameters={"order": "asc", "after": after}))
            results, following = _results(page), page.get("checkpoint")
            if not results:
                return
            if not isinstance(following, str) or not 0 < len(following) <= 200 or following == after:
                message = "the checkpoint stands still, and there is more"
                raise UnusableAnswer(message)
            rows = Rows()
            for place, one in enumerate(results):
                _hash(f"after {after or 'the start'}, entry {place}", one, rows)
            after = following
            yield rows.batch({"after": after})
            if not page.get("next"):
                return

    def _alerts(self, headers: Mapping[str, str]) -> Iterator[Batch]:
        address = self._base.joined(self._settings["path"])
        seen: set[Address] = set()
        while True:
            if address in seen or len(seen) > _MOST_PAGES:
                message = "the pages have no end"
                raise UnusableAnswer(message)
            seen.add(address)
            page = get_json(address, Asked(headers))
            rows = Rows()
            for place, one in enumerate(_results(page)):
                _alert(f"page {len(seen)}, entry {place}", one, rows)
            yield rows.batch(None)
            if not page.get("next"):
                return
            address = address.following(page["next"])


def _results(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = page.get("results")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        message = "the answer has no list of results"
        raise UnusableAnswer(message)
    for one in found:
        if not isinstance(one.get("id"), int) or isinstance(one["id"], bool):
            message = "a result without its number"
            raise UnusableAnswer(message)
    return found


def _hash(place: str, one: Mapping[str, Any], rows: Rows) -> None:
    algorithm, digest, deleted = one.get("algorithm"), one.get("hash_digest"), one.get("deleted")
    if not isinstance(deleted, bool):
        message = f"{place}: it does not say whether it was deleted"
        raise UnusableAnswer(message)
    if deleted:
        rows.withdraw(str(one["id"]), member=_MEMBER)
    elif isinstance(algorithm, str) and isinstance(digest, str):
        rows.take(place, {algorithm: digest}, member=_MEMBER, reference=str(one["id"]))
    else:
        rows.refuse(place, "no algorithm, or no digest")


def _alert(place: str, one: Mapping[str, Any], rows: Rows) -> None:
    if isinstance(one.get("url"), str):
        rows.take(place, {"url": one["url"]}, member=_MEMBER, reference=str(one["id"]))
    else:
        rows.refuse(place, "no address")


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Tcap:
    """The list, ready to be asked."""
    del means
    return Tcap(terms, secrets["credentials"])
