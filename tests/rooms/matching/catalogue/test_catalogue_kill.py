"""Processes that add, forget and compact are killed at any moment; all that was acknowledged is there, each once."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time

import pytest

from comity.matching.catalogue import Catalogue
from support.catalogued import fingerprint

_PROGRAM = """
import sys, hashlib
from pathlib import Path
sys.path[:0] = sys.argv[4:]
from comity.matching.catalogue import Catalogue
from comity.matching.index import keep_compiled
from support.catalogued import fingerprint
keep_compiled(Path(sys.argv[1]))
number = int(sys.argv[3])
with Catalogue.open(Path(sys.argv[2]), make=True) as catalogue:
    while True:
        some = [fingerprint(f"i{at}", hashlib.sha256(str(at).encode()).hexdigest()) for at in range(number, number + 8)]
        catalogue.add(some)
        print("added", number, flush=True)
        catalogue.forget([some[0].item])
        print("forgot", number, flush=True)
        if number // 8 % 3 == 0:
            catalogue.compact()
            print("compacted", number, flush=True)
        number += 8
"""


@pytest.fixture
def kernels(request):
    return request.config.rootpath / ".cache" / "kernels"


def test_all_that_was_acknowledged_is_there_after_every_kill(tmp_path, kernels):
    added, forgotten, perhaps, number = set(), set(), set(), 0
    for turn in range(6):
        arguments = [sys.executable, "-c", _PROGRAM, str(kernels), str(tmp_path), str(number), *sys.path]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            lines = [child.stdout.readline() for _ in range(3 + 5 * turn)]
            time.sleep(0.004 * turn)
            os.kill(child.pid, signal.SIGKILL)
            lines += child.stdout.readlines()
        for what, text in (line.split() for line in lines if line.endswith("\n")):
            at = int(text)
            if what == "added":
                added |= set(range(at, at + 8))
                perhaps.add(at)
            elif what == "forgot":
                forgotten.add(at)
        number = max(added) + 17  # the one that was not acknowledged may or may not be there
        there = _items(tmp_path)
        assert added - forgotten - perhaps <= set(there), "what was acknowledged is there"
        assert not forgotten & set(there), "what was forgotten is not"
        assert len(there) == len(set(there)), "nothing is there twice"


def _items(folder):
    with Catalogue.open(folder) as catalogue:
        catalogue.compact()
        with catalogue.snapshot() as snapshot:
            assert not snapshot.live
            found = [
                one
                for part in snapshot.partitions
                for _, one in part.named(range(part.fingerprints))
                if snapshot.stands(one, part)
            ]
    for one in found:
        assert one == fingerprint(one.item, hashlib.sha256(one.item[1:].encode()).hexdigest())
    return [int(one.item[1:]) for one in found]
