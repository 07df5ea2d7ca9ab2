"""What is asked of the match service in its soak, and what must be answered."""

from __future__ import annotations

import hashlib
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

BASE = 100_000
"""Signals that are listed from the beginning to the end."""
_LIST, _REPLACED = 5_000, 2_500
_WORDS = ("bridge", "river", "morning", "lantern", "market", "harbour", "winter", "garden", "letter", "signal", "tower")
_PATIENCE = 90.0
_SLOWEST_KEPT = 2_000_000


class Load:
    """Callers at a steady pace, each in a thread of its own; every answer is compared with what must be so."""

    CALM = 20.0
    """Seconds after a kill in which a connection may break off."""

    def __init__(self, service: Any, quiet: threading.Event) -> None:
        self._service, self._quiet = service, quiet
        self._drawn = random.Random(1)  # noqa: S311 -- load, not secrets
        self.counts: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        """Calls that broke off and were made again, since a process was killed under them."""
        self.seconds: list[float] = []
        self._failures: list[str] = []
        self._guard = threading.Lock()
        self._down, self._struck = threading.Event(), time.monotonic()
        self._base = [_digest(f"base {number}") for number in range(BASE)]
        self._media = _media()

    # -- what is asked -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """List what is always listed."""
        self._replace("BASE", [("base", digits) for digits in self._base], "s")
        self._service.wait(self._all_there)
        self._expect(self._service.client.post("/c/banks", json={"name": "BY_HAND"}), 201)
        self._expect(self._service.client.post("/c/banks", json={"name": "CHANGING"}), 201)
        self._list(range(_LIST))

    def threads(self, stop: threading.Event) -> list[threading.Thread]:
        """Every caller, with its pause."""
        callers: list[tuple[str, float, Callable[[httpx.Client], None]]] = [
            ("look-ups", 0.02, self._look_up),
            ("look-ups", 0.02, self._look_up),
            ("look-ups of ours", 0.05, self._look_up_ours),
            ("batches of 500", 1.0, self._batch),
            ("pictures", 0.5, self._picture),
            ("films", 10.0, self._film),
            ("texts", 0.5, self._text),
            ("addresses", 0.5, self._address),
            ("rubbish", 1.0, self._rubbish),
            ("items listed and withdrawn", 2.0, self._by_hand),
            ("lists replaced", 45.0, self._replace_list),
        ]
        return [threading.Thread(target=self._calling, args=(stop, *caller)) for caller in callers]

    def _look_up(self, client: httpx.Client) -> None:
        listed = self._drawn.random() < 0.2
        asked = _altered(self._drawn.choice(self._base), self._drawn.randrange(32)) if listed else secrets.token_hex(32)
        began = time.perf_counter()
        found = self._json(client.get("/m/lookup", params={"signal": asked, "signal_type": "pdq"}))
        if self._quiet.is_set() and len(self.seconds) < _SLOWEST_KEPT:
            self.seconds.append(time.perf_counter() - began)
        self._must(bool(found.get("BASE")) == listed, f"a look-up of {asked} gave {found}")

    def _look_up_ours(self, client: httpx.Client) -> None:
        asked = self._drawn.choice(self._base)
        found = self._json(client.get("/v1/match", params={"type": "pdq", "signal": asked}))
        self._must(found["match"] and found["matches"][0]["distance"] == 0, f"/v1/match of {asked} gave {found}")

    def _batch(self, client: httpx.Client) -> None:
        asked = [self._drawn.choice(self._base) if place % 10 == 0 else secrets.token_hex(32) for place in range(500)]
        body = bytes.fromhex("".join(asked))
        kind = {"content-type": "application/octet-stream"}
        found = self._json(client.post("/v1/match/batch?type=pdq", content=body, headers=kind))["found"]
        self._must([one["at"] for one in found] == list(range(0, 500, 10)), f"a batch gave {len(found)} of 50")

    def _picture(self, client: httpx.Client) -> None:
        data = self._drawn.choice(self._media.pictures)
        self._content(client, data, "image/jpeg", "pdq")

    def _film(self, client: httpx.Client) -> None:
        self._content(client, self._media.film, "video/mp4", "vpdq")

    def _content(self, client: httpx.Client, data: bytes, kind: str, signal: str) -> None:
        found = self._json(client.post("/v1/match", content=data, headers={"content-type": kind}))
        named = [one["type"] for one in found["signals"]]
        # A decoder that was just killed says so by name; while nobody is killed there is no such answer.
        died = found["outcome"] in ("decoder_died", "too_costly") and not self._quiet.is_set()
        self._must(died or (found["outcome"] == "hashed" and signal in named), f"{kind}: {found['outcome']}, {named}")

    def _text(self, client: httpx.Client) -> None:
        words = " ".join(self._drawn.choices(_WORDS, k=30))
        found = self._json(client.post("/v1/match", json={"text": f"{words} https://host.example/{words[:5]}"}))
        self._must({one["type"] for one in found["signals"]} >= {"text", "url"}, f"a text gave {found}")

    def _address(self, client: httpx.Client) -> None:
        found = self._json(client.post("/v1/match", json={"url": f"https://{self._drawn.choice(_WORDS)}.example/"}))
        self._must(not any(one["match"] for one in found["signals"]), f"an address gave {found}")

    def _rubbish(self, client: httpx.Client) -> None:
        data = self._media.damaged(self._drawn)
        answer = client.post("/v1/match", content=data, headers={"content-type": "image/jpeg"})
        found = self._json(answer)
        self._must(bool(found["outcome"]), f"rubbish gave {found}")

    def _by_hand(self, client: httpx.Client) -> None:
        one = secrets.token_hex(32)
        asked = {"signal": one, "signal_type": "pdq"}
        made = client.post("/c/bank/BY_HAND/signal", json={"pdq": one})
        number = self._json(made)["id"]
        found = self._json(client.get("/m/lookup", params=asked))
        self._must(found.get("BY_HAND") is not None, f"{one} was answered as listed and is not found")
        self._json(client.delete(f"/c/bank/BY_HAND/content/{number}"))
        found = self._json(client.get("/m/lookup", params=asked))
        self._must(not found, f"{one} was answered as withdrawn and is found")

    def _replace_list(self, client: httpx.Client) -> None:
        first = self.counts["lists replaced"] * _REPLACED
        self._list(range(first, first + _LIST))
        until = time.monotonic() + _PATIENCE
        newest, oldest = _digest(f"list {first + _LIST - 1}"), _digest(f"list {first - 1}")
        while time.monotonic() < until:
            news = self._json(client.get("/m/lookup", params={"signal": newest, "signal_type": "pdq"}))
            olds = self._json(client.get("/m/lookup", params={"signal": oldest, "signal_type": "pdq"}))
            if news.get("CHANGING") and not olds.get("CHANGING"):
                return
            time.sleep(0.05)
        self._must(False, "a list that was replaced is not in force")

    def _list(self, numbers: range) -> None:
        gone = range(max(0, numbers.start - _REPLACED), numbers.start)
        self._replace("CHANGING", [(str(number), _digest(f"list {number}")) for number in numbers], "l", gone)

    def _replace(self, bank: str, rows: list[tuple[str, str]], prefix: str, gone: range = range(0)) -> None:
        from comity.casefile.clock import WallClock
        from comity.casefile.documents.bank import BankTerms
        from comity.casefile.records import unit_of_work
        from comity.matching.banks import service, store
        from comity.matching.banks.rules import NewEntry

        new = [
            NewEntry({"pdq": digits}, "member", f"{prefix}{place if bank == 'BASE' else name}")
            for place, (name, digits) in enumerate(rows)
        ]
        new += [NewEntry({}, "member", f"{prefix}{number}", withdrawn=True) for number in gone]
        said = {"name": bank, "owner": "us", "source": "soak", "reason": "soak", "legal_basis": "none"}
        with unit_of_work(WallClock().now(), "system:soak") as work:
            if not any(one.name == bank for one in store.banks()):
                service.create_bank(work, BankTerms.model_validate(said))
            service.add_many(work, bank, new, "soak")

    def _all_there(self) -> bool:
        asked = {"signal": self._base[-1], "signal_type": "pdq"}
        return bool(self._service.client.get("/m/lookup", params=asked).json().get("BASE"))

    # -- how it is asked -----------------------------------------------------------------------------------------------

    def _calling(self, stop: threading.Event, name: str, pause: float, call: Callable[[httpx.Client], None]) -> None:
        from django.db import connections

        client = self._service.bearing(self._service.tokens["all"])
        while not stop.wait(pause * 2 * self._drawn.random()):
            try:
                call(client)
                self.counts[name] += 1
            except (httpx.TransportError, _Away) as failure:
                client.close()
                client = self._service.bearing(self._service.tokens["all"])
                self.broken[name] += 1
                if not self._down.is_set() and time.monotonic() - self._struck > self.CALM:
                    self._must(False, f"{name}: {type(failure).__name__} {failure}")
                stop.wait(0.2)
            except Exception as failure:  # noqa: BLE001 -- whatever it is, it is told at the end
                self._must(False, f"{name}: {type(failure).__name__} {failure}")
                stop.wait(0.2)
        client.close()
        connections.close_all()

    @contextmanager
    def struck(self) -> Iterator[None]:
        """Something is killed in this block, and stands again at its end."""
        self._down.set()
        try:
            yield
        finally:
            self._struck = time.monotonic()
            self._down.clear()

    def line(self) -> str:
        """How far it is, in a line."""
        return f"{self.counts.total()} calls, {self.broken.total()} broken off, {len(self._failures)} wrong"

    def wrong(self) -> list[str]:
        """Everything that was not as it should be."""
        never = [f"{name} was never answered" for name in ("films", "lists replaced") if not self.counts[name]]
        return self._failures[:50] + never

    def _must(self, true: bool, why: str) -> None:  # noqa: FBT001 -- a statement and its failure
        if not true:
            with self._guard:
                self._failures.append(why[:300])
                print(f"WRONG: {why[:300]}", flush=True)

    def _json(self, answer: httpx.Response) -> Any:
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise _Away(answer.text[:200])
        self._must(answer.status_code < 300, f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    def _expect(self, answer: httpx.Response, status: int) -> None:
        self._must(answer.status_code == status, f"{answer.request.url.path}: {answer.status_code}")


class _Away(Exception):  # noqa: N818 -- what it says
    """The service says that it cannot answer now."""


class _Media:
    """Pictures and a film, made once."""

    def __init__(self, pictures: list[bytes], film: bytes) -> None:
        self.pictures, self.film = pictures, film

    def damaged(self, drawn: random.Random) -> bytes:
        """A picture with some bytes changed, or cut."""
        data = bytearray(drawn.choice(self.pictures))
        for _ in range(drawn.randrange(1, 20)):
            data[drawn.randrange(len(data))] = drawn.randrange(256)
        return bytes(data[: drawn.randrange(10, len(data))])


def _media() -> _Media:
    from support.films import film
    from support.pictures import encoded, scene

    return _Media([encoded(scene(seed=seed), "JPEG") for seed in range(8)], film(50))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _altered(digits: str, bits: int) -> str:
    number = int(digits, 16)
    for place in range(bits):
        number ^= 1 << (place * 8)
    return f"{number:064x}"
