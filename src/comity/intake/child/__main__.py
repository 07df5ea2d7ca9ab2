"""The confined process: one question on standard input, one answer on standard output.

Question: a line of JSON ``{"task": ..., "confines": {...}, "limits": {...}, "labels": [...], "sizes": [...]}``, then
the parts it announces, one behind the other. Answer: one JSON object; on failure ``{"failed": code, "why": text}``.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from comity.confinement.confine import Confines, confine

Question = dict[str, Any]


def main() -> int:
    """Read the question, answer it, end. Whatever a document does to us becomes an answer that says so."""
    logging.disable(logging.CRITICAL)
    stream = sys.stdin.buffer
    question: Question = json.loads(stream.readline(1 << 20))
    if question["task"] == "pictures":
        import pypdfium2  # noqa: F401, PLC0415 -- once confined, this process loads no library of another language
    confine(Confines(**question["confines"]))
    sys.setrecursionlimit(600)
    parts = [stream.read(size) for size in question["sizes"]]
    try:
        answer = _answer(question, parts)
    except MemoryError:
        answer = {"failed": "too_costly", "why": "needed more memory than reading a document is given"}
    except RecursionError:
        answer = {"failed": "too_deep", "why": "is nested deeper than any form"}
    except Exception as error:  # noqa: BLE001 -- whatever a hostile document makes a library raise is one finding
        code = "too_costly" if type(error).__name__ == "LimitReachedError" else "malformed"
        answer = {"failed": code, "why": f"{type(error).__name__}: {str(error)[:200]}"}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0


def _answer(question: Question, parts: list[bytes]) -> dict[str, Any]:
    # Imported here: what fails while loading under the limits is an answer too, and nobody pays for what is unused.
    task, limits = question["task"], question["limits"]
    if task == "pdf":
        from comity.intake.child.document import read_document  # noqa: PLC0415

        return read_document(parts[0], limits, question["labels"])
    if task in _UNPACKING:
        return _unpacked(task, parts[0], question)
    if task.startswith("openpgp"):
        from comity.intake.child import openpgp  # noqa: PLC0415

        if task == "openpgp":
            return openpgp.check_detached(parts[0], parts[1], parts[2:])
        return openpgp.open_signed(parts[0], parts[1:])
    if task == "dkim":
        from comity.intake.child.dkim import check_dkim  # noqa: PLC0415

        return check_dkim(parts[0], question["records"])
    from comity.intake.child.signatures import check_detached, open_signed  # noqa: PLC0415

    return open_signed(parts[0]) if task == "opaque" else {"signatures": [check_detached(parts[0], parts[1])]}


_UNPACKING = ("zip", "winmail", "text", "pictures")


def _unpacked(task: str, data: bytes, question: Question) -> dict[str, Any]:
    limits = question["limits"]
    if task == "zip":
        from comity.intake.child.archives import open_zip  # noqa: PLC0415

        return open_zip(data, limits)
    if task == "winmail":
        from comity.intake.child.winmail import open_winmail  # noqa: PLC0415

        return open_winmail(data, limits)
    if task == "text":
        from comity.intake.child.layout import read_text  # noqa: PLC0415

        return read_text(data.decode("utf-8", "replace"), question["labels"], limits)
    from comity.intake.child.pictures import draw_pages  # noqa: PLC0415

    return draw_pages(data, limits)


if __name__ == "__main__":
    sys.exit(main())
