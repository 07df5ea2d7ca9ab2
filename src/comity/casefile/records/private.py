"""Files with a secret in them: read only where their owner alone can read them, written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class ReadableByOthers(PermissionError):  # noqa: N818 -- names of failures in this house say what is wrong
    """A file with a secret can be read or written by others; a secret that others know is not used."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} can be read or written by others: restrict it to its owner (chmod 600)")


def read_private(path: Path) -> bytes:
    """The file's bytes; raises ``ReadableByOthers``, or ``OSError`` as reading does. Mode and bytes are one file's."""
    with path.open("rb") as file:
        if readable_by_others(os.fstat(file.fileno())):
            raise ReadableByOthers(path)
        return file.read()


def readable_by_others(status: os.stat_result) -> bool:
    """Whether anybody but the file's reader can read or write it.

    A credential that systemd hands over is root's and read-only; an access list names the one user who may read it, and
    the list's mask stands where the group's bits would. Nobody but root, who reads everything, is let in by that.
    """
    handed_over = (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, 0, 0o440)
    return bool(status.st_mode & _OTHERS) and not handed_over


def replace_private(path: Path, data: bytes) -> None:
    """Write the file whole in place of any older one, for its owner alone, through to the disk."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite a secret and remove its file; it may be gone already."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
