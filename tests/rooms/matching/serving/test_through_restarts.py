"""What was answered stays true whatever is killed or lost: keeper, door, both, the files, the database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from comity.casefile.records.roles import Server
from support.match_service import MatchService, a_hash, match_service


@pytest.fixture
def lone(databases: Any, tmp_path: Any) -> Iterator[tuple[MatchService, Server]]:
    """A service that a test may kill."""
    with databases.clone() as fresh, match_service(fresh, tmp_path) as running:
        yield running, fresh


def matches(service: MatchService, signal: str) -> bool:
    answer = service.client.get("/m/lookup", params={"signal": signal, "signal_type": "pdq"})
    assert answer.status_code == 200, answer.text
    return bool(answer.json())


def test_killed_after_the_answer(lone: tuple[MatchService, Server]) -> None:
    service, _ = lone
    added, removed = a_hash(), a_hash()
    _, number = service.bank("KEPT", {"pdq": added}, {"pdq": removed})
    assert service.client.delete(f"/c/bank/KEPT/content/{number}").status_code == 200
    service.kill()
    service.start()
    assert (matches(service, added), matches(service, removed)) == (True, False)


def test_look_ups_go_on_without_the_keeper_and_changes_wait_for_it(lone: tuple[MatchService, Server]) -> None:
    service, _ = lone
    one = a_hash()
    service.bank("GOES_ON", {"pdq": one})
    service.kill_keeper()
    assert matches(service, one)
    service.start_keeper()
    later = a_hash()  # entered while the keeper starts: the answer comes when it is in force
    assert service.client.post("/c/bank/GOES_ON/signal", json={"pdq": later}).status_code == 200
    assert matches(service, later)


@pytest.mark.parametrize("lost", ["pdq", "listed.sqlite", "position", "banks.json", ""])
def test_files_that_are_lost_are_made_again(lone: tuple[MatchService, Server], lost: str) -> None:
    service, _ = lone
    one = a_hash()
    service.bank("LOST", {"pdq": one})
    service.kill()
    path = service.home / "match" / lost
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    service.start()
    service.wait(lambda: matches(service, one))


def test_without_the_database_look_ups_go_on_and_changes_are_refused(databases: Any, tmp_path: Any) -> None:
    with databases.clone() as fresh, match_service(fresh, tmp_path) as service:
        one = a_hash()
        service.bank("AWAY", {"pdq": one})
        with service.bearing(service.tokens["all"]) as caller:
            databases._administrator.execute(f"ALTER DATABASE {fresh.place['dbname']} ALLOW_CONNECTIONS false")
            databases._administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [fresh.place["dbname"]]
            )
            assert matches(service, one)
            refused = caller.post("/c/bank/AWAY/signal", json={"pdq": a_hash()})
            assert refused.status_code == 503, refused.text
            named = caller.post("/v1/match", json={"signals": {"pdq": one}, "item": "named"})
            assert named.status_code == 503, "a match that could not be entered is not answered as if it were"
            databases._administrator.execute(f"ALTER DATABASE {fresh.place['dbname']} ALLOW_CONNECTIONS true")
            service.wait(
                lambda: caller.post("/v1/match", json={"signals": {"pdq": one}, "item": "named"}).status_code == 200
            )
