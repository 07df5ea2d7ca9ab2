"""A demand as the law room reads orders: its form, and beside it the facts that the form cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents import Json
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.demand import Demand

Events = Mapping[str, Instant | Sequence[Instant]]
_RESERVED = ("channel", "content", "events", "message", "instrument", "circumstances")


def order_of(
    demand: Demand, *, content: Json | None = None, events: Events | None = None, circumstances: Json | None = None
) -> Json:
    """The order as ``law.assess`` takes it.

    ``content`` is what the platform and reviewers said (``urls_resolved``, ``impossible``, ``exclusion``); ``events``
    are instants by name; ``circumstances`` what our people found out of the person and the data. Whatever
    the sender wrote under the keys reserved for our own facts is dropped here: nobody
    vouches for himself.
    """
    order: Json = {key: value for key, value in demand.form.items() if key not in _RESERVED}
    order["channel"] = demand.channel.model_dump(mode="json")
    order["content"] = dict(content or {})
    order["events"] = {name: _written(at) for name, at in (events or {}).items()}
    if circumstances:
        order["circumstances"] = dict(circumstances)
    order["message"] = {
        "reading": demand.reading.value,
        "faults": [f"{fault.code} {fault.field}: {fault.message}" for fault in demand.faults],
        "duplicate_of": demand.duplicate_of,
    }
    return order


def assess_demand(
    demand: Demand,
    provider: law.Provider,
    *,
    content: Json | None = None,
    events: Events | None = None,
) -> Assessment:
    """Judge a demand by its instrument; receipt is acceptance by our first server. Raises ``law.LawError``."""
    order = order_of(demand, content=content, events=events)
    received = demand.times.transport_received_at
    return law.assess(order, received=received, provider=provider, instrument=demand.instrument)


def judge_demand(
    demand: Demand,
    provider: law.Provider,
    *,
    content: Json | None = None,
    events: Events | None = None,
    circumstances: Json | None = None,
) -> law.Judgement:
    """The same with everything that explains it, for demands about users. Raises ``law.LawError``."""
    order = order_of(demand, content=content, events=events, circumstances=circumstances)
    received = demand.times.transport_received_at
    return law.judge(order, received=received, provider=provider, identifier=demand.instrument)


def _written(at: Instant | Sequence[Instant]) -> str | list[str]:
    return str(at) if isinstance(at, Instant) else [str(instant) for instant in at]
