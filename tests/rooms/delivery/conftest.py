"""A delivery room of one's own: vault, seal, a log that is signed when told, and a channel that does as told."""

from __future__ import annotations

import psycopg
import pytest

from comity.casefile.audit.key_files import generate
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.evidence import KeyEncryptionKeys, Vault, new_line
from comity.casefile.records.roles import Role
from comity.delivery import Delivery, Seal, make_seal_file


class Channel:
    """Keeps what was sent; gives or raises what it was told to."""

    def __init__(self) -> None:
        self.carries = True
        self.sent = []
        self.outcome = None

    def send(self, outgoing):
        self.sent.append(outgoing)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture(scope="session")
def log_keys(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("log"), "log.example/comity")


@pytest.fixture
def sequencer(server, log_keys, tmp_path, clock):
    made = Sequencer(
        lambda: psycopg.connect(**server.parameters(Role.SEQUENCER)),
        log_keys,
        tmp_path / "tiles",
        clock,
        tolerance=ClockTolerance(forward=None),
    )
    yield made
    made.close()


@pytest.fixture
def vault(tmp_path) -> Vault:
    return Vault(tmp_path / "vault", KeyEncryptionKeys.parse(new_line("k")))


@pytest.fixture
def delivery(database, vault, channel, tmp_path, clock) -> Delivery:
    make_seal_file(tmp_path / "seal.pem", legal_name="Example Board SAS", country="FR", at=clock.now())
    ways = {"email": channel, "api": channel, "paper": channel}
    return Delivery(vault, Seal.from_file(tmp_path / "seal.pem"), ways, clock)
