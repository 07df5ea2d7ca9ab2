"""The confined decoder: ``pictures`` serves questions until its input ends; ``film`` and ``stills`` answer one.

``pictures``: standard input carries, again and again, a line of JSON ``{"size": bytes, "limits": {...}}`` and the bytes
it announces; each is answered by one line of JSON. ``film`` and ``stills``: standard input is the film itself, a
file.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable
from typing import Any

from comity.confinement.confine import Confines, confine

Answer = dict[str, Any]


def main() -> int:
    """Load what is needed, give up the rest, then read."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    task, confines = sys.argv[1], Confines(**json.loads(sys.argv[2]))
    if task == "film":
        from comity.matching.signals.child.films import read_film  # noqa: PLC0415 -- each task loads its own libraries

        limits = json.loads(sys.argv[3])
        confine(confines)
        _say(_answer(lambda: read_film(sys.stdin.buffer, limits)))
        return 0
    if task == "stills":
        from comity.matching.signals.child.stills import read_stills  # noqa: PLC0415 -- as above

        limits = json.loads(sys.argv[3])
        confine(confines)
        _say(_answer(lambda: read_stills(sys.stdin.buffer, limits)))
        return 0
    from comity.matching.signals.child.pictures import prepare, read_picture  # noqa: PLC0415 -- as above

    prepare()
    confine(confines)
    _say({"ready": True})
    while line := sys.stdin.buffer.readline(1 << 16):
        question = json.loads(line)
        data = sys.stdin.buffer.read(question["size"])
        _say(_answer(lambda data=data, limits=question["limits"]: read_picture(data, limits)))  # type: ignore[misc]
    return 0


def _answer(read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    except MemoryError:
        return {"outcome": "too_large", "why": "needed more memory than a decoder is given"}
    except Exception as error:  # noqa: BLE001 -- whatever hostile bytes make a library raise is one outcome
        return {"outcome": "broken", "why": f"{type(error).__name__}: {str(error)[:200]}"}


def _say(answer: Answer) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
