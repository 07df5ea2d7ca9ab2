"""An order for one account of a real homeserver: exactly its rows of the period; what is too much is reported."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from comity.casefile.clock import Instant, WallClock
from comity.casefile.documents.collection import Excess
from comity.casefile.documents.decision import Approval
from comity.casefile.documents.disclosure import Category, Scope, Span
from comity.execution.disclosure import dataset, store
from comity.platform import RecordRow
from comity.platform.synapse import SynapseRecords
from support.disclosing import disclosing
from support.grants import ADA, BEN, terms
from support.synapse import RunningSynapse, User


@pytest.fixture
def room(database, server, tmp_path, clock):
    with disclosing(server, tmp_path, clock) as opened:
        yield opened


def passed() -> Instant:
    """Now, once this very second is over."""
    time.sleep(1.1)
    return WallClock().now()


class Greedy(SynapseRecords):
    """Gives what the account ever did, and what another did too."""

    other = ""

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        ever = Span(since=Instant.parse("2000-01-01T00:00:00Z"), until=Instant.parse("2100-01-01T00:00:00Z"))
        for name in (scope.terms.identifiers[0].value, self.other):
            whose = scope.terms.identifiers[0].model_copy(update={"value": name})
            wide: Any = scope.terms.model_copy(update={"period": ever, "identifiers": (whose,)})
            yield from super().traffic(scope.model_copy(update={"terms": wide}))


@pytest.mark.parametrize("greedy", [False, True])
def test_nine_days_of_one_account_and_nothing_else(
    room, homeserver: RunningSynapse, ada: User, ben: User, greedy: bool
) -> None:
    where = ada.room()
    ben.join(where)
    ada.say(where, "before the period")
    since = passed()
    wanted = {ada.say(where, secrets.token_hex(4)) for _ in range(9)}
    ben.say(where, "of somebody else")
    until = passed()
    ada.say(where, "after the period")
    room.clock.set(passed())
    now = room.clock.now()
    asked = terms(
        Category.TRAFFIC,
        of=ada.name,
        fields=("event", "message"),
        period=Span(since=since, until=until),
        stored_by=until,
        ends_at=now.plus(timedelta(days=30)),
    )
    signed = tuple(Approval(person=one, at=now) for one in (ADA, BEN))
    (collection,) = room.decided(asked, approvals=signed)
    with (Greedy if greedy else SynapseRecords)(homeserver.settings()) as records:
        if isinstance(records, Greedy):
            records.other = ben.name
        assert room.collect(records).settled
    row = store.collection(collection)
    _head, *rows = dataset.read([room.read(collection, row.exhibits[0])])
    sent = {one.fields["message"] for one in rows if one.fields["event"] == "m.room.message"}
    assert sent == wanted
    assert {one.identifier.value for one in rows} == {ada.name}
    reported = room.entered(Excess)
    assert bool(reported) == greedy
    if greedy:
        assert {"other_identifier", "outside_period"} <= set(reported[0].cut)
