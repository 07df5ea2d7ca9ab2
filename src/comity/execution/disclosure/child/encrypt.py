"""Encrypt standard input to standard output: ``age`` or ``openpgp``, to the public key in a file."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Stream; a status that is not 0 says that what came out is not whole."""
    kind, where = sys.argv[1:]
    key = Path(where).read_bytes()
    if kind == "age":
        import pyrage  # noqa: PLC0415 -- one of the two

        recipient = pyrage.x25519.Recipient.from_str(key.decode("ascii").strip())
        pyrage.encrypt_io(sys.stdin.buffer, sys.stdout.buffer, [recipient])
        sys.stdout.buffer.flush()
        return 0
    import pysequoia  # noqa: PLC0415 -- the other

    pysequoia.encrypt_file(
        "/proc/self/fd/0", "/proc/self/fd/1", recipients=[pysequoia.Cert.from_bytes(key)], armor=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
