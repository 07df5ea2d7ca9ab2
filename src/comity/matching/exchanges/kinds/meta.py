"""``fb_threatexchange``: a privacy group of Meta's ThreatExchange, by the ``threatexchange`` library.

Where its library (1.2.17) errs we step in: it asks for pages outside its own session, fails on an empty page, and pages
without end. Reactions are the library's: HELPFUL, NOT_HELPFUL, SAW_THIS_TOO.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI, is_valid_app_token
from threatexchange.exchanges.fetch_state import AggregateSignalOpinionCategory
from threatexchange.exchanges.impl.fb_threatexchange_api import (
    FBThreatExchangeCheckpoint,
    FBThreatExchangeCollabConfig,
    FBThreatExchangeIndicatorRecord,
    FBThreatExchangeSignalExchangeAPI,
)

from comity.casefile.documents.bank import Opinion
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.errors import InvalidSignal
from comity.matching.exchanges.batches import Batch, Checkpoint, OpinionGiven, Rows
from comity.matching.exchanges.errors import NoSecret, NothingToTell, UnusableAnswer, UnusableExchange
from comity.matching.exchanges.kinds.bounded import guarded, session
from comity.matching.exchanges.kinds.references import reference_of
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.reaching import Address, json_object
from comity.matching.signals.text import signal as text_signal

_TEXTS = frozenset({"TEXT_STRING", "DEBUG_STRING"})
_LONGEST = 1_800
_REACTIONS = {Opinion.CONFIRM: "HELPFUL", Opinion.DISPUTE: "NOT_HELPFUL", Opinion.SEEN: "SAW_THIS_TOO"}
_MOST_EMPTY = 1_000


class Client(ThreatExchangeAPI):
    """The library's client within our limits."""

    def __init__(self, token: str, base: Address) -> None:
        super().__init__(token, endpoint_override=base.url.rstrip("/"))
        self._base = base

    def _get_session(self) -> requests.Session:
        return session(self._base)

    def get_json_from_url(self, url: str, params: Any = None, *, json_obj_hook: Any = None) -> dict[str, Any]:
        """One page."""
        del json_obj_hook
        with self._get_session() as speaking:
            return json_object(speaking.get(url, params=params or {}).content, "the answer")

    def get_threat_updates(  # type: ignore[override]  # only ever iterated over
        self, *args: Any, **options: Any
    ) -> Iterator[Any]:
        """Pages with something on them, none of them twice."""
        cursor = super().get_threat_updates(*args, **options)
        seen: set[str] = set()
        empty = 0
        while not cursor.done:
            if cursor.next_url in seen or empty > _MOST_EMPTY:
                message = "the pages have no end"
                raise UnusableAnswer(message)
            seen.add(cursor.next_url)
            page = cursor.next()
            empty = 0 if page else empty + 1
            if page:
                yield page


class Group:
    """A privacy group."""

    def __init__(self, terms: ExchangeTerms, token: str) -> None:
        group = terms.settings["privacy_group"]
        if not (group.isascii() and group.isdecimal()):
            raise UnusableExchange("settings: privacy_group: a number")
        if not is_valid_app_token(token):
            raise NoSecret("secret token: an application's token, its number and its secret with | between")
        collab = FBThreatExchangeCollabConfig(privacy_group=int(group), name=terms.name)
        usual = str(ThreatExchangeAPI._TE_BASE_URL)  # noqa: SLF001 -- the library has no other name for it
        self._client = Client(token, Address.of(terms.settings.get("url", usual)))
        self._api = FBThreatExchangeSignalExchangeAPI(self._client, collab)
        self._group = int(group)

    def batches(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """Updates since the checkpoint's second, that second again."""
        since = None if checkpoint is None else FBThreatExchangeCheckpoint(int(checkpoint["updated"]), 0)
        for delta in guarded(self._api.fetch_iter([], since)):
            rows = Rows()
            for place, ((kind, indicator), record) in enumerate(delta.updates.items()):
                _update(f"update {place}", (kind, indicator), record, rows)
            yield rows.batch({"updated": delta.checkpoint.update_time})

    def tell(self, opinion: OpinionGiven) -> None:
        """React to everybody's descriptors of it; raises ``NothingToTell`` where there is none."""
        kind, _, indicator = opinion.reference.partition(":")
        if not indicator:
            raise NothingToTell
        asked = self._client.search_threat_descriptors(
            privacy_groups=[self._group], text=indicator, strict_text=True, type=kind, fields=("id",)
        )
        found: Iterator[list[Any]] = guarded(iter(asked))
        ids = [str(one.get("id", "")) for one in next(found, []) if isinstance(one, dict)]
        usable = [one for one in ids if one.isascii() and one.isdecimal()]
        if not usable:
            raise NothingToTell
        list(guarded(self._react(usable, _REACTIONS[opinion.stance])))

    def _react(self, descriptors: list[str], reaction: str) -> Iterator[str]:
        for one in descriptors:
            said = self._client.react_to_threat_descriptor(one, reaction)[2]
            if not isinstance(said, dict) or said.get("success") is not True:
                message = "the reaction was not taken"
                raise UnusableAnswer(message)
            yield one


def _update(
    place: str, what: tuple[object, object], record: FBThreatExchangeIndicatorRecord | None, rows: Rows
) -> None:
    kind, indicator = what
    if not isinstance(kind, str) or not isinstance(indicator, str):
        message = f"{place}: no type, or no indicator"
        raise UnusableAnswer(message)
    named = {kind: indicator}
    hidden = kind in _TEXTS or len(indicator) > _LONGEST
    reference = reference_of(named) if hidden else f"{kind}:{indicator}"
    if record is None or record.get_as_aggregate_opinion().category is AggregateSignalOpinionCategory.NEGATIVE_CLASS:
        rows.withdraw(reference, member="ThreatExchange")
        return
    if kind == "TEXT_STRING":
        try:
            named = {"text": text_signal(indicator)}
        except InvalidSignal:
            rows.refuse(place, "a text without words")
            return
    member = f"app {record.opinions[0].owner_app_id}"
    rows.take(place, named, member=member, reference=reference)


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Group:
    """The group, ready to be asked."""
    del means
    return Group(terms, secrets["token"])
