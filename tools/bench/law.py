"""Assessments a second on one core, each explained: the worked orders of several instruments in turn, none kept between
rounds.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

from comity import law
from comity.casefile.clock import Instant
from comity.law.provider import Provider

SECONDS = 3.0
AIMS = {
    "eu-tco": 5000,
    "eu-eevidence-production": 10_000,
    "eu-eevidence-preservation": 10_000,
    "us-sca": 3000,
    "fr-csi": 3000,
}


def removal_orders(sound: dict[str, Any]) -> list[dict[str, Any]]:
    """The sound order of the worked examples with many values changed: other URLs, references, states, faults."""
    found = []
    for i in range(200):
        order = copy.deepcopy(sound)
        url = f"https://board.example/posts/{i}"
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
    for i in range(200):
        order = copy.deepcopy(sound)
        order["A"]["file_no_issuing"] = f"12 Js {i}/26"
        order["A"]["issuing_state"] = ("DE", "FR", "NL", "ES")[i % 4]
        section = order["E"] if "identifiers" in order["E"] else order["C"]
        section["identifiers"] = [
            {"id": str(n), "type": "USER_ID", "value": f"account_{i}_{n}"} for n in range(1 + i % 3)
        ]
        section["time_range"] = {
            "start": f"2026-08-{1 + i % 9:02}T00:00:00Z",
            "end": f"2026-08-{10 + i % 9:02}T00:00:00Z",
        }
        if i % 2:
            del order[("B", "channel", "F", "A", "D")[i % 5]]
        found.append(order)
    return found


def demands(sound: dict[str, Any]) -> list[dict[str, Any]]:
    """The sound demand with other categories, persons, states and faults: each weighed with every other law."""
    found = []
    for i in range(200):
        order = copy.deepcopy(sound)
        order["reference"] = f"2026-{i:04}"
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
    received = Instant.parse(vectors["received"])
    batch = BATCHES[identifier](vectors["order"])
    for order in batch:
        law.judge(order, received=received, provider=provider, identifier=identifier)
    done = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < SECONDS:
        for order in batch:
            judgement = law.judge(order, received=received, provider=provider, identifier=identifier)
            assert all(finding.id in judgement.rulings for finding in judgement.assessment.findings)
        done += len(batch)
    return round(done / spent)


def main() -> None:
    """Print one JSON object: assessments a second with explanation, by instrument; the removal order's at the top."""
    found = {identifier: measure(identifier) for identifier in BATCHES}
    rows = {name: {"assessments_per_second": rate, "aim": AIMS[name]} for name, rate in found.items()}
    print(json.dumps({**rows["eu-tco"], "explained": True, "instruments": rows}))


if __name__ == "__main__":
    main()
