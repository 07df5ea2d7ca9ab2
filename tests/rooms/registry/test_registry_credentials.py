# ruff: noqa: PT012 -- what is refused is the whole unit of work

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import DatabaseError
from registry_playbook import People, Work

from comity.casefile.clock import FixedClock
from comity.casefile.documents import new_id
from comity.registry import service, store_credentials
from comity.registry.directory import Directory
from comity.registry.errors import (
    AlreadyHeldError,
    NotReadyError,
    NotYourDutyError,
    SamePersonError,
    UnknownCredentialError,
    UnusableCertificateError,
    WrongStateError,
)
from comity.registry.rules import AuthenticatedSender, NotAuthenticated, SignatureFacts

GOOD = SignatureFacts("pades", intact=True, covers_whole_file=True)


def certificate(clock: FixedClock, days: int = 365) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Office central de test")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now().utc - timedelta(days=400))
        .not_valid_after(clock.now().utc + timedelta(days=days))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def enrol(work: Work, people: People, authority: str, der: bytes) -> str:
    with work(people.anna) as opened:
        return service.enrol_certificate(
            opened, by=people.anna, authority=authority, certificate=der, label="Seal 2026"
        )


def confirm(work: Work, by: str, credential: str) -> None:
    with work(by) as opened:
        service.confirm_credential(opened, by=by, credential=credential)


def test_a_certificate_counts_once_a_second_person_confirmed_it(
    work: Work, people: People, confirmed: str, clock: FixedClock
) -> None:
    der = certificate(clock)
    mark = sha256(der).hexdigest()
    assert isinstance(Directory().authenticate_signature(mark, GOOD, clock.now()), NotAuthenticated)
    id_ = enrol(work, people, confirmed, der)
    assert isinstance(Directory().authenticate_signature(mark, GOOD, clock.now()), NotAuthenticated)
    confirm(work, people.ben, id_)
    judged = Directory().authenticate_signature(mark.upper(), GOOD, clock.now())
    assert isinstance(judged, AuthenticatedSender)
    assert judged.authority.id == confirmed
    assert store_credentials.certificate_of(id_) == der
    assert [held.id for held in store_credentials.of_authority(confirmed)] == [id_]
    late = Directory().authenticate_signature(mark, GOOD, clock.now().plus(timedelta(days=366)))
    assert isinstance(late, NotAuthenticated)


def test_who_enrolled_it_does_not_confirm_it(work: Work, people: People, confirmed: str, clock: FixedClock) -> None:
    id_ = enrol(work, people, confirmed, certificate(clock))
    with pytest.raises(SamePersonError), work(people.anna) as opened:
        service.confirm_credential(opened, by=people.anna, credential=id_)
    with pytest.raises(DatabaseError, match="confirmed_by_another"), work(people.anna) as opened:
        entry = service._enter(opened, confirmed, "forged", people.anna, {})
        store_credentials.confirm(id_, by=people.anna, active_from=opened.at, entry=entry)


def test_a_further_key_waits_out_its_cooling_period(
    work: Work, people: People, confirmed: str, clock: FixedClock
) -> None:
    confirm(work, people.ben, enrol(work, people, confirmed, certificate(clock)))
    second = certificate(clock)
    confirm(work, people.carla, enrol(work, people, confirmed, second))
    mark = sha256(second).hexdigest()
    judged = Directory().authenticate_signature(mark, GOOD, clock.now())
    assert isinstance(judged, NotAuthenticated)
    assert "cooling" in judged.why
    clock.advance(timedelta(hours=24))
    assert isinstance(Directory().authenticate_signature(mark, GOOD, clock.now()), AuthenticatedSender)


def test_withdrawing_the_old_key_does_not_spare_the_new_one_its_cooling(
    work: Work, people: People, confirmed: str, clock: FixedClock
) -> None:
    first = enrol(work, people, confirmed, certificate(clock))
    confirm(work, people.ben, first)
    with work(people.ben) as opened:
        service.withdraw_credential(opened, by=people.ben, credential=first, because="Key lost")
    second = certificate(clock)
    confirm(work, people.ben, enrol(work, people, confirmed, second))
    judged = Directory().authenticate_signature(sha256(second).hexdigest(), GOOD, clock.now())
    assert isinstance(judged, NotAuthenticated)


def test_a_withdrawn_key_is_dead(work: Work, people: People, confirmed: str, clock: FixedClock) -> None:
    der = certificate(clock)
    id_ = enrol(work, people, confirmed, der)
    confirm(work, people.ben, id_)
    with work(people.carla) as opened:
        service.withdraw_credential(opened, by=people.carla, credential=id_, because="Key lost")
    judged = Directory().authenticate_signature(sha256(der).hexdigest(), GOOD, clock.now())
    assert isinstance(judged, NotAuthenticated)
    assert "withdrawn" in judged.why
    for again in (service.confirm_credential,):
        with pytest.raises(WrongStateError), work(people.ben) as opened:
            again(opened, by=people.ben, credential=id_)
    with pytest.raises(WrongStateError), work(people.ben) as opened:
        service.withdraw_credential(opened, by=people.ben, credential=id_, because="again")
    with pytest.raises(AlreadyHeldError):
        enrol(work, people, confirmed, der)


def test_a_key_of_an_unconfirmed_authority_is_not_confirmed(
    work: Work, people: People, proposed: str, clock: FixedClock
) -> None:
    id_ = enrol(work, people, proposed, certificate(clock))
    with pytest.raises(NotReadyError), work(people.ben) as opened:
        service.confirm_credential(opened, by=people.ben, credential=id_)


@pytest.mark.parametrize("data", [b"", b"-----BEGIN CERTIFICATE-----\nx\n", b"\x30\x03\x02\x01\x01", b"a" * 20_000])
def test_bytes_that_are_no_certificate_are_refused(work: Work, people: People, confirmed: str, data: bytes) -> None:
    with pytest.raises(UnusableCertificateError):
        enrol(work, people, confirmed, data)


def test_an_expired_certificate_is_not_enrolled(work: Work, people: People, confirmed: str, clock: FixedClock) -> None:
    with pytest.raises(UnusableCertificateError, match="expired"):
        enrol(work, people, confirmed, certificate(clock, days=-1))


def test_only_a_registrar_enrols(work: Work, people: People, confirmed: str) -> None:
    for by in (people.ben, people.carla, people.dan):
        with pytest.raises(NotYourDutyError), work(by) as opened:
            service.enrol_client(opened, by=by, authority=confirmed, label="Case system")


def test_a_client_belongs_to_one_authority(work: Work, people: People, confirmed: str, clock: FixedClock) -> None:
    with work(people.anna) as opened:
        made = service.enrol_client(opened, by=people.anna, authority=confirmed, label="Case system")
    assert len(made.client_secret) >= 100
    assert isinstance(Directory().authenticate_client(made.client_id, clock.now()), NotAuthenticated)
    confirm(work, people.ben, made.credential)
    judged = Directory().authenticate_client(made.client_id, clock.now())
    assert isinstance(judged, AuthenticatedSender)
    assert judged.authority.id == confirmed
    assert isinstance(Directory().authenticate_client("nobody\x00", clock.now()), NotAuthenticated)


@pytest.mark.parametrize("id_", ["", "x", "g" * 32])
def test_an_unknown_credential_is_refused(work: Work, people: People, confirmed: str, id_: str) -> None:
    with pytest.raises(UnknownCredentialError), work(people.ben) as opened:
        service.confirm_credential(opened, by=people.ben, credential=id_ or new_id())
    with pytest.raises(UnknownCredentialError):
        store_credentials.certificate_of(id_ or new_id())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_credential SET mark = 'another'",
        "UPDATE registry_credential SET active_from = '2000-01-01'",
        "UPDATE registry_credential SET withdrawn = false",
        "DELETE FROM registry_credential",
    ],
)
def test_not_even_the_owner_changes_a_key(
    work: Work,
    people: People,
    confirmed: str,
    clock: FixedClock,
    owner_connection: psycopg.Connection[object],
    statement: str,
) -> None:
    confirm(work, people.ben, enrol(work, people, confirmed, certificate(clock)))
    with pytest.raises(psycopg.Error):
        owner_connection.execute(statement)
