"""Every file with a secret is read only where its owner alone can read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.casefile.records.private import ReadableByOthers
from comity.main import callers, drilling, key_box
from comity.main.failures import Failed
from comity.settings import Settings

SOURCE = Path(drilling.__file__).resolve().parents[1]
_SECRET = re.compile(r"(secret|password|passphrase|token|sessions\.key|seed)[^\n]{0,60}\)?\.read_(text|bytes)\(")
KNOWN = {"cli/witness.py"}
"""Stands alone, without our rooms: it looks at the mode by itself."""


def test_no_secret_is_read_without_a_look_at_its_mode() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if _SECRET.search(path.read_text(encoding="utf-8"))
    }
    assert found <= KNOWN


def loose(path: Path, text: str = "s" * 40) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o644)
    return path


def test_a_client_s_secret_that_others_can_read_drills_nothing(tmp_path: Path) -> None:
    path = loose(tmp_path / "secret")
    with pytest.raises(Failed, match="chmod 600"):
        drilling._secret(path)
    with pytest.raises(Failed, match="cannot be read"):
        drilling._secret(tmp_path / "absent")
    path.chmod(0o600)
    assert drilling._secret(path) == "s" * 40


def test_the_key_of_links_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    loose(tmp_path / "keys" / "sessions.key")
    with pytest.raises(ReadableByOthers):
        callers.night_key(Settings(home=tmp_path))


def test_a_key_that_others_can_read_goes_into_no_box(tmp_path: Path) -> None:
    loose(tmp_path / "log.vkeys", "public")
    assert key_box.closed(tmp_path, b"a long enough passphrase")
    loose(tmp_path / "exhibits.keys")
    with pytest.raises(ReadableByOthers):
        key_box.closed(tmp_path, b"a long enough passphrase")
