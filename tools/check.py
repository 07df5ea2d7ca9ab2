"""Run every static check and say at the end which failed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS: dict[str, list[str]] = {
    "lint": [f"{BIN}/ruff", "check", "src", "tests", "tools"],
    "format": [f"{BIN}/ruff", "format", "--check", "src", "tests", "tools"],
    "types": [f"{BIN}/mypy"],
    "contracts": [f"{BIN}/lint-imports", "--config", ".importlinter"],
    "sizes, plan, glossary, citations": [f"{BIN}/pytest", "-q", "tests/architecture"],
}


def main() -> int:
    failed = []
    for name, command in CHECKS.items():
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        seconds = time.monotonic() - started
        print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"check: failed: {', '.join(failed)}")
        return 1
    print("check: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
