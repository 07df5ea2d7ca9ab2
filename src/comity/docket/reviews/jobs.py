"""The jobs of reviews, by the names under which they are deferred. Each may run twice, late, or after a kill."""

from __future__ import annotations

from collections.abc import Callable

from comity.docket.parts import Parts
from comity.docket.reviews import acting, deciding, receiving


def jobs(parts: Parts) -> dict[str, Callable[..., None]]:
    """Name → job, bound to the parts of this process."""

    def detected(case: str, detection: str) -> None:
        receiving.receive(case, detection, parts)

    def detection_acts(case: str) -> None:
        acting.carry(case, parts)

    def apply_review(review: str, decision: str) -> None:
        acting.apply(review, decision, parts)

    return {receiving.DETECTED: detected, receiving.ACTS: detection_acts, deciding.APPLY: apply_review}
