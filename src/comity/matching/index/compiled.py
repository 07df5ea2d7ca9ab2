"""How the kernels are compiled: numba, without bounds checks and without Python's lock, kept in a folder of ours.

Compiling takes seconds, loading what was compiled milliseconds: ``warm`` is called before a process says that it is
ready. numba reads its kept code by unpickling, so the folder must be its owner's alone; its name contains a digest of
the kernels' text, because numba itself looks only at the file in which a function stands, not at those it calls.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from comity.matching.index.errors import CacheOpenToOthers

F = TypeVar("F", bound=Callable[..., Any])

_KERNELS: list[Any] = []
_FOLDER = Path(__file__).parent
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def kernel(function: F) -> F:
    """Compile a function when it is first called; its arguments are arrays and unsigned words of 64 bits."""
    compiled = numba.njit(nogil=True)(function)
    _KERNELS.append(compiled)
    return cast("F", compiled)


def keep_compiled(folder: Path) -> None:
    """Load kernels from ``folder`` and keep there what has to be compiled.

    Raises ``CacheOpenToOthers`` when somebody else could have put code there.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_FOLDER.glob("*.py")))).hexdigest()
    place = folder / digest[:16]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.mkdir(mode=0o700, exist_ok=True)
    for checked in (folder, place):
        found = checked.stat()
        if found.st_uid != os.geteuid() or found.st_mode & _OTHERS_WRITE:
            raise CacheOpenToOthers(str(checked))
    settings: Any = numba.config
    settings.CACHE_DIR = str(place)
    for compiled in _KERNELS:
        compiled.enable_caching()


def _popcount(_context: Any, _word: Any) -> Any:
    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def _prefetch(_context: Any, array: Any, _index: Any) -> Any:
    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = target.make_array(signature.args[0])(target, builder, arguments[0]).data
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        helpers: Any = cgutils
        fetch = helpers.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [arguments[1]]), pointer)
        builder.call(fetch, [address, number(0), number(3), number(1)])  # to read, to keep near, data
        return target.get_dummy_value()

    return types.void(array, types.uint64), generate


_instruction: Any = intrinsic
popcount: Callable[[Any], Any] = _instruction(_popcount)
"""Ones in a word of 64 bits: one instruction."""
prefetch: Callable[[Any, Any], None] = _instruction(_prefetch)
"""Ask for an array's element before it is needed: the index is bound by how many cache lines are on their way."""
