"""Pictures for tests: made here, from numbers only, so that every machine makes the same."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "pdq" / "bridge-mods"


def published() -> list[Path]:
    """The reference project's photo and its modifications; skips, saying so, where they are absent."""
    found = sorted(VECTORS.glob("*.jpg"))
    if not found:
        pytest.skip(f"the reference's pictures are absent: {VECTORS.name}")
    return found


def scene(width: int = 900, height: int = 640, seed: int = 1) -> Image.Image:
    """Waves and boxes of several sizes: enough of everything for a hash of full quality, and no symmetry."""
    drawn = np.random.Generator(np.random.PCG64(seed))
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    light = np.zeros((height, width, 3))
    for _ in range(12):
        across, down, phase = drawn.uniform(-14, 14), drawn.uniform(-14, 14), drawn.uniform(0, 6.28)
        wave = np.sin(across * columns / width * 3.14 + down * rows / height * 3.14 + phase)
        light += wave[:, :, None] * drawn.uniform(4, 20, 3)
    light += 128
    for _ in range(25):
        top, left = int(drawn.integers(0, height)), int(drawn.integers(0, width))
        light[top : top + int(drawn.integers(5, height // 3)), left : left + int(drawn.integers(5, width // 3))] += (
            drawn.uniform(-70, 70, 3)
        )
    return Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The picture as a file of one format."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small PNG that says it is of another size."""
    data = bytearray(encoded(scene(64, 64).convert("L")))
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def bits(one: bytes | str, other: bytes | str) -> int:
    """In how many bits two hashes differ."""
    first, second = (bytes.fromhex(x) if isinstance(x, str) else x for x in (one, other))
    return (int.from_bytes(first, "big") ^ int.from_bytes(second, "big")).bit_count()
