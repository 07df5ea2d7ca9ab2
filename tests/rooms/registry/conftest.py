"""Fixtures over ``registry_playbook``, which can only be imported once Django is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comity.casefile.clock import FixedClock

if TYPE_CHECKING:
    from registry_playbook import People, Work

    from comity.registry.means import AuthorityProposal


@pytest.fixture
def work(database: object, clock: FixedClock) -> Work:
    from registry_playbook import begin_at

    return begin_at(clock)


@pytest.fixture
def people(work: Work) -> People:
    from registry_playbook import found

    return found(work)


@pytest.fixture
def proposal(clock: FixedClock, people: People) -> AuthorityProposal:
    from registry_playbook import proposal_of

    return proposal_of(clock, people)


@pytest.fixture
def proposed(work: Work, people: People, proposal: AuthorityProposal) -> str:
    from registry_playbook import propose

    return propose(work, people, proposal)


@pytest.fixture
def confirmed(work: Work, people: People, proposed: str) -> str:
    from registry_playbook import confirm

    return confirm(work, people, proposed)
