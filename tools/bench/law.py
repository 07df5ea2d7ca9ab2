"""Assessments a second on one core, each explained: 1,000 orders of each instrument, no two alike in account, number,
words and times, every second one with something wrong.

Comity keeps what the tables say on facts that it has met before, as a running house does; what it reads from an order
(names, times, identifiers, texts) and what it computes from that (deadlines, notes) is new for each of them.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from comity import law
from comity.casefile.clock import Instant
from comity.law.provider import Provider

SECONDS = 3.0
ORDERS = 1000
AIM = 10_000
WORDS = (
    "account", "content", "message", "station", "attack", "picture", "video", "public", "group", "threat", "weapon",
    "street", "market",
)  # fmt: skip


def words(i: int) -> str:
    """A few words, other ones for every number."""
    return " ".join(WORDS[(i // 13**place) % 13] for place in range(3)) + f" {i}"


def removal_orders(sound: dict[str, Any]) -> list[dict[str, Any]]:
    """The sound order of the worked examples with many values changed: other URLs, references, states, faults."""
    found = []
    for i in range(ORDERS):
        order = copy.deepcopy(sound)
        url = f"https://board.example/posts/{i}"
        order["issued_at"] = str(Instant.parse(sound["issued_at"]).plus(timedelta(seconds=-61 * i)))
        order["additional_reasons"] = f"{sound['additional_reasons']} {words(i)}"
        order["order_reference"] = f"DE-2026-{i:04}"
        order["content_locations"] = [{"url": url}]
        order["content"] = {"urls_resolved": {url: True}}
        order["issuing_member_state"] = ("DE", "FR", "NL", "ES")[i % 4]
        order["nondisclosure"] = i % 3 == 0
        if i % 2:  # every second order has something wrong, as in the field
            del order[("redress", "issued_at", "grounds", "additional_reasons", "channel")[i % 5]]
        found.append(order)
    return found


def certificates(sound: dict[str, Any]) -> list[dict[str, Any]]:
    """The sound certificate with other files, accounts, days and States; every second one lacks a field."""
    found = []
    for i in range(ORDERS):
        order = copy.deepcopy(sound)
        order["A"]["file_no_issuing"] = f"12 Js {i}/26"
        order["A"]["issuing_state"] = ("DE", "FR", "NL", "ES")[i % 4]
        order["A"]["issuing_authority"] = f"Court of {words(i)}"
        asked = "F" if "identifiers" in order["E"] else "D"
        order[asked] = {category: [f"records {i}"] for category in ("a", "ac", "c", "abd")[i // 4 % 4]}
        section = order["E"] if "identifiers" in order["E"] else order["C"]
        section["identifiers"] = [
            {"id": str(n), "type": "USER_ID", "value": f"account_{i}_{n}"} for n in range(1 + i % 3)
        ]
        section["time_range"] = {
            "start": f"2026-08-{1 + i % 9:02}T{i % 24:02}:{i % 60:02}:00Z",
            "end": f"2026-08-{10 + i % 9:02}T00:00:{i % 60:02}+02:00",
        }
        if i % 2:
            del order[("B", "channel", "F", "A", "D")[i % 5]]
        found.append(order)
    return found


def demands(sound: dict[str, Any]) -> list[dict[str, Any]]:
    """The sound demand with other categories, persons, states and faults: each weighed with every other law."""
    found = []
    for i in range(ORDERS):
        order = copy.deepcopy(sound)
        order["reference"] = f"2026-{i:04}"
        order["authority"] = f"Court of {words(i)}"
        order["issued_at"] = str(Instant.parse(sound["issued_at"]).plus(timedelta(seconds=-61 * i)))
        order["identifiers"] = [{"type": "USER_ID", "value": f"account_{i}"}]
        order["categories"] = [["SUBSCRIBER"], ["SUBSCRIBER", "TRAFFIC"], ["CONTENT"], ["SUBSCRIBER", "CONTENT"]][i % 4]
        order.setdefault("circumstances", {})["person_of"] = ("us", "qualifying", "other")[i % 3]
        if i % 2:
            del order[("addressee", "issued_at", "channel", "authority", "circumstances")[i % 5]]
        found.append(order)
    return found


BATCHES: dict[str, Callable[[dict[str, Any]], list[dict[str, Any]]]] = {
    "eu-tco": removal_orders,
    "eu-eevidence-production": certificates,
    "eu-eevidence-preservation": certificates,
    "us-sca": demands,
    "fr-csi": demands,
}


def measure(identifier: str) -> int:
    """Assessments a second of one instrument, with explanation; time of this core only: others may be busy."""
    vectors: Any = law.instrument(identifier).vectors
    provider = Provider.model_validate(vectors["provider"])
    first = Instant.parse(vectors["received"])
    orders = BATCHES[identifier](vectors["order"])
    batch = [(order, first.plus(timedelta(seconds=97 * i))) for i, order in enumerate(orders)]
    for order, received in batch:
        law.judge(order, received=received, provider=provider, identifier=identifier)
    done = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < SECONDS:
        for order, received in batch:
            judgement = law.judge(order, received=received, provider=provider, identifier=identifier)
            assert all(finding.id in judgement.rulings for finding in judgement.assessment.findings)
        done += len(batch)
    return round(done / spent)


def main() -> None:
    """Print one JSON object: assessments a second with explanation, by instrument; the removal order's at the top."""
    found = {identifier: measure(identifier) for identifier in BATCHES}
    rows = {name: {"assessments_per_second": rate, "aim": AIM} for name, rate in found.items()}
    every = {f"{name}_per_second": rate for name, rate in found.items()}
    print(json.dumps({**rows["eu-tco"], **every, "explained": True, "instruments": rows}))


if __name__ == "__main__":
    main()
