"""Merkle tree hashing and proofs of RFC 6962 and RFC 9162 section 2.1, with SHA-256. Pure.

A tree over ``size`` leaves is described by its *complete subtrees*: node ``(level, index)`` is the hash over the leaves
``[index * 2**level, (index + 1) * 2**level)``. Such a node never changes once it exists, so only those are ever stored;
the ragged right edge of a tree is hashed together when it is asked for. Hashes that are not 32 bytes are refused
everywhere, and the tree of size 0 is its own case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from comity.casefile.audit.errors import MalformedHash, OutsideTree, ProofRefused

HASH_BYTES = 32

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162 section 2.1.1)."""

Node = tuple[int, int]
"""A complete subtree: level (0 is a leaf) and index within the level."""

Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""

Lookup = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree ``(level, index)``."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and its data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_hashes(hashes: Iterable[bytes]) -> None:
    """Refuse (``MalformedHash``) unless each hash is 32 bytes long."""
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise MalformedHash(f"Got {len(value)} bytes.")


# --- Which hashes a proof consists of -------------------------------------------------------------------------------


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The leaf ranges whose hashes prove leaf ``index`` in the tree of ``size``, from the leaf's sibling upwards."""
    if not 0 <= index < size:
        raise OutsideTree(f"Leaf {index} in a tree of {size}.")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The leaf ranges whose hashes prove that the tree of ``new`` leaves continues the tree of ``old`` leaves.

    Empty for equal sizes. From size 0 nothing can be proven and nothing needs to be: ``OutsideTree``.
    """
    if not 0 < old <= new:
        raise OutsideTree(f"From a tree of {old} to a tree of {new}.")
    ranges: list[Range] = []
    start, end = 0, new
    while end != old:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # otherwise the old tree is itself a complete subtree, and its root is known to who asks
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def complete_subtrees(start: int, end: int) -> list[Node]:
    """The fewest complete subtrees that cover a range of a proof, left to right.

    ``start`` must be a multiple of the largest power of two not above the length, as it is in every proof.
    """
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def hash_of_range(start: int, end: int, lookup: Lookup) -> bytes:
    """The Merkle tree hash over the leaves of a range, from stored complete subtrees."""
    level = (end - start).bit_length() - 1
    if end - start == 1 << level:
        return lookup(level, start >> level)
    return fold([lookup(*node) for node in complete_subtrees(start, end)])


def fold(subtrees: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of decreasing size, left to right."""
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def root_at(size: int, lookup: Lookup) -> bytes:
    """The root of the tree of ``size`` leaves."""
    return hash_of_range(0, size, lookup) if size else EMPTY_ROOT


# --- Judging a proof ------------------------------------------------------------------------------------------------


def verify_inclusion(leaf: bytes, *, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse unless ``proof`` shows the leaf hash ``leaf`` at ``index`` in the tree of ``size`` with ``root``.

    The shape of the proof is judged before any hash is computed. RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise OutsideTree(f"Leaf {index} in a tree of {size}.")
    check_hashes((leaf, root, *proof))
    inner, border = _shape(index, size)
    if len(proof) != inner + border:
        raise ProofRefused(f"It has {len(proof)} hashes instead of {inner + border}.")
    if _climb_border(_climb(leaf, proof[:inner], index), proof[inner:]) != root:
        raise ProofRefused


def verify_consistency(old: int, new: int, *, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse unless ``proof`` shows that the tree of ``new`` leaves continues the tree of ``old`` leaves.

    From size 0 to a larger tree nothing can be shown, and that is refused; equal sizes need equal roots and no proof.
    RFC 9162 section 2.1.4.2.
    """
    check_hashes((old_root, new_root, *proof))
    if old == new:
        if proof or old_root != new_root or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofRefused("Equal sizes need equal roots and no proof.")
        return
    if not 0 < old < new:
        raise OutsideTree(f"From a tree of {old} to a tree of {new}.")
    shift = (old & -old).bit_length() - 1
    inner, border = _shape(old - 1, new)
    inner -= shift
    known = old == 1 << shift
    seed, path = (old_root, proof) if known else (proof[0] if proof else b"", proof[1:])
    if len(path) != inner + border or not seed:
        raise ProofRefused(f"It has {len(proof)} hashes.")
    edge = (old - 1) >> shift
    if _climb_border(_climb_left(seed, path[:inner], edge), path[inner:]) != old_root:
        raise ProofRefused("It does not lead to the older root.")
    if _climb_border(_climb(seed, path[:inner], edge), path[inner:]) != new_root:
        raise ProofRefused("It does not lead to the newer root.")


def _shape(index: int, size: int) -> tuple[int, int]:
    """How many proof hashes lie below, and how many above, the point where the path joins the tree's right edge."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(value: bytes, path: Sequence[bytes], index: int) -> bytes:
    for level, sibling in enumerate(path):
        value = node_hash(sibling, value) if index >> level & 1 else node_hash(value, sibling)
    return value


def _climb_left(value: bytes, path: Sequence[bytes], index: int) -> bytes:
    """Like ``_climb``, but only over siblings on the left: what the old tree already had."""
    for level, sibling in enumerate(path):
        if index >> level & 1:
            value = node_hash(sibling, value)
    return value


def _climb_border(value: bytes, path: Sequence[bytes]) -> bytes:
    for sibling in path:
        value = node_hash(sibling, value)
    return value


# --- Growing a tree -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frontier:
    """All one must keep of a tree to append to it: its size and its complete subtrees from left to right."""

    size: int = 0
    subtrees: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a frontier whose number of subtrees contradicts its size."""
        check_hashes(self.subtrees)
        if self.size < 0 or self.size.bit_count() != len(self.subtrees):
            raise OutsideTree(f"{len(self.subtrees)} subtrees cannot make a tree of {self.size}.")

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return fold(self.subtrees) if self.subtrees else EMPTY_ROOT

    def extend(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[tuple[int, int, bytes]]]:
        """Append leaf hashes: the new frontier, and each newly complete inner node as (level, index, hash)."""
        check_hashes(leaves)
        stack, size = list(self.subtrees), self.size
        made: list[tuple[int, int, bytes]] = []
        for leaf in leaves:
            stack.append(leaf)
            size += 1
            for level in range(1, (size & -size).bit_length()):
                right = stack.pop()
                stack[-1] = node_hash(stack[-1], right)
                made.append((level, (size >> level) - 1, stack[-1]))
        return Frontier(size, tuple(stack)), made


class MemoryTree:
    """A tree with all its complete subtrees in memory: 64 bytes a leaf, proofs in microseconds."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return len(self._levels[0])

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes."""
        added = list(leaves)
        check_hashes(added)
        self._levels[0].extend(added)
        level = 0
        while len(self._levels[level]) > 1:
            below = self._levels[level]
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.extend(node_hash(below[2 * i], below[2 * i + 1]) for i in range(len(row), len(below) // 2))

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root now, or as it was at an earlier size."""
        return root_at(self._within(self.size if size is None else size), self.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf ``index`` is in the tree of ``size``, from the leaf's sibling upwards."""
        self._within(size)
        return [hash_of_range(start, end, self.node) for start, end in inclusion_ranges(index, size)]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of ``new`` continues the tree of ``old``."""
        self._within(new)
        return [hash_of_range(start, end, self.node) for start, end in consistency_ranges(old, new)]

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise OutsideTree(f"Size {size}; the tree has {self.size}.")
        return size
