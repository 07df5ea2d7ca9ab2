"""The vault: custody is entered, the law's periods hold, and what is erased is gone."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.record import CustodyEvent, ErasureCertificate
from comity.casefile.evidence import KeyEncryptionKeys, Vault, new_line
from comity.casefile.evidence.errors import (
    ExhibitDamaged,
    ExhibitErased,
    ExhibitMissing,
    HoldStands,
    InvalidExhibit,
    NotYetEntered,
    OutsideUnitOfWork,
    PeriodRunning,
    PeriodUnknown,
    PurposeMissing,
    UnknownExhibit,
    UnknownHold,
    UnknownKey,
    WrongKey,
)
from comity.casefile.records import record, unit_of_work
from comity.casefile.records.roles import Role

pytestmark = pytest.mark.usefixtures("database")

CASE = new_id()
PERIOD = timedelta(days=184)
PLAIN = b"the post and its picture"
DIGEST = hashlib.sha256(PLAIN).hexdigest()
WHY = "preservation (2021/784 Art 6(1))"
LAW = ("2021/784 Art 6(2)",)


@pytest.fixture
def keys() -> KeyEncryptionKeys:
    return KeyEncryptionKeys.parse(new_line("2026"))


@pytest.fixture
def vault(tmp_path, keys) -> Vault:
    return Vault(tmp_path / "vault", keys)


def work(clock: FixedClock, actor: str = "staff:anna"):
    return unit_of_work(clock.now(), actor)


def taken_in(vault: Vault, clock: FixedClock, plain: bytes = PLAIN, case: str = CASE):
    with work(clock) as unit:
        return vault.take_in(unit, case, [plain], media_type="text/plain", name="post.txt", purpose=WHY)


def with_period(vault: Vault, clock: FixedClock) -> Instant:
    until = clock.now().plus(PERIOD)
    with work(clock) as unit:
        vault.hold(unit, CASE, DIGEST, because="2021/784 Art 6(2)", until=until)
    return until


def read(vault: Vault, clock: FixedClock, digest: str = DIGEST, case: str = CASE) -> bytes:
    with work(clock) as unit:
        stream = vault.open(unit, case, digest, purpose="administrative review")
    return b"".join(stream)


def files(vault: Vault) -> list[str]:
    return list(vault._directory.names())


def custody(case: str = CASE) -> list[CustodyEvent]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM document WHERE case_id = %s AND kind = 'custody' ORDER BY xact", [case])
        return [CustodyEvent.from_canonical(bytes(body)) for (body,) in cursor.fetchall()]


def erased(vault: Vault, clock: FixedClock, documents: tuple[str, ...] = ()):
    with work(clock, "system:clocks") as unit:
        return vault.erase(unit, CASE, because="the period ended", citations=LAW, documents=documents)


def test_what_goes_in_comes_out_and_each_step_is_entered(vault, clock):
    exhibit = taken_in(vault, clock)
    assert (exhibit.digest, exhibit.size, exhibit.media_type, exhibit.name) == (DIGEST, 24, "text/plain", "post.txt")
    assert read(vault, clock) == PLAIN
    assert [(event.event, event.by, event.exhibit) for event in custody()] == [
        ("taken_in", "staff:anna", DIGEST),
        ("opened", "staff:anna", DIGEST),
    ]
    assert custody()[1].purpose == "administrative review"
    assert vault.verify(CASE, DIGEST) == exhibit


def test_neither_plaintext_nor_digest_is_on_the_disk(vault, clock, tmp_path):
    taken_in(vault, clock)
    (path,) = [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]
    assert DIGEST[:8] not in path.name
    assert PLAIN[:8] not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_no_byte_is_read_before_its_opening_is_committed(vault, clock):
    taken_in(vault, clock)
    with work(clock) as unit:
        stream = vault.open(unit, CASE, DIGEST, purpose="review")
        with pytest.raises(NotYetEntered):
            next(stream)
    with work(clock) as unit:
        stream = vault.open(unit, CASE, DIGEST, purpose="review")
        transaction.set_rollback(True)
    with pytest.raises(NotYetEntered):
        next(stream)
    assert [event.event for event in custody()] == ["taken_in", "opened"]


def test_the_same_bytes_twice_in_a_case_are_one_exhibit_in_two_cases_two(vault, clock):
    taken_in(vault, clock)
    taken_in(vault, clock)
    assert len(files(vault)) == 1
    assert len(vault.exhibits(CASE)) == 1
    assert [event.event for event in custody()] == ["taken_in", "taken_in"]
    other = new_id()
    taken_in(vault, clock, case=other)
    assert len(files(vault)) == 2
    assert read(vault, clock, case=other) == PLAIN


def test_nothing_is_opened_from_another_case(vault, clock):
    taken_in(vault, clock)
    with pytest.raises(UnknownExhibit):
        read(vault, clock, case=new_id())


def test_the_wrong_key_opens_nothing(vault, clock, tmp_path):
    taken_in(vault, clock)
    for line, failure in ((new_line("2026"), WrongKey), (new_line("2027"), UnknownKey)):
        with pytest.raises(failure):
            read(Vault(tmp_path / "vault", KeyEncryptionKeys.parse(line)), clock)
    assert [event.event for event in custody()] == ["taken_in"]


def test_a_changed_missing_or_exchanged_file_is_found(vault, clock, tmp_path):
    taken_in(vault, clock)
    other = hashlib.sha256(b"another").hexdigest()
    taken_in(vault, clock, b"another")
    first, second = sorted(path for path in (tmp_path / "vault").rglob("*") if path.is_file())
    kept = first.read_bytes(), second.read_bytes()
    first.write_bytes(kept[1])
    second.write_bytes(kept[0])
    for digest in (DIGEST, other):
        with pytest.raises(ExhibitDamaged):
            read(vault, clock, digest)
        with pytest.raises(ExhibitDamaged):
            vault.verify(CASE, digest)
    first.unlink()
    second.unlink()
    for digest in (DIGEST, other):
        with pytest.raises(ExhibitMissing):
            read(vault, clock, digest)


def test_nothing_is_erased_while_the_period_is_unknown_or_running(vault, clock):
    taken_in(vault, clock)
    with pytest.raises(PeriodUnknown):
        erased(vault, clock)
    until = with_period(vault, clock)
    clock.set(until.plus(timedelta(microseconds=-1)))
    with pytest.raises(PeriodRunning):
        erased(vault, clock)
    assert read(vault, clock) == PLAIN


def test_after_the_period_the_exhibit_is_gone_and_the_certificate_says_why(vault, clock):
    taken_in(vault, clock)
    with work(clock) as unit:
        document = record(unit, CASE, "demand", b'{"secret":1}')
    clock.set(with_period(vault, clock))
    result = erased(vault, clock, (document,))
    assert result.certificate.exhibits == (DIGEST,)
    assert (result.certificate.citations, result.certificate.at) == (LAW, clock.now())
    with pytest.raises(ExhibitErased):
        read(vault, clock)
    assert files(vault) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped_key, state, entry FROM exhibit")
        assert [(key, state, entry.hex) for key, state, entry in cursor.fetchall()] == [(None, "erased", result.entry)]
        cursor.execute("SELECT salt, body FROM document WHERE id = %s", [document])
        assert cursor.fetchall() == [(None, None)]
        cursor.execute("SELECT body FROM document WHERE kind = 'erasure'")
        assert ErasureCertificate.from_canonical(bytes(cursor.fetchone()[0])) == result.certificate
    assert custody()[-1].event == "erased"
    (left,) = vault.exhibits(CASE)
    assert left.erased


def test_an_erasure_repeated_gives_the_certificate_that_is_there(vault, clock):
    taken_in(vault, clock)
    clock.set(with_period(vault, clock))
    first = erased(vault, clock)
    clock.advance(timedelta(days=1))
    assert erased(vault, clock) == first
    with pytest.raises(UnknownExhibit), work(clock) as unit:
        vault.erase(unit, new_id(), because="x", citations=LAW)


def test_a_hold_outlives_the_period_until_it_is_released(vault, clock):
    taken_in(vault, clock)
    end = with_period(vault, clock)
    with work(clock) as unit:
        first = vault.hold(unit, CASE, DIGEST, because="proceedings 12/26", until=None)
        vault.hold(unit, CASE, DIGEST, because="proceedings 13/26", until=None)
    clock.set(end)
    with pytest.raises(HoldStands, match="proceedings"):
        erased(vault, clock)
    with work(clock) as unit, pytest.raises(UnknownHold):
        vault.release(unit, CASE, DIGEST, because="ended")
    with work(clock) as unit:
        vault.release(unit, CASE, DIGEST, because="ended", hold=first)
    with pytest.raises(HoldStands, match="13/26"):
        erased(vault, clock)
    with work(clock) as unit:
        vault.release(unit, CASE, DIGEST, because="ended")
    assert erased(vault, clock).certificate.exhibits == (DIGEST,)
    assert [event.event for event in custody()].count("released") == 2


def test_a_legal_period_is_never_released_but_may_be_extended(vault, clock):
    taken_in(vault, clock)
    end = with_period(vault, clock)
    with work(clock) as unit, pytest.raises(PeriodRunning):
        vault.release(unit, CASE, DIGEST, because="we would like to")
    with work(clock) as unit:
        vault.hold(unit, CASE, DIGEST, because="request of the court", until=end.plus(timedelta(days=30)))
    clock.set(end)
    with pytest.raises(PeriodRunning):
        erased(vault, clock)
    clock.advance(timedelta(days=30))
    erased(vault, clock)
    with work(clock) as unit, pytest.raises(ExhibitErased):
        vault.hold(unit, CASE, DIGEST, because="too late", until=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exhibit SET wrapped_key = NULL, state = 'erased'",
        "UPDATE exhibit SET name = 'other'",
        "UPDATE exhibit SET wrapped_key = '\\x00'",
        "DELETE FROM exhibit",
        "TRUNCATE exhibit CASCADE",
        "DELETE FROM exhibit_hold",
        "UPDATE exhibit_hold SET until = NULL",
        "UPDATE exhibit_hold SET released = true",
        "SELECT erase_exhibit(id, entry) FROM exhibit",
        "SELECT erase_exhibit(id, (SELECT id FROM document WHERE kind = 'erasure')) FROM exhibit",
        "SELECT rewrap_exhibit(id, 'k', '\\x00', entry) FROM exhibit",
        "INSERT INTO exhibit SELECT gen_random_uuid(), case_id, '\\x" + "00" * 32 + "', 0, 'a/b', 'n', 'k', '\\x00',"
        " 'f', 'held', entry FROM exhibit",
    ],
)
@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_the_database_itself_refuses(vault, clock, connect, statement, role):
    taken_in(vault, clock)
    with_period(vault, clock)
    with work(clock) as unit:
        record(unit, CASE, "erasure", b'{"documents":[],"exhibits":["%s"]}' % DIGEST.encode())
    with pytest.raises(psycopg.Error):
        connect(role).execute(statement)
    assert read(vault, clock) == PLAIN


def test_a_certificate_alone_does_not_erase_what_a_hold_keeps(vault, clock):
    taken_in(vault, clock)
    clock.set(with_period(vault, clock))
    with work(clock) as unit:
        vault.hold(unit, CASE, DIGEST, because="proceedings", until=None)
    with work(clock) as unit, connection.cursor() as cursor:
        entry = record(unit, CASE, "erasure", b'{"documents":[],"exhibits":["%s"]}' % DIGEST.encode())
        with pytest.raises(DatabaseError, match="hold stands"):
            cursor.execute("SELECT erase_exhibit(id, %s) FROM exhibit", [entry])
        transaction.set_rollback(True)


def test_custody_needs_a_purpose_a_digest_and_a_unit_of_work(vault, clock):
    taken_in(vault, clock)
    with work(clock) as unit:
        with pytest.raises(PurposeMissing):
            vault.open(unit, CASE, DIGEST, purpose=" \n")
        with pytest.raises(InvalidExhibit):
            vault.open(unit, CASE, DIGEST.upper(), purpose="review")
        with pytest.raises(InvalidExhibit):
            vault.take_in(unit, CASE, [b""], media_type="html", name="x", purpose=WHY)
    with pytest.raises(OutsideUnitOfWork):
        vault.open(unit, CASE, DIGEST, purpose="review")


def test_hostile_names_are_kept_but_cannot_deceive(vault, clock):
    with work(clock) as unit:
        exhibit = vault.take_in(
            unit, CASE, [], media_type="Text/HTML; charset=x", name="../a\x00\u202efdp.exe" + "x" * 999, purpose=WHY
        )
    assert exhibit.media_type == "text/html"
    assert exhibit.name.startswith("../a\ufffd\ufffdfdp.exe")
    assert len(exhibit.name) == 200
    assert read(vault, clock, exhibit.digest) == b""


def test_a_new_key_encryption_key_takes_over(vault, clock, tmp_path):
    old, new = new_line("2025"), new_line("2026")
    before = Vault(tmp_path / "v", KeyEncryptionKeys.parse(old))
    with work(clock) as unit:
        before.take_in(unit, CASE, [PLAIN], media_type="a/b", name="n", purpose=WHY)
    both = Vault(tmp_path / "v", KeyEncryptionKeys.parse(old + new))
    with work(clock) as unit:
        assert both.rewrap(unit, CASE, DIGEST, because="yearly change")
        assert not both.rewrap(unit, CASE, DIGEST, because="yearly change")
    after = Vault(tmp_path / "v", KeyEncryptionKeys.parse(new))
    assert read(after, clock) == PLAIN
    with pytest.raises(UnknownKey):
        read(before, clock)


def test_where_the_same_bytes_came_before_is_known_without_opening_them(vault, clock):
    from comity.casefile.evidence.seen import seen_in

    one, other, plain = new_id(), new_id(), b"a letter that comes twice"
    digest = hashlib.sha256(plain).hexdigest()
    assert seen_in(digest) == ()
    taken_in(vault, clock, plain, one)
    taken_in(vault, clock, plain, other)
    assert seen_in(digest) == tuple(sorted((one, other)))
