"""The authorities' door, open, with one enrolled client and the docket on a shelf."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.clock import FixedClock

sys.path.insert(0, str(Path(__file__).parents[1] / "registry"))

if TYPE_CHECKING:
    from officers import Office
    from registry_playbook import People, Work
    from shelf_docket import ShelfDocket


@pytest.fixture
def shelf(clock: FixedClock) -> ShelfDocket:
    from shelf_docket import ShelfDocket

    return ShelfDocket(clock)


@pytest.fixture
def work(database: object, clock: FixedClock) -> Work:
    from registry_playbook import begin_at

    return begin_at(clock)


@pytest.fixture
def people(work: Work) -> People:
    from registry_playbook import found

    return found(work)


@pytest.fixture
def door(shelf: ShelfDocket, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.test import override_settings
    from officers import DOOR

    from comity.api import oauth
    from comity.api.limits import Limiter

    # Tries are counted in the process; each test starts with none.
    monkeypatch.setattr(oauth, "_BY_CLIENT", Limiter(burst=8, each_minute=8, seconds=lambda: 0.0))
    monkeypatch.setattr(oauth, "_BY_ADDRESS", Limiter(burst=50, each_minute=60, seconds=lambda: 0.0))
    with override_settings(COMITY_DOCKET=shelf, **DOOR):
        yield


@pytest.fixture
def office(door: None, work: Work, people: People, clock: FixedClock) -> Office:
    from officers import open_office

    return open_office(work, people, clock, name="Office central de test")


@pytest.fixture
def stranger(door: None, office: Office, work: Work, people: People, clock: FixedClock) -> Office:
    from officers import open_office

    return open_office(work, people, clock, name="Amt zum Testen")
