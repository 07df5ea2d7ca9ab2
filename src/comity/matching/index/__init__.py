"""Every signal within a distance, exactly: 256-bit hashes by Hamming distance, from one signal to a hundred millions.

Takes: hashes as ``uint64[N, 4]``, row by row the 64 hexadecimal digits read as four numbers of 16 digits; for each a
local number of 64 bits, whose meaning (bank, entry) is somebody else's.
Gives: ``Index.open(folder)``, whose ``search`` finds *every* number within a radius named with each question, nearest
first; whose ``add`` and ``remove`` are on the disk and in force when they return, in every process that has the folder
open; ``build(path, numbers, hashes)`` for a segment alone; ``from_digits`` and ``to_digits`` for hashes as texts;
``keep_compiled`` and ``warm`` for a quick first answer.
Never: loses a signal within the radius without saying so (``capped``), answers from a damaged file, stops searching
while it compacts, needs the whole index in memory twice to be read by two processes.
"""

from comity.matching.index.answers import Matches
from comity.matching.index.compiled import keep_compiled
from comity.matching.index.segment import build
from comity.matching.index.service import PDQ_RADIUS, Index
from comity.matching.index.spelling import from_digits, to_digits
from comity.matching.index.warming import warm

__all__ = ["PDQ_RADIUS", "Index", "Matches", "build", "from_digits", "keep_compiled", "to_digits", "warm"]
