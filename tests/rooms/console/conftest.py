"""A console over a docket in memory, with real log-ins in a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment

from comity.casefile.records.roles import Role as Role_
from comity.casefile.records.roles import Server
from comity.registry.duties import Role
from support.console_cases import example, hostile
from support.console_docket import ConsoleDocket
from support.console_staff import log_in, make_user
from support.databases import point_django_at


@pytest.fixture(autouse=True)
def observed() -> Iterator[None]:
    """Let responses carry the context that they were rendered with."""
    setup_test_environment()
    yield
    teardown_test_environment()


@pytest.fixture(scope="module")
def lasting(databases: Any) -> Iterator[Server]:
    """One database a module: pages only keep accounts and sessions in it, and every test makes its own."""
    with databases.clone() as server:
        yield server


@pytest.fixture
def accounts(lasting: Server) -> Iterator[None]:
    point_django_at(lasting)
    yield
    from django.contrib.auth.models import User

    User.objects.all().delete()
    point_django_at(Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {Role_.APP: {}}))


@pytest.fixture
def house(accounts: None) -> Iterator[ConsoleDocket]:
    docket = example()
    with override_settings(COMITY_DOCKET=docket):
        yield docket


@pytest.fixture
def attacked(accounts: None) -> Iterator[ConsoleDocket]:
    docket = hostile()
    with override_settings(COMITY_DOCKET=docket):
        yield docket


def enter(docket: ConsoleDocket, name: str, *roles: Role, seconds_ago: float = 5) -> Client:
    user, _secret = make_user(name)
    docket.add_person(user.pk, name.title(), *roles)
    client = Client(enforce_csrf_checks=False)
    log_in(client, user, seconds_ago=seconds_ago)
    return client


@pytest.fixture
def moderator(house: ConsoleDocket) -> Client:
    return enter(house, "camille", Role.MODERATOR)


@pytest.fixture
def approver(house: ConsoleDocket) -> Client:
    return enter(house, "jonas", Role.APPROVER, Role.REGISTRAR)


@pytest.fixture
def auditor(house: ConsoleDocket) -> Client:
    return enter(house, "ines", Role.AUDITOR)


@pytest.fixture
def entered() -> Callable[..., Client]:
    return enter
