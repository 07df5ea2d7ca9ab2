"""``comity keys``: a change of keys from the two people who want it to the files, each step entered and repeatable.

Every change has the same order: make the new key beside the old one · enter the change, which names both people · let
the files follow. Killed anywhere, the same command goes on from there: the new key is the one that lies ready, and a
change that is entered is not entered twice. Processes that run follow the files by themselves.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from comity.casefile import audit
from comity.casefile.audit import key_changes, key_files
from comity.casefile.audit import store as log_store
from comity.casefile.audit.errors import NotInCheckpoint, SequencerElsewhere
from comity.casefile.audit.key_changes import KeyChangeNote
from comity.casefile.audit.keys import VerifierKey
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.clock import Clock, WallClock
from comity.casefile.documents import Document
from comity.casefile.documents.keys import KEYS_CASE, KeyChange, LogKeyChange
from comity.casefile.evidence import KeyEncryptionKeys, Vault, rotation
from comity.casefile.records import unit_of_work
from comity.casefile.records.private import destroy
from comity.casefile.records.roles import Role, Server
from comity.main import seal_change
from comity.main.house import Places, exhibit_keys, exhibit_store, kek_file, log_keys
from comity.main.two_people import Pair
from comity.settings import Settings, UnusableSettings


class Keyring:
    """The house's keys in the hands of two people."""

    def __init__(
        self, settings: Settings, server: Server, pair: Pair, because: str, clock: Clock | None = None
    ) -> None:
        self._settings, self._server, self._pair = settings, server, pair
        self._because, self._clock = because.strip(), clock or WallClock()
        self._keys = Places(settings.home).keys
        if not self._because:
            message = "a change of keys has a reason (--because)"
            raise UnusableSettings(message)

    # --- Exhibits ---------------------------------------------------------------------------------------------------

    def rotate_exhibits(self) -> str:
        """A new key-encryption key, and every exhibit wrapped by it; unfinished, the newest key is finished first."""
        path, vault = kek_file(self._settings), Vault(exhibit_store(self._settings), exhibit_keys(self._settings))
        known = KeyEncryptionKeys.from_file(path)
        unfinished = {kek for kek in rotation.wrapped_by() if kek != known.newest}
        name = known.newest if unfinished and len(known.identifiers) > 1 else f"kek-{self._clock.now().z()[:19]}"
        name = name.replace(":", "")
        rotation.add_key(path, name)
        self._enter(self._change("exhibits", "introduced", (name,)))
        done = sum(rotation.rewrap_all(vault, self._clock, self._pair.actor, self._because))
        return f"{name} wraps every exhibit ({done} wrapped anew). Retire the old keys: comity keys retire exhibits"

    def retire_exhibits(self) -> str:
        """Every key but the newest: refused while it wraps anything, then destroyed."""
        path = kek_file(self._settings)
        known = KeyEncryptionKeys.from_file(path)
        for name in known.identifiers[:-1]:
            if name not in rotation.retired():
                change = self._change("exhibits", "retired", (name,), (known.newest,))
                with unit_of_work(self._clock.now(), self._pair.actor) as work:
                    rotation.retire(work, name, audit.enter(work, KEYS_CASE, change).entry)
            rotation.remove_key(path, name)
        return (
            f"Only {known.newest} is left. Backups made before the last change need the old keys: keep none of "
            "them, or keep the old file of keys with them, apart."
        )

    # --- Log --------------------------------------------------------------------------------------------------------

    def rotate_log(self) -> str:
        """New keys for the log, entered and signed by the old ones; from then on both sign."""
        origin = self._settings.log_origin
        if key_files.overlapping(self._keys) and not key_files.unfinished(self._keys):
            message = "the last change is not finished: comity keys retire log"
            raise UnusableSettings(message)
        old, new = key_files.load(self._keys, origin), key_files.next_keys(self._keys, origin)
        fresh = tuple(key for key in new.signing if key.verifier not in old.verifiers)
        ids = tuple(key.key_id.hex() for key in new.verifiers)
        note = KeyChangeNote(origin, self._size(), new.verifiers).signed((*old.signing, *fresh))
        self._enter(self._change("log", "introduced", ids), LogKeyChange(note=note))
        key_files.write_verifiers(self._keys, {*new.verifiers, *key_files.verifiers(self._keys)})
        key_files.install_next(self._keys)
        self._publish()
        return f"Checkpoints are signed by {', '.join(ids)} too. Tell your witnesses, then: comity keys retire log"

    def retire_log(self) -> str:
        """The old keys: worth nothing beyond the present size of the log, and destroyed."""
        old = key_files.overlapping(self._keys)
        if not old:
            return "No old key of the log signs."
        ids = tuple(key.verifier.key_id.hex() for key in old)
        signing = key_files.load(self._keys, self._settings.log_origin).signing
        successors = tuple(key.verifier.key_id.hex() for key in signing if key.verifier.key_id.hex() not in ids)
        note = KeyChangeNote(self._settings.log_origin, self._size(), (), ids).signed(signing)
        self._enter(self._change("log", "retired", ids, successors), LogKeyChange(note=note))
        key_files.write_verifiers(self._keys, self._followed())
        key_files.drop_old(self._keys)
        self._publish()
        return f"{', '.join(ids)} sign no longer; checkpoints up to the present size stay verifiable by them."

    # --- Seal -------------------------------------------------------------------------------------------------------

    def rotate_seal(self, file: Path | None = None) -> str:
        """A new key and certificate for the seal; the old certificate stays, for whoever checks old answers."""
        fresh = seal_change.prepared(self._settings, file, self._clock.now())
        old = seal_change.fingerprint(seal_change.current(self._settings))
        self._enter(self._change("seal", "introduced", (seal_change.fingerprint(fresh),), (old,)))
        seal_change.install(self._settings)
        return "New answers bear the new seal. Older ones stay verifiable; retire the old key: comity keys retire seal"

    def retire_seal(self) -> str:
        """The old seals' private keys are destroyed; their certificates stay."""
        old = seal_change.old_keys(self._settings)
        for path in old:
            print_of = (seal_change.fingerprint(path.read_bytes()),)
            now = (seal_change.fingerprint(seal_change.current(self._settings)),)
            self._enter(self._change("seal", "retired", print_of, now))
            destroy(path)
        return f"{len(old)} old keys destroyed; their certificates stay in {self._keys}."

    # --- Common -----------------------------------------------------------------------------------------------------

    def _change(self, keys: str, change: str, ids: tuple[str, ...], successor: tuple[str, ...] = ()) -> KeyChange:
        return KeyChange(
            keys=keys,
            change=change,
            identifiers=ids,
            successor=successor,
            by=self._pair.first,
            second=self._pair.second,
            because=self._because,
            at=self._clock.now(),
        )

    def _enter(self, change: KeyChange, note: LogKeyChange | None = None) -> None:
        """Enter a change once, and wait until a checkpoint has it: only then do the files follow."""
        entry = self._entered(change)
        if entry is None:
            with unit_of_work(self._clock.now(), self._pair.actor) as work:
                if note is not None:
                    audit.enter(work, KEYS_CASE, note)
                entry = audit.enter(work, KEYS_CASE, change).entry
        self._settle(entry, KeyChange)

    @staticmethod
    def _entered(change: KeyChange) -> str | None:
        for row in audit.entries_of(KEYS_CASE):
            if row.kind == KeyChange.kind and row.body is not None:
                found = KeyChange.from_canonical(row.body)
                if (found.keys, found.change, found.identifiers) == (change.keys, change.change, change.identifiers):
                    return row.entry
        return None

    def _settle(self, entry: str, kind: type[Document]) -> None:
        """Wait for the sequencer; where none runs, be it."""
        entered = audit.find(entry, kind)
        for _ in range(60):
            try:
                audit.wait_until_proven(entered, 0.5)
            except NotInCheckpoint:
                self._sequence()
            else:
                return
        audit.prove(entered)

    def _sequence(self) -> None:
        place = self._server.parameters(Role.SEQUENCER)
        tiles = Places(self._settings.home).tiles
        sequencer = Sequencer(
            lambda: psycopg.connect(**place, autocommit=True), log_keys(self._settings), tiles, self._clock
        )
        try:
            sequencer.step()
        except SequencerElsewhere:
            return
        finally:
            sequencer.close()

    def _size(self) -> int:
        with log_store.application() as conn:
            head = log_store.newest_signed(conn)
        return head.frontier.size if head else 0

    def _followed(self) -> tuple[VerifierKey, ...]:
        """Every key as the entered changes say, from the first ones on."""
        with log_store.application() as conn:
            notes = [LogKeyChange.from_canonical(body).note for _, _, body in key_changes.entered(conn)]
        introduced = {key.key_id for note in notes for key in key_changes.introduced(note)}
        known = key_files.verifiers(self._keys)
        first = [VerifierKey(key.name, key.type, key.public) for key in known if key.key_id not in introduced]
        return key_changes.follow(self._settings.log_origin, first, notes)

    def _publish(self) -> None:
        with log_store.application() as conn:
            key_changes.publish(conn, Places(self._settings.home).tiles)
