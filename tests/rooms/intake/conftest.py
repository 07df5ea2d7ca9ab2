"""A provider, a vault, and a register with one enrolled authority: real ones, on a database of the test's own."""

from __future__ import annotations

import base64
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.casefile.clock import FixedClock
from support import orders

sys.path.append(str(Path(__file__).parents[1] / "registry"))  # its playbook enrols authorities

PROFILE = b"""
name: Example Board
legal_name: Example Board SAS
home_state: FR
establishments: [{state: FR, kind: main}]
subject_to: [FR, EU]
offers_services_in: [EU]
hosts: [board.example]
languages: [fr, en]
services: [hosting, public]
"""


@dataclass
class Front:
    """The way in, joined with what it needs."""

    clock: FixedClock
    means: object
    authority: str
    client: str
    seal: orders.Authority

    def work(self, actor: str = "system:intake"):
        from comity.casefile.records import unit_of_work

        return unit_of_work(self.clock.now(), actor)

    def mail(
        self, body: bytes, identifier: str = "<order-1@authority.example>", sender: str = "", peer: str = "192.0.2.1"
    ):
        from comity.casefile.documents.demand import ChannelKind
        from comity.intake.message import Incoming

        return Incoming(
            ChannelKind.EMAIL,
            identifier,
            body,
            self.clock.now(),
            media_type="message/rfc822",
            name="message.eml",
            envelope_from=sender or "orders@authority.example",
            peer=peer,
        )

    def call(self, form: dict, identifier: str = "key-1", client: str | None = None):
        from comity.casefile.documents.demand import ChannelKind
        from comity.intake.message import Incoming

        return Incoming(
            ChannelKind.API,
            identifier,
            form if isinstance(form, bytes) else orders.as_json(form),
            self.clock.now(),
            media_type="application/json",
            name="order.json",
            client=client or self.client,
        )

    def receive(self, message):
        from comity.intake import service

        read = service.examine(message, self.means)
        with self.work() as work:
            return service.receive(work, message, self.means, read)

    def stored(self, case: str, digest: str) -> bytes:
        with self.work() as work:
            pieces = self.means.vault.open(work, case, digest, purpose="test")
        return b"".join(pieces)


@pytest.fixture
def front(database: object, clock: FixedClock, tmp_path: Path) -> Front:
    from registry_playbook import begin_at, confirm, found, proposal_of, propose

    from comity.casefile.evidence import KeyEncryptionKeys, Vault
    from comity.intake.ports import Means
    from comity.law.provider import parse_provider
    from comity.registry import service as registry
    from comity.registry.directory import Directory

    work = begin_at(clock)
    people = found(work)
    authority = confirm(work, people, propose(work, people, proposal_of(clock, people)))
    seal = orders.Authority.named()
    with work(people.anna) as opened:
        certificate = registry.enrol_certificate(
            opened, by=people.anna, authority=authority, certificate=seal.pem, label="Seal"
        )
        client = registry.enrol_client(opened, by=people.anna, authority=authority, label="Case system")
    for credential in (certificate, client.credential):
        with work(people.ben) as opened:
            registry.confirm_credential(opened, by=people.ben, credential=credential)
    keys = KeyEncryptionKeys.parse(f"k1 {base64.b64encode(secrets.token_bytes(32)).decode()}")
    means = Means(registry=Directory(), vault=Vault(tmp_path / "vault", keys), provider=parse_provider(PROFILE))
    return Front(clock, means, authority, client.client_id, seal)
