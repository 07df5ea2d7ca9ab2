"""Tiles and entry bundles: the log as files anyone may copy (c2sp.org/tlog-tiles). Pure.

A tile holds up to 256 consecutive complete subtrees of one level; levels are multiples of eight. A bundle holds the
leaves' data under a level-0 tile. Full ones never change; partial ones belong to the tree sizes they were written for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.casefile.audit.errors import MalformedTile
from comity.casefile.audit.merkle import HASH_BYTES

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_DATA = (1 << 16) - 1
"""A leaf's data is written with a length of two bytes."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile: its level, its index within the level, and how many hashes it holds (256 when full)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def start(self) -> int:
        """The index, at tree level ``8 * level``, of the first subtree in it."""
        return self.index * WIDTH

    def path(self) -> str:
        """Where its hashes stand under the log's address."""
        return f"tile/{self.level}/{_number(self.index)}{_suffix(self.width)}"

    def bundle_path(self) -> str:
        """Where its entry bundle stands; only level 0 has one."""
        if self.level:
            raise MalformedTile("Only tiles of level 0 have entry bundles.")
        return f"tile/entries/{_number(self.index)}{_suffix(self.width)}"


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a tree of ``new`` leaves has and a tree of ``old`` leaves had not, each level left to right."""
    level = 0
    while new >> (HEIGHT * level):
        before, after = old >> (HEIGHT * level), new >> (HEIGHT * level)
        if after > before:
            for index in range(before // WIDTH, after // WIDTH):
                yield Tile(level, index)
            if after % WIDTH:
                yield Tile(level, after // WIDTH, after % WIDTH)
        level += 1


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of ``size`` leaves."""
    return tiles_between(0, size)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Leaves' data, each after its length in two bytes, big-endian."""
    if any(len(data) > MAX_DATA for data in entries):
        raise MalformedTile(f"A leaf is longer than {MAX_DATA} bytes.")
    return b"".join(len(data).to_bytes(2, "big") + data for data in entries)


def decode_bundle(bundle: bytes, width: int) -> list[bytes]:
    """The leaves' data of a bundle of ``width`` entries; raises ``MalformedTile`` and nothing else."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        data = bundle[at + 2 : at + 2 + length]
        if at + 2 > len(bundle) or len(data) != length:
            raise MalformedTile("The bundle ends inside an entry.")
        entries.append(data)
        at += 2 + length
    if len(entries) != width:
        raise MalformedTile(f"The bundle has {len(entries)} entries instead of {width}.")
    return entries


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile of ``width``; raises ``MalformedTile`` and nothing else."""
    if len(data) != width * HASH_BYTES:
        raise MalformedTile(f"The tile has {len(data)} bytes instead of {width * HASH_BYTES}.")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _number(index: int) -> str:
    """A tile's index in groups of three digits, all but the last marked with an x: 1234067 is x001/x234/067."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def _suffix(width: int) -> str:
    if not 0 < width <= WIDTH:
        raise MalformedTile(f"A tile has 1 to {WIDTH} hashes, not {width}.")
    return "" if width == WIDTH else f".p/{width}"
