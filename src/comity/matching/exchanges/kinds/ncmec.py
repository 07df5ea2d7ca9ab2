"""``ncmec``: the hash sharing of NCMEC (version 2 of its API, XML), by the ``threatexchange`` library.

Where its library (1.2.17) errs we step in: it writes times in the machine's own zone, and puts a whole answer into the
failure that it raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import requests
from threatexchange.exchanges.clients.ncmec import hash_api
from threatexchange.exchanges.impl.ncmec_api import (
    NCMECCheckpoint,
    NCMECCollabConfig,
    NCMECSignalExchangeAPI,
    _NCMECPagingInfo,
)

from comity.casefile.documents.bank import Opinion
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges.batches import Batch, Checkpoint, OpinionGiven, Rows
from comity.matching.exchanges.errors import NoSecret, NothingToTell, UnusableAnswer, UnusableExchange
from comity.matching.exchanges.kinds.bounded import guarded, session
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.reaching import Address

_TOLD = {"pdq": hash_api.FingerprintType.pdq, "md5": hash_api.FingerprintType.md5}
"""The signals that we compare, and what the votes call them."""


class Client(hash_api.NCMECHashAPI):
    """The library's client within our limits."""

    def __init__(self, user: str, password: str, base: Address) -> None:
        self._address = base
        super().__init__(user, password, hash_api.NCMECEnvironment.Industry)
        self._base_url = base.url.rstrip("/")

    def _get_session(self) -> requests.Session:
        made = session(self._address)
        made.auth = (self.username, self.password)
        made.hooks["response"].append(_plain)
        return made

    def get_entries(
        self, *, start_timestamp: int = 0, end_timestamp: int = 0, next_: str = ""
    ) -> hash_api.GetEntriesResponse:
        """One page; times are in UTC whatever the machine's zone is."""
        span = {"from": _written(start_timestamp), "to": _written(end_timestamp)}
        found: Element = self._get(hash_api.NCMECEndpoint.entries, next_=next_, **span)
        return hash_api.GetEntriesResponse.from_xml(hash_api._XMLWrapper(found), end_timestamp)  # noqa: SLF001 -- as it does


def _plain(answer: requests.Response, *_args: Any, **_options: Any) -> None:
    """Refuse XML that declares entities, in whatever encoding."""
    if b"<!DOCTYPE" in answer.content or b"\0" in answer.content or b"<!ENTITY" in answer.content:
        message = "the answer declares a document type"
        raise UnusableAnswer(message)


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Api(NCMECSignalExchangeAPI):
    def __init__(self, collab: NCMECCollabConfig, client: Client) -> None:
        super().__init__(collab, client.username, client.password)
        self._client = client

    def get_client(self, environment: object) -> Client:
        """Ours."""
        del environment
        return self._client


class Entries:
    """One of NCMEC's databases."""

    def __init__(self, terms: ExchangeTerms, credentials: str) -> None:
        user, _, password = credentials.partition(":")
        if not user or not password:
            raise NoSecret("secret credentials: user:password")
        self._client = Client(user, password, Address.of(_base(terms.settings)))
        collab = NCMECCollabConfig(environment=hash_api.NCMECEnvironment.Industry, name=terms.name)
        self._api = _Api(collab, self._client)
        self._members = _members(terms.settings.get("only_members", ""))
        self._reason = terms.settings.get("downvote_reason")

    def batches(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """Pages of entries since the checkpoint. Entries are in no order: a span counts when all its pages came."""
        for delta in guarded(self._deltas(checkpoint)):
            rows = Rows()
            for place, entry in enumerate(delta.updates.values()):
                self._entry(f"entry {place}", entry, rows)
            yield rows.batch(_kept(delta.checkpoint))

    def _deltas(self, checkpoint: Checkpoint | None) -> Iterator[Any]:
        """The library refuses to go on within a span that ended in this very second: then the span begins again."""
        begun = None if checkpoint is None else NCMECCheckpoint(int(checkpoint["since"]))
        if checkpoint is not None and begun is not None and checkpoint.get("page"):
            page = _NCMECPagingInfo(str(checkpoint["page"]), int(checkpoint["until"]), int(checkpoint["at"]))
            try:
                resumed = self._api.fetch_iter([], NCMECCheckpoint(begun.get_entries_max_ts, page))
                yield next(resumed)
            except (AssertionError, StopIteration):
                yield from self._api.fetch_iter([], begun)
            else:
                yield from resumed
            return
        yield from self._api.fetch_iter([], begun)

    def _entry(self, place: str, entry: hash_api.NCMECEntryUpdate, rows: Rows) -> None:
        member, reference = f"ESP {entry.member_id}", f"{entry.member_id}:{entry.id}"
        if self._members and entry.member_id not in self._members:
            rows.passed += 1
        elif entry.deleted:
            rows.withdraw(reference, member=member)
        else:
            known = {kind: text for kind, text in entry.fingerprints.items() if kind in _TOLD}
            rows.take(place, known, member=member, reference=reference)

    def tell(self, opinion: OpinionGiven) -> None:
        """Vote for or against each fingerprint of the entry that we compare."""
        member, _, entry = opinion.reference.partition(":")
        if opinion.stance is Opinion.SEEN or not member.isdecimal() or not entry:
            raise NothingToTell
        list(guarded(self._vote(int(member), entry, opinion)))

    def _vote(self, member: int, entry: str, opinion: OpinionGiven) -> Iterator[None]:
        up = opinion.stance is Opinion.CONFIRM
        vote = hash_api.FeedbackType.upvote if up else hash_api.FeedbackType.downvote
        for kind in sorted(set(opinion.signals) & set(_TOLD)):
            self._client.submit_feedback(member, entry, _TOLD[kind], vote, None if up else self._reason)
            yield


def _kept(checkpoint: NCMECCheckpoint) -> Checkpoint:
    page = checkpoint.paging_info
    if page is None:
        return {"since": checkpoint.get_entries_max_ts}
    until = {"page": page.paging_url, "until": page.paging_end_ts, "at": page.paging_url_ts}
    return {"since": checkpoint.get_entries_max_ts, **until}


def _base(settings: Mapping[str, str]) -> str:
    if ("url" in settings) == ("environment" in settings):
        raise UnusableExchange("settings: either environment or url")
    if "url" in settings:
        return settings["url"]
    known = {one.name: one.value for one in hash_api.NCMECEnvironment}
    if settings["environment"] not in known:
        raise UnusableExchange(f"settings: environment: one of {', '.join(known)}")
    return str(known[settings["environment"]])


def _members(text: str) -> frozenset[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise UnusableExchange("settings: only_members: numbers with commas")
    return frozenset(int(part) for part in parts)


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Entries:
    """The database, ready to be asked."""
    del means
    return Entries(terms, secrets["credentials"])
