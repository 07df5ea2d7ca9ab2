"""The vault: takes bytes into custody, gives them out for a purpose, holds them, erases them. Each is an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import connection, transaction

from comity.casefile.clock import Instant
from comity.casefile.documents.identifiers import new_id
from comity.casefile.documents.record import CustodyEvent, ErasureCertificate
from comity.casefile.evidence import cipher, rules, store
from comity.casefile.evidence.errors import ExhibitErased, NotYetEntered, OutsideUnitOfWork, UnknownExhibit
from comity.casefile.evidence.files import ExhibitStore, VaultDirectory, WrittenFile
from comity.casefile.evidence.keys import KeyEncryptionKeys, new_key
from comity.casefile.evidence.rules import Hold
from comity.casefile.records import UnitOfWork, erase_document, record, record_all


@dataclass(frozen=True)
class Exhibit:
    """Bytes in custody: SHA-256 of the plaintext in hexadecimal, its size in bytes, what it is, what it was called."""

    digest: str
    size: int
    media_type: str
    name: str


@dataclass(frozen=True)
class Custody:
    """An exhibit with what is known of its custody."""

    exhibit: Exhibit
    erased: bool
    holds: tuple[Hold, ...]
    entry: str
    """The entry of its taking in or, once erased, of the certificate of erasure."""


@dataclass(frozen=True)
class Staged:
    """Bytes already encrypted on the disk for one case, not yet in custody. Dropped, they are swept away."""

    case: str
    exhibit: Exhibit
    kek: str
    wrapped_key: bytes
    written: WrittenFile


@dataclass(frozen=True)
class Erasure:
    """The entered certificate of an erasure."""

    entry: str
    certificate: ErasureCertificate


class Vault:
    """Exhibits of all cases in one store, their keys wrapped by the provider's key-encryption keys."""

    def __init__(self, place: Path | ExhibitStore, keys: KeyEncryptionKeys) -> None:
        """Take a directory (made when missing, readable by its owner only) or another store, and the keys."""
        self._directory: ExhibitStore = VaultDirectory(place) if isinstance(place, Path) else place
        self._keys = keys

    def stage(self, case: str, chunks: Iterable[bytes], *, media_type: str, name: str) -> Staged:
        """Encrypt a stream onto the disk, outside of any transaction; ``admit`` then takes it into custody."""
        shown = (rules.media_type(media_type), rules.name(name))
        key, seen = new_key(), cipher.Digester()
        written = self._directory.write(cipher.encrypt(key, cipher.new_head(), chunks, seen))
        kek, wrapped = self._keys.wrap(key, _context(case, written.name))
        return Staged(case, Exhibit(seen.digest, seen.size, *shown), kek, wrapped, written)

    def admit(self, work: UnitOfWork, staged: Staged, *, purpose: str) -> Exhibit:
        """Take what was staged into custody; bytes that the case holds already stay the one exhibit they are."""
        return self.admit_all(work, [staged], purpose=purpose)[0]

    def admit_all(self, work: UnitOfWork, staged: Sequence[Staged], *, purpose: str) -> list[Exhibit]:
        """``admit`` for everything that one case gets at once, in two statements."""
        _within_transaction()
        if not staged:
            return []
        case, digests = staged[0].case, [one.exhibit.digest for one in staged]
        entries = _custodies(work, case, digests, "taken_in", purpose)
        rows = [_row(one, entry) for one, entry in zip(staged, entries, strict=True)]
        inserted = store.insert(rows)
        return [self._admitted(one, new=row.id in inserted) for one, row in zip(staged, rows, strict=True)]

    def _admitted(self, staged: Staged, *, new: bool) -> Exhibit:
        if new:
            # The closure keeps the file locked until commit; on rollback it is dropped, and the lock with it.
            transaction.on_commit(staged.written.release)
            return staged.exhibit
        self._directory.remove(staged.written.name)
        staged.written.release()
        return _exhibit(self._held(staged.case, staged.exhibit.digest))

    def take_in(
        self, work: UnitOfWork, case: str, chunks: Iterable[bytes], *, media_type: str, name: str, purpose: str
    ) -> Exhibit:
        """Take a stream of bytes into custody: on the disk before the row, in one transaction with its entry."""
        return self.admit(work, self.stage(case, chunks, media_type=media_type, name=name), purpose=purpose)

    def open(self, work: UnitOfWork, case: str, digest: str, *, purpose: str, start: int = 0) -> Iterator[bytes]:
        """Enter the opening; the bytes from ``start`` can be read once it is committed, so outside of the unit of work.

        Raises ``UnknownExhibit``, ``ExhibitErased``, ``ExhibitMissing``, ``UnknownKey`` or ``WrongKey`` at once;
        reading raises ``NotYetEntered``, or ``ExhibitDamaged`` at the first byte that is not as it was taken in.
        """
        _within_transaction()
        row = self._held(case, digest)
        key = self._key(row)
        self._directory.open(row.file).close()
        _custody(work, case, digest, "opened", purpose)
        committed: list[bool] = []
        transaction.on_commit(lambda: committed.append(True))
        return self._read(row, key, lambda: bool(committed), start)

    def verify(self, case: str, digest: str) -> Exhibit:
        """Compute the digest anew, giving no byte to anybody; raises as ``open`` and its reading do."""
        row = self._held(case, digest)
        for _ in self._read(row, self._key(row), lambda: True):
            pass
        return _exhibit(row)

    def exhibits(self, case: str) -> tuple[Custody, ...]:
        """All exhibits of a case with their holds, erased ones too."""
        rows = store.of_case(case)
        holds = store.holds([row.id for row in rows])
        return tuple(Custody(_exhibit(row), row.erased, tuple(holds[row.id]), row.entry) for row in rows)

    def hold(self, work: UnitOfWork, case: str, digest: str, *, because: str, until: Instant | None) -> str:
        """Forbid erasure until an instant (a legal period, never shortened) or, with ``None``, until released."""
        _within_transaction()
        store.lock_case(case)
        row = self._held(case, digest)
        end = f" until {until.z()}" if until else ""
        entry = _custody(work, case, digest, "held", rules.purpose(because) + end)
        self._directory.keep(row.file, until=until)  # before the commit: locked too long is harmless, too late is not
        return store.insert_holds([(row.id, entry)], rules.purpose(because), until)[0]

    def hold_all(self, work: UnitOfWork, case: str, *, because: str, until: Instant) -> int:
        """Put a legal period on every exhibit of a case that has not this one yet; gives how many that were."""
        _within_transaction()
        store.lock_case(case)
        standing = [one for one in store.of_case(case) if not one.erased]
        holds = store.holds([one.id for one in standing])
        rows = [one for one in standing if not any(hold.until == until for hold in holds[one.id])]
        said, digests = f"{rules.purpose(because)} until {until.z()}", [row.digest for row in rows]
        entries = _custodies(work, case, digests, "held", said)
        for row in rows:
            self._directory.keep(row.file, until=until)
        pairs = [(row.id, entry) for row, entry in zip(rows, entries, strict=True)]
        return len(store.insert_holds(pairs, rules.purpose(because), until))

    def release(self, work: UnitOfWork, case: str, digest: str, *, because: str, hold: str | None = None) -> None:
        """End an open-ended hold, the only standing one unless named; a legal period ends by itself alone."""
        _within_transaction()
        store.lock_case(case)
        row = self._held(case, digest)
        ending = rules.to_release(store.holds([row.id])[row.id], hold, work.at)
        store.release_hold(ending.id, _custody(work, case, digest, "released", because))
        if not any(hold.until is None and hold.stands(work.at) for hold in store.holds([row.id])[row.id]):
            transaction.on_commit(partial(self._directory.let_go, row.file))

    def erase(
        self, work: UnitOfWork, case: str, *, because: str, citations: tuple[str, ...], documents: tuple[str, ...] = ()
    ) -> Erasure:
        """Destroy the keys and files of all exhibits of a case, and salt and body of the named entries.

        Raises ``HoldStands``, ``PeriodRunning`` or ``PeriodUnknown``, and then nothing is erased. A repetition gives
        the certificate that is there. The files go after commit; what a crash leaves of them has no key.
        """
        _within_transaction()
        store.lock_case(case)
        rows = store.of_case(case)
        standing = [row for row in rows if not row.erased]
        if not standing:
            return _certificate_of(rows)
        holds = store.holds([row.id for row in rows])
        rules.may_erase({row.digest: tuple(holds[row.id]) for row in rows}, work.at)
        certificate = ErasureCertificate(
            case=case,
            exhibits=tuple(row.digest for row in standing),
            documents=documents,
            because=rules.purpose(because),
            citations=citations,
            at=work.at,
        )
        entry = record(work, case, ErasureCertificate.kind, certificate.canonical())
        for row in standing:
            _custody(work, case, row.digest, "erased", because)
            store.erase(row.id, entry)
            transaction.on_commit(partial(self._directory.remove, row.file))
        for document in documents:
            erase_document(work, document, entry)
        return Erasure(entry, certificate)

    def sweep(self) -> int:
        """Remove files that belong to no held exhibit and that nobody is writing; gives how many.

        Called outside of any transaction, so that it sees every row that is committed.
        """
        removed = 0
        names = list(self._directory.names())
        for start in range(0, len(names), 1000):
            page = names[start : start + 1000]
            held = store.files_held(page)
            for name in set(page) - held:
                removed += self._directory.remove_abandoned(name, partial(store.is_held, name))
        return removed

    @property
    def newest_key(self) -> str:
        """The key-encryption key that wraps whatever comes."""
        return self._keys.newest

    def rewrap(self, work: UnitOfWork, case: str, digest: str, *, because: str) -> bool:
        """Wrap the exhibit's key by the newest key-encryption key; false when it is already."""
        _within_transaction()
        store.lock_case(case)
        row = self._held(case, digest)
        if row.kek == self._keys.newest:
            return False
        kek, wrapped = self._keys.wrap(self._key(row), _context(case, row.file))
        store.rewrap(row.id, kek, wrapped, _custody(work, case, digest, "rewrapped", because))
        return True

    def _held(self, case: str, digest: str) -> store.Stored:
        row = store.find(case, rules.digest(digest))
        if row is None:
            raise UnknownExhibit(digest[:12])
        if row.erased:
            raise ExhibitErased(digest[:12])
        return row

    def _key(self, row: store.Stored) -> bytes:
        return self._keys.unwrap(row.kek, row.wrapped_key or b"", _context(row.case, row.file))

    def _read(self, row: store.Stored, key: bytes, entered: Callable[[], bool], start: int = 0) -> Iterator[bytes]:
        if not entered():
            raise NotYetEntered
        with self._directory.open(row.file) as file:
            yield from cipher.decrypt(key, file, digest=row.digest, size=row.size, start=start)


def _context(case: str, file: str) -> bytes:
    return f"{case}/{file}".encode("ascii")


def _custody(work: UnitOfWork, case: str, digest: str, event: str, purpose: str) -> str:
    return _custodies(work, case, [digest], event, purpose)[0]


def _custodies(work: UnitOfWork, case: str, digests: Sequence[str], event: str, purpose: str) -> list[str]:
    """One entry for each exhibit."""
    why = rules.purpose(purpose)
    happened = [
        CustodyEvent(case=case, exhibit=digest, event=event, by=work.actor, purpose=why, at=work.at)
        for digest in digests
    ]
    return record_all(work, case, CustodyEvent.kind, [one.canonical() for one in happened])


def _row(staged: Staged, entry: str) -> store.Stored:
    return store.Stored(
        id=new_id(),
        case=staged.case,
        digest=staged.exhibit.digest,
        size=staged.exhibit.size,
        media_type=staged.exhibit.media_type,
        name=staged.exhibit.name,
        kek=staged.kek,
        wrapped_key=staged.wrapped_key,
        file=staged.written.name,
        erased=False,
        entry=entry,
    )


def _exhibit(row: store.Stored) -> Exhibit:
    return Exhibit(row.digest, row.size, row.media_type, row.name)


def _within_transaction() -> None:
    if not connection.in_atomic_block:
        raise OutsideUnitOfWork


def _certificate_of(rows: list[store.Stored]) -> Erasure:
    if not rows:
        raise UnknownExhibit("the case has none")
    entry = rows[-1].entry
    return Erasure(entry, ErasureCertificate.from_canonical(store.certificate(entry)))
