"""A large exhibit takes little memory: 256 MiB in every run, 2 GiB with COMITY_TEST_EXHIBIT_MIB=2048 (make soak)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MEBIBYTES = int(os.environ.get("COMITY_TEST_EXHIBIT_MIB", "256"))


def test_a_large_exhibit_is_streamed_in_less_than_64_mib(tmp_path):
    script = Path(__file__).parent / "evidence_stream.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path, str(MEBIBYTES)], capture_output=True, text=True, check=True, timeout=300
    )
    growth, taken_in, opened = (float(word) for word in done.stdout.split())
    assert growth < 64, f"{growth} MiB"
    assert min(taken_in, opened) > 10, "MiB a second"
