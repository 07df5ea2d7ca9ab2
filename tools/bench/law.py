"""Assessments a second on one core, each explained: the worked orders of the instrument in turn, none kept between
rounds.
"""

from __future__ import annotations

import copy
import json
import time
from typing import Any

from comity import law
from comity.casefile.clock import Instant
from comity.law.provider import Provider

SECONDS = 3.0


def orders(vectors: dict[str, Any]) -> list[dict[str, Any]]:
    """The sound order of the worked examples with many values changed: other URLs, references, states, faults."""
    found = []
    for i in range(200):
        order = copy.deepcopy(vectors["order"])
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


def main() -> None:
    """Print one JSON object: assessments a second with explanation."""
    vectors: Any = law.instrument("eu-tco").vectors
    provider = Provider.model_validate(vectors["provider"])
    received = Instant.parse(vectors["received"])
    batch = orders(vectors)
    for order in batch:
        law.judge(order, received=received, provider=provider)
    done = 0
    start = time.process_time()  # of this core only: others may be busy
    while (spent := time.process_time() - start) < SECONDS:
        for order in batch:
            judgement = law.judge(order, received=received, provider=provider)
            assert len(judgement.rulings) == len(judgement.assessment.findings) + len(judgement.assessment.routes)
        done += len(batch)
    print(json.dumps({"assessments_per_second": round(done / spent), "aim": 5000, "explained": True}))


if __name__ == "__main__":
    main()
