"""Keys lie apart from one another, for their owner alone, and a file that others could read is not used."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.casefile.audit import key_files
from comity.casefile.audit.errors import UnsafeKeyFile
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.evidence.errors import EvidenceError
from comity.casefile.evidence.keys import KeyEncryptionKeys
from comity.casefile.records.private import ReadableByOthers, read_private
from comity.delivery import Seal
from comity.delivery.errors import UnusableSeal
from comity.main.house import make_keys
from comity.platform.board.settings import BoardSettings
from comity.platform.errors import Misconfigured
from comity.settings import Settings

ORIGIN = "comity.example/log"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from support.night import PROVIDER

    home = tmp_path_factory.mktemp("home")
    (home / "provider.yaml").write_text(PROVIDER)
    settings = Settings(home=home, provider=home / "provider.yaml", log_origin=ORIGIN)
    make_keys(settings, FixedClock(Instant.parse("2026-11-23T01:13:00Z")))
    return home / "keys"


def private(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != key_files.VERIFIERS)


def test_a_key_is_stolen(keys: Path) -> None:
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    names = {path.name for path in private(keys)}
    assert names == {"log-ed25519.key", "log-ml-dsa-44.key", "exhibits.keys", "seal.pem", "sessions.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in private(keys)} == {0o600}
    assert len({path.read_bytes() for path in private(keys)}) == len(names)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
@pytest.mark.parametrize(
    ("name", "read", "refusal"),
    [
        ("log-ed25519.key", lambda path: key_files.load(path.parent, ORIGIN), UnsafeKeyFile),
        ("log-ml-dsa-44.key", lambda path: key_files.load(path.parent, ORIGIN), UnsafeKeyFile),
        ("exhibits.keys", KeyEncryptionKeys.from_file, EvidenceError),
        ("seal.pem", Seal.from_file, UnusableSeal),
        ("sessions.key", read_private, ReadableByOthers),
        ("sessions.key", lambda path: BoardSettings.from_file("http://127.0.0.1:1", path), Misconfigured),
    ],
)
def test_a_key_that_others_could_read_is_not_used(
    keys: Path, name: str, mode: int, read: Callable[[Path], object], refusal: type[Exception]
) -> None:
    path = keys / name
    read(path)
    path.chmod(mode)
    try:
        with pytest.raises(refusal):
            read(path)
    finally:
        path.chmod(0o600)


def test_making_keys_again_changes_none(keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in private(keys)}
    home = keys.parent
    make_keys(Settings(home=home, provider=home / "provider.yaml", log_origin=ORIGIN))
    assert {path.name: path.read_bytes() for path in private(keys)} == before
