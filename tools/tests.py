"""Run the whole suite, in parallel where it helps, and judge which branches it reaches.

Arguments go to pytest; then only a part is run, and nothing is judged.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import reached

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    command = [f"{ROOT}/.venv/bin/pytest", "-n", "2", "--dist", "loadgroup", *sys.argv[1:]]
    if sys.argv[1:]:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="comity-reached-") as folder:
        done = subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "COMITY_MEASURE": folder}).returncode
        return done or reached.main(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
