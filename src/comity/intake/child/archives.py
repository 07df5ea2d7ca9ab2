"""A zip archive taken apart within limits: every file in it with its name and bytes, or why it was left."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from typing import Any

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    EOFError,
    OSError,
    OverflowError,
    IndexError,
)
_PIECE = 64 * 1024


def open_zip(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """``files``: name and bytes (base64) of each; ``faults``: code and detail. Nothing is ever written to a disk.

    ``limits``: ``files`` at most so many, ``unpacked`` bytes in all. What a directory says about sizes is not believed:
    bytes are counted as they come out, so that a bomb costs no more than the limit.
    """
    answer: dict[str, Any] = {"files": [], "faults": []}
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except _BROKEN as error:
        answer["faults"].append(["archive_broken", type(error).__name__])
        return answer
    if len(entries) > limits["files"]:
        answer["faults"].append(["archive_too_large", f"{len(entries)} files; {limits['files']} are read"])
    left = limits["unpacked"]
    for entry in entries[: limits["files"]]:
        body, fault = _file(archive, entry, left)
        if fault:
            answer["faults"].append([fault, entry.filename[:120]])
            if fault == "archive_too_large":
                break
            continue
        left -= len(body)
        answer["files"].append({"name": _name(entry.filename), "body": base64.b64encode(body).decode()})
    return answer


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> tuple[bytes, str]:
    """The bytes of one file, and no more of them than ``most``."""
    if entry.flag_bits & 0x1:
        return b"", "archive_encrypted"
    out = bytearray()
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                out += piece
                if len(out) > most:
                    return b"", "archive_too_large"
    except _BROKEN:
        return b"", "archive_broken"
    return bytes(out), ""


def _name(path: str) -> str:
    """Only the last part of a path: where a file wanted to be put says nothing about it."""
    return path.replace("\\", "/").rpartition("/")[2][:120]
