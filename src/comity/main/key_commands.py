"""The programs behind ``comity keys`` and ``comity migrate``: they open the house, ask, and print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity.casefile.audit import key_files
from comity.main.house import Places, kek_file, seal_file
from comity.main.opened import opened
from comity.settings import Settings


def keys_list(settings: Settings) -> int:
    """Every key, its state and what depends on it."""
    with opened(settings):
        for line in _lines(settings):
            print(line)  # noqa: T201 -- the command's answer
    return 0


def keys_rotate(
    settings: Settings, keys: str, people: tuple[tuple[str, str], ...], because: str, file: str | None = None
) -> int:
    """Introduce a new key."""
    return _change(settings, f"rotate_{keys}", people, because, Path(file) if file else None)


def keys_retire(settings: Settings, keys: str, people: tuple[tuple[str, str], ...], because: str) -> int:
    """Retire the old keys."""
    return _change(settings, f"retire_{keys}", people, because, None)


def migrate(settings: Settings, look: bool) -> int:  # noqa: FBT001 -- a command's option
    """Bring the tables to this version, or only say what that would be."""
    with opened(settings) as server:
        from comity.casefile.records.migrate import migrate as bring  # noqa: PLC0415 -- after Django
        from comity.casefile.records.migrate import pending  # noqa: PLC0415 -- the same

        waiting = pending()
        for name in waiting:
            print(name)  # noqa: T201 -- the command's answer
        if not look:
            bring(server)
    print(f"{len(waiting)} changes of tables {'would run' if look else 'ran'}.")  # noqa: T201 -- the same
    return int(look and bool(waiting))


def _change(
    settings: Settings, change: str, people: tuple[tuple[str, str], ...], because: str, file: Path | None
) -> int:
    with opened(settings) as server:
        from comity.main.keyring import Keyring  # noqa: PLC0415 -- after Django
        from comity.main.two_people import pair_of  # noqa: PLC0415 -- the same

        keyring = Keyring(settings, server, pair_of(people), because)
        said = keyring.rotate_seal(file) if change == "rotate_seal" else getattr(keyring, change)()
    print(said)  # noqa: T201 -- the command's answer
    return 0


def _lines(settings: Settings) -> Iterator[str]:
    from comity.casefile.evidence import KeyEncryptionKeys, rotation  # noqa: PLC0415 -- after Django
    from comity.main import seal_change  # noqa: PLC0415 -- the same

    known, wraps = KeyEncryptionKeys.from_file(kek_file(settings)), rotation.wrapped_by()
    for name in known.identifiers:
        state = "wraps what comes" if name == known.newest else "old"
        yield f"exhibits {name}: {state}, {wraps.get(name, 0)} exhibits depend on it"
    for name in sorted(set(wraps) - set(known.identifiers)):
        yield f"exhibits {name}: MISSING, {wraps[name]} exhibits cannot be read"
    folder = Places(settings.home).keys
    signing = {key.key_id for key in key_files.load(folder, settings.log_origin).verifiers}
    for key in key_files.verifiers(folder):
        state = "signs" if key.key_id in signing else f"retired at {key.until} entries"
        yield f"log {key.key_id.hex()} ({key.type.name}): {state}"
    if settings.seal_token is not None:
        yield "seal: in a token"
        return
    yield f"seal {seal_change.fingerprint(seal_change.current(settings))[:16]}: seals ({seal_file(settings)})"
    for path in seal_change.old_keys(settings):
        yield f"seal {path.name.split('-')[1].split('.')[0]}: old, its key is still there"
