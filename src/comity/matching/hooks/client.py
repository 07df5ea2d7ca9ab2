"""A client of the match service, for a platform's upload path. Needs ``httpx`` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import httpx

from comity.matching.errors import MatchingFailure

_SECONDS = 10.0


class ClientFailure(MatchingFailure):
    """The match service did not answer the question."""

    code: ClassVar[str] = "match_client_failure"


class ServiceAway(ClientFailure):
    """The match service cannot answer now; the same question may be answered soon."""

    code = "match_service_away"


class QuestionRefused(ClientFailure, ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The match service refuses the question; asking again changes nothing."""

    code = "match_question_refused"


@dataclass(frozen=True)
class ListedItem:
    """One listed item that the content lies near."""

    bank: str
    bank_version: int
    entry: int
    member: str
    signal_type: str
    listed: str
    distance: float
    threshold: float
    shadow: bool
    in_force: bool


@dataclass(frozen=True)
class Answer:
    """What the service says of one content."""

    outcome: str
    """``hashed``, or why it could not be."""
    allowed: bool
    """An allow bank knows it: nothing follows."""
    matches: tuple[ListedItem, ...]
    """What counts, of all its signals."""
    measure: str
    """``let_pass``, ``review`` or ``disable_and_review``: what the provider's rules in force say of it."""
    cases: tuple[str, ...] = ()
    """Detections entered, if an item was named and something matched."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def matched(self) -> bool:
        """Whether anything listed lies near, and no allow bank knows it."""
        return bool(self.matches)


@dataclass(frozen=True)
class About:
    """What the platform says of the content. With ``item`` a match is entered, and followed by a review."""

    item: str | None = None
    item_url: str | None = None
    account: str | None = None
    key: str | None = None
    """The same key again enters nothing twice."""

    def fields(self) -> dict[str, str]:
        """As the service reads them."""
        named = {"item": self.item, "item_url": self.item_url, "account": self.account}
        return {name: text for name, text in named.items() if text is not None}

    def headers(self) -> dict[str, str]:
        """As the service reads them."""
        return {} if self.key is None else {"Idempotency-Key": self.key}


NOTHING = About()


class MatchClient:
    """Asks one match service. May be used from several threads; raises ``ServiceAway`` or ``QuestionRefused``."""

    def __init__(self, url: str, token: str, *, seconds: float = _SECONDS) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=seconds, trust_env=False
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def match(self, data: bytes, media_type: str, about: About = NOTHING) -> Answer:
        """Whether bytes (a picture, a film, any file) are known."""
        return self._content(about, content=data, headers={"Content-Type": media_type}, params=about.fields())

    def match_text(self, text: str, about: About = NOTHING) -> Answer:
        """Whether a text is known."""
        return self._content(about, json={"text": text, **about.fields()})

    def match_url(self, url: str, about: About = NOTHING) -> Answer:
        """Whether an address is known; nobody fetches it."""
        return self._content(about, json={"url": url, **about.fields()})

    def match_signals(self, signals: Mapping[str, str], about: About = NOTHING) -> Answer:
        """Whether content with these signals, by type, is known: for platforms that hash for themselves."""
        return self._content(about, json={"signals": dict(signals), **about.fields()})

    def match_many(self, signal_type: str, signals: Sequence[str]) -> dict[int, tuple[ListedItem, ...]]:
        """By place of the signal what it lies near; those that nothing lies near are not there."""
        found = self._asked("POST", "/v1/match/batch", json={"type": signal_type, "signals": list(signals)})
        return {int(one["at"]): _counting(one) for one in found["found"] if _counting(one)}

    def hash(self, data: bytes, media_type: str) -> dict[str, list[str]]:
        """The signals of bytes by type; nothing is looked up."""
        found = self._asked("POST", "/v1/hash", content=data, headers={"Content-Type": media_type})
        return {str(kind): list(signals) for kind, signals in found["signals"].items()}

    def ready(self) -> bool:
        """Whether it answers from an index that is up to date."""
        try:
            return self._client.get("/status").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _content(self, about: About, *, headers: Mapping[str, str] | None = None, **call: Any) -> Answer:
        found = self._asked("POST", "/v1/match", headers={**(headers or {}), **about.headers()}, **call)
        matches = () if found["allowed"] else tuple(one for signal in found["signals"] for one in _counting(signal))
        cases = tuple(str(one["case"]) for one in found["detections"])
        measure = str(found.get("measure", "review" if matches else "let_pass"))
        return Answer(str(found["outcome"]), bool(found["allowed"]), matches, measure, cases, found)

    def _asked(self, method: str, path: str, **call: Any) -> Any:
        try:
            answer = self._client.request(method, path, **call)
            found = answer.json()
        except (httpx.HTTPError, ValueError) as failure:
            raise ServiceAway(f"the match service does not answer: {type(failure).__name__}") from failure
        if answer.status_code in (429, 500, 502, 503, 504):
            raise ServiceAway(_message(found))
        if answer.status_code != httpx.codes.OK:
            raise QuestionRefused(_message(found))
        return found


def _message(found: Any) -> str:
    return str(found.get("message", "it says nothing")) if isinstance(found, dict) else "it says nothing"


def _counting(signal: Mapping[str, Any]) -> tuple[ListedItem, ...]:
    """Of one signal's matches those that count."""
    if signal["allowed"]:
        return ()
    wanted = ListedItem.__dataclass_fields__
    return tuple(
        ListedItem(**{name: one[name] for name in wanted})
        for one in signal["matches"]
        if one["in_force"] and not one["negative"]
    )
