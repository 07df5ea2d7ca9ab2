"""Signed mail against the register: an enrolled OpenPGP certificate vouches, nothing else of a mail does."""

from __future__ import annotations

from datetime import timedelta

import pysequoia
import pytest

from comity.casefile.clock import WallClock
from comity.casefile.documents.demand import Hint
from comity.intake.origin import Origins
from comity.registry.errors import AlreadyHeldError, SamePersonError, UnusableCertificateError
from support import dns, letters, orders
from support.letters import PgpKey

KEY = PgpKey.named()
PDF = orders.as_fields_pdf(orders.order())


def member(name: str) -> str:
    from comity.registry import store_staff

    return next(person.member.id for person in store_staff.everybody() if person.member.name == name)


def codes(demand) -> set[str]:
    return {item.code for item in demand.document.faults}


@pytest.fixture
def enrolled(front):
    """The authority's OpenPGP certificate, enrolled by one of us and confirmed by another."""
    from comity.registry import service as registry

    # The library signs by the machine's clock: a signature of tomorrow would not be believed.
    front.clock.set(WallClock().now())
    anna, ben = member("Anna"), member("Ben")
    with front.work(f"staff:{anna}") as work:
        credential = registry.enrol_certificate(
            work, by=anna, authority=front.authority, certificate=KEY.public, label="Duty desk"
        )
    with front.work(f"staff:{anna}") as work, pytest.raises(SamePersonError):
        registry.confirm_credential(work, by=anna, credential=credential)
    with front.work(f"staff:{ben}") as work:
        registry.confirm_credential(work, by=ben, credential=credential)
    return credential, anna


def test_mail_signed_by_the_enrolled_key_is_verified(front, enrolled):
    for number, body in enumerate(
        (letters.pgp_mail(PDF, KEY), letters.text_mail(KEY.clear(orders.as_json(orders.order()))))
    ):
        demand = front.receive(front.mail(body, identifier=f"<{number}>")).document
        assert (demand.channel.sender_verified, demand.sender.method) == (True, "openpgp")
        assert demand.sender.authority == front.authority


def test_before_its_confirmation_and_after_its_withdrawal_a_key_proves_nothing(front, enrolled):
    from comity.registry import service as registry

    credential, anna = enrolled
    with front.work(f"staff:{anna}") as work:
        registry.withdraw_credential(work, by=anna, credential=credential, because="lost")
    demand = front.receive(front.mail(letters.pgp_mail(PDF, KEY)))
    assert demand.document.channel.sender_verified is False
    assert "certificate_withdrawn" in codes(demand)


def test_a_key_that_nobody_enrolled_verifies_nobody(front):
    demand = front.receive(front.mail(letters.pgp_mail(PDF, KEY)))
    assert demand.document.channel.sender_verified is False
    assert {"certificate_unknown", "sender_not_verified"} <= codes(demand)
    assert "signature_broken" not in codes(demand)


@pytest.mark.parametrize("openpgp", [True, False])
def test_another_author_than_the_signer_is_a_finding_and_gets_no_answer(front, enrolled, openpgp):
    sender = "Boss <boss@elsewhere.example>"
    body = letters.pgp_mail(PDF, KEY, sender) if openpgp else orders.signed_mail(PDF, front.seal, sender)
    demand = front.receive(front.mail(body))
    assert demand.document.channel.sender_verified is True
    assert codes(demand) == {"mail_author_other"}
    assert "elsewhere" not in (demand.document.sender.reply_to or "")


@pytest.mark.parametrize(
    "data",
    [
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
        str(KEY.secret).encode(),
        KEY.public + PgpKey.named("Another <b@authority.example>").public,
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----" + b"A" * 70_000,
        KEY.detached(b"x"),
    ],
    ids=["nonsense", "secret", "two", "large", "signature"],
)
def test_what_is_no_public_certificate_is_not_enrolled(front, data):
    from comity.registry import service as registry

    anna = member("Anna")
    with front.work(f"staff:{anna}") as work, pytest.raises(UnusableCertificateError):
        registry.enrol_certificate(work, by=anna, authority=front.authority, certificate=data, label="x")


def test_one_key_speaks_for_one_authority(front, enrolled):
    from comity.registry import service as registry

    _credential, anna = enrolled
    merged = pysequoia.Cert.from_bytes(KEY.binary)
    with front.work(f"staff:{anna}") as work, pytest.raises(AlreadyHeldError):
        registry.enrol_certificate(
            work, by=anna, authority=front.authority, certificate=str(merged).encode(), label="again"
        )


def test_the_way_of_a_mail_is_shown_and_decides_nothing(front):
    relay = "mx.board.example"
    line = f"Authentication-Results: {relay}; spf=pass smtp.mailfrom=authority.example\r\n".encode()
    with dns.serving({"_dmarc.authority.example": "v=DMARC1; p=reject"}) as (host, port, _asked):
        from comity.intake.resolver import DnsResolver

        object.__setattr__(front.means, "origins", Origins(DnsResolver(host, port), relay))
        demand = front.receive(front.mail(line + orders.mail(PDF))).document
    assert [(one.method, one.result, one.said_by) for one in demand.hints] == [
        ("spf", "pass", relay),
        ("dmarc", "pass", "us"),
    ]
    assert isinstance(demand.hints[0], Hint)
    assert demand.channel.sender_verified is None
    assert demand.sender.authority == front.authority
    assert "sender_not_verified" in {fault.code for fault in demand.faults}


def test_a_signature_that_claims_to_be_made_later_than_it_came_proves_nothing(front, enrolled):
    front.clock.set(front.clock.now().plus(timedelta(days=-1)))
    demand = front.receive(front.mail(letters.pgp_mail(PDF, KEY)))
    assert demand.document.channel.sender_verified is False
    assert "signature_claimed_time" in codes(demand)
