"""How far a scan is, as it is noted in the catalogue in the transaction that keeps a page's fingerprints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from comity.casefile.clock import Instant
from comity.matching.catalogue import Catalogue
from comity.matching.scanning.reading import Read

FACT = "scan"


class State(BaseModel):
    """One scan. It is over when ``ended_at`` is set; else the next one goes on at ``cursor``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    began_at: Instant
    ended_at: Instant | None = None
    cursor: str | None = None
    items: int = 0
    """Read so far, the unread ones among them."""
    fingerprints: int = 0
    unread: Mapping[str, int] = Field(default_factory=dict)
    """Items, and parts of items, that gave no fingerprint of their kind, by reason."""

    def after(self, cursor: str | None, outcomes: Sequence[Read], at: Instant) -> State:
        """The same after one more page, which is followed by ``cursor``."""
        return State(
            began_at=self.began_at,
            ended_at=at if cursor is None else None,
            cursor=cursor,
            items=self.items + len(outcomes),
            fingerprints=self.fingerprints + sum(len(one.fingerprints) for one in outcomes),
            unread=dict(sum((one.unread for one in outcomes), Counter(self.unread))),
        )

    @property
    def facts(self) -> dict[str, str]:
        """As the catalogue notes it."""
        return {FACT: self.model_dump_json()}


def state_of(catalogue: Catalogue) -> State | None:
    """The last scan, whether it is over or not."""
    noted = catalogue.ledger.fact(FACT)
    return None if noted is None else State.model_validate_json(noted)
