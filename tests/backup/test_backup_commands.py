"""The commands as an operator types them: each starts and stops the embedded database by itself when nothing runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.night import PROVIDER

pytestmark = pytest.mark.xdist_group("backup-commands")  # each test goes on where the one before it ended


class Operator:
    """Types ``comity …`` for one house."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o711)
        (home / "provider.yaml").write_text(PROVIDER)
        self.home = home
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
        self.environment |= {"COMITY_HOME": str(home), "COMITY_PROVIDER": str(home / "provider.yaml")}

    def types(self, *words: str, says: str = "", lines: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command; ``says`` must be in what it prints, on either stream."""
        done = subprocess.run(
            [sys.executable, "-m", "comity.main", *words],
            env=self.environment,
            input=lines,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert says in done.stdout + done.stderr, done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    made = Operator(tmp_path_factory.mktemp("houses") / "first")
    assert made.types("init").returncode == 0
    return made


def test_a_house_is_migrated_staffed_backed_up_and_restored(operator: Operator, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("kept")
    folder.chmod(0o711)
    assert operator.types("migrate", "--look", says="evidence.0002_retired_keys").returncode == 1
    assert operator.types("migrate").returncode == 0
    assert operator.types("migrate", "--look", says="0 changes of tables would run").returncode == 0

    word = folder / "word"
    word.touch(mode=0o600)
    word.write_text("a long enough passphrase")
    first = operator.types("backup", str(folder / "b"), says="The keys are NOT in it")
    assert first.returncode == 0
    assert operator.types("backup", str(folder / "b"), "--passphrase-file", str(word)).returncode == 0

    second = Operator(operator.home.parent / "second")
    assert second.types("restore", str(folder / "b"), "--verify", says="name their passphrase").returncode == 2
    words = ("restore", str(folder / "b"), "--verify", "--passphrase-file", str(word))
    assert second.types(*words, says="nothing missing").returncode == 0
    assert second.types("restore", str(folder / "b"), "--verify", says="empty house only").returncode == 1
    assert second.types("keys", "list", says="exhibits kek-1: wraps what comes").returncode == 0


@pytest.fixture(scope="module")
def settled(operator: Operator) -> Operator:
    """The same house with its tables, whichever test comes first."""
    assert operator.types("migrate").returncode == 0
    return operator


def test_keys_change_only_with_two_people_and_their_passwords(settled: Operator) -> None:
    words = ("keys", "rotate", "exhibits", "--by", "anna", "--second", "ben", "--because", "yearly")
    refused = settled.types(*words, lines="guess\nguess\n", says="no active member of staff with this password")
    assert refused.returncode == 2
    assert settled.types("keys", "retire", "log", "--by", "anna", "--because", "alone").returncode == 2


@pytest.mark.parametrize("name", ["sessions.key", "exhibits.keys", "log-ed25519.key", "seal.pem"])
def test_a_key_that_others_could_read_stops_the_command_and_is_named(settled: Operator, name: str) -> None:
    path = settled.home / "keys" / name
    path.chmod(0o640)
    try:
        assert settled.types("keys", "list", says="chmod 600").returncode != 0
    finally:
        path.chmod(0o600)
