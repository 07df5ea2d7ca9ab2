"""Becomes tesseract, confined: reads one picture on standard input, writes the letters it guesses to the output.

Start: ``python -I -m comity.intake.child.recognise PROGRAM LANGUAGES MEMORY SECONDS ANSWER``. The limits of this
process hold for the program that takes its place; it has no network either.
"""

from __future__ import annotations

import os
import sys

from comity.confinement.confine import Confines, limit


def main() -> int:
    """Give up what is not needed, then become the program."""
    program, languages, memory, seconds, answer = sys.argv[1:6]
    limit(Confines(int(memory), int(seconds), int(answer)))
    # One thread: the confines allow no second process, and threads count as such.
    os.execve(  # noqa: S606 -- a program of the operator's own machine, with fixed arguments
        program,
        ["tesseract", "stdin", "stdout", "-l", languages, "--psm", "6"],
        {"LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "PATH": "/nonexistent"},
    )


if __name__ == "__main__":
    sys.exit(main())
