"""A cluster that cannot be used is named, and what an order of hunts asks for is never searched elsewhere instead."""

from __future__ import annotations

import importlib.util

import pytest

from comity.docket.hunts import catalogue as docket_catalogue
from comity.docket.seeking import Sought
from comity.matching.catalogue import Catalogue
from comity.matching.errors import MissingLibraries
from comity.matching.hunting.cluster import Cluster
from comity.matching.hunting.errors import WorkersUnusable
from support.catalogued import fingerprint

pytestmark = pytest.mark.xdist_group("ray")  # one cluster at a time
SIGNAL = "ab" * 32


@pytest.fixture
def _briefly(monkeypatch):
    monkeypatch.setenv("RAY_gcs_server_port_wait_time_s", "1")  # seconds for which it looks for a cluster


def test_without_ray_it_says_which_extra_brings_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingLibraries, match=r"comity\[ray\]"):
        Cluster()


@pytest.mark.usefixtures("_briefly")
def test_an_ordered_hunt_asks_the_cluster_that_is_named_and_nobody_else(tmp_path):
    with Catalogue.open(tmp_path / "catalogue", make=True) as catalogue:
        catalogue.add([fingerprint("i1", SIGNAL)])
    sought, told = [Sought("pdq", SIGNAL, 31.0)], []
    for cluster in (None, "127.0.0.1:1"):
        means = docket_catalogue.means(tmp_path / "catalogue", tmp_path / "kernels", cluster)
        if cluster is None:
            assert [one.item for one in means.search(sought, lambda *_: None)] == ["i1"]
            continue
        with pytest.raises(WorkersUnusable):
            list(means.search(sought, lambda *_: told.append(1)))
        assert not told
