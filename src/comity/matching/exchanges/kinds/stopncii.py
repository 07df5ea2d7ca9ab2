"""``stopncii``: StopNCII.org, by the ``threatexchange`` library's client.

The library's own exchange (1.2.17) compares a hash with a status and so never takes one back, and writes records that
it cannot read into its log: here the pages are read by its client and judged by us. A page's time is that of the whole
answer: it is a checkpoint only once every page came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
from threatexchange.exchanges.clients.stopncii.api import (
    FetchHashesResponse,
    StopNCIIAPI,
    StopNCIICaseStatus,
    StopNCIICSPFeedback,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIIHashRecord,
    StopNCIISignalType,
)

from comity.casefile.documents.bank import Opinion
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.errors import InvalidSignal
from comity.matching.exchanges.batches import Batch, Checkpoint, OpinionGiven, Rows
from comity.matching.exchanges.errors import NothingToTell, UnusableAnswer
from comity.matching.exchanges.kinds.bounded import guarded, session
from comity.matching.exchanges.kinds.references import reference_of
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.reaching import Address, json_object
from comity.matching.signals.text import signal as text_signal

_TYPES = {
    StopNCIISignalType.ImagePDQ: "pdq",
    StopNCIISignalType.VideoMD5: "md5",
    StopNCIISignalType.URL: "url",
    StopNCIISignalType.Text: "text",
}
_GONE = frozenset({StopNCIICaseStatus.Withdrawn, StopNCIICaseStatus.Deleted})
_STANCES = {
    Opinion.CONFIRM: StopNCIICSPFeedbackValue.Blocked,
    Opinion.DISPUTE: StopNCIICSPFeedbackValue.NotBlocked,
    Opinion.SEEN: StopNCIICSPFeedbackValue.PendingReview,
}
_MEMBER = "StopNCII.org"
_LONGEST = 1_800
_MOST_PAGES = 20_000


class Client(StopNCIIAPI):
    """The library's client within our limits."""

    def __init__(self, keys: Mapping[str, str], base: Address) -> None:
        more = {StopNCIIEndpoint.SubmitFeedback: keys["feedback_key"]} if "feedback_key" in keys else {}
        super().__init__(keys["subscription_key"], keys["fetch_key"], more, base_url_override=base.url.rstrip("/"))
        self._address = base
        self.unread = 0
        """Records that are none, on the page read last."""

    def _get_session(self, endpoint: StopNCIIEndpoint) -> requests.Session:
        made = session(self._address)
        keys = {"x-functions-key": self._function_keys[endpoint], "Ocp-Apim-Subscription-Key": self._subscription_key}
        made.headers.update(keys)
        return made

    def _get(self, endpoint: StopNCIIEndpoint, **params: Any) -> dict[str, Any]:
        with self._get_session(endpoint) as speaking:
            page = json_object(speaking.get(f"{self._base_url}/{endpoint.value}", params=params).content, "the answer")
        records = page.get("hashRecords", [])
        if not isinstance(records, list):
            message = "the answer has no list of records"
            raise UnusableAnswer(message)
        good = [record for record in records if _is_record(record)]
        self.unread = len(records) - len(good)
        return page | {"hashRecords": good}


def _is_record(record: object) -> bool:
    """Whether the library can read it."""
    if not isinstance(record, dict):
        return False
    cases, feedback = record.get("caseNumbers", None), record.get("CSPFeedbacks", [])
    return (
        type(record.get("lastModtimestamp")) is int
        and isinstance(record.get("hashValue"), str)
        and record.get("signalType") in {one.value for one in StopNCIISignalType}
        and record.get("hashStatus") in {one.value for one in StopNCIICaseStatus}
        and (cases == [] or (isinstance(cases, dict) and all(_is_status(one) for one in cases.values())))
        and isinstance(feedback, list)
        and all(_is_feedback(one) for one in feedback)
    )


def _is_status(found: object) -> bool:
    return isinstance(found, str) and found in {one.value for one in StopNCIICaseStatus}


def _is_feedback(found: object) -> bool:
    if not isinstance(found, dict) or not isinstance(found.get("source", ""), str):
        return False
    tags = found.get("tags", [])
    known = {one.value for one in StopNCIICSPFeedbackValue}
    return found.get("feedbackValue") in known and isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)


class Hashes:
    """StopNCII's hashes."""

    def __init__(self, terms: ExchangeTerms, keys: Mapping[str, str]) -> None:
        self._client = Client(keys, Address.of(terms.settings.get("url", StopNCIIAPI.BASE_URL)))
        self._may_tell = "feedback_key" in keys

    def batches(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """Pages of hashes since the checkpoint."""
        start = StopNCIIAPI.DEFAULT_START_TIME if checkpoint is None else int(checkpoint["since"])
        for page in guarded(self._pages(start)):
            rows = Rows()
            for place in range(self._client.unread):
                rows.refuse(f"unreadable record {place}", "no record of the protocol")
            for place, record in enumerate(page.hashRecords):
                _record(f"record {place}", record, rows)
            yield rows.batch(None if page.hasMoreRecords else {"since": page.nextSetTimestamp})

    def _pages(self, start: int) -> Iterator[FetchHashesResponse]:
        token = ""
        seen: set[str] = set()
        while True:
            page = self._client.fetch_hashes(start_timestamp=start, next_page=token)
            yield page
            if not page.hasMoreRecords:
                return
            token = page.nextPageToken or ""
            if not token or token in seen or len(seen) > _MOST_PAGES:
                message = "the pages have no end"
                raise UnusableAnswer(message)
            seen.add(token)

    def tell(self, opinion: OpinionGiven) -> None:
        """Say what became of it. The library names the hash alone; it may belong to several cases."""
        name, _, value = opinion.reference.partition(":")
        if not self._may_tell or not value:
            raise NothingToTell
        said = {(StopNCIISignalType(name), value): StopNCIICSPFeedback(_STANCES[opinion.stance])}
        list(guarded(self._tell(said)))

    def _tell(self, said: Mapping[Any, StopNCIICSPFeedback]) -> Iterator[None]:
        self._client.submit_feedbacks(dict(said))
        yield


def _record(place: str, record: StopNCIIHashRecord, rows: Rows) -> None:
    kind, value = _TYPES.get(record.signalType), record.hashValue
    if kind is None:
        rows.passed += 1
        return
    short = kind != "text" and len(value) <= _LONGEST
    reference = f"{record.signalType.value}:{value}" if short else reference_of({kind: value})
    if record.hashStatus in _GONE:
        rows.withdraw(reference, member=_MEMBER)
        return
    try:
        signals = {kind: text_signal(value) if kind == "text" else value}
    except InvalidSignal:
        rows.refuse(place, "a text without words")
        return
    rows.take(place, signals, member=_MEMBER, reference=reference)


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Hashes:
    """StopNCII, ready to be asked."""
    del means
    return Hashes(terms, secrets)
