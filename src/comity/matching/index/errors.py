"""What can go wrong with an index, each with a stable code; the docstring is the message."""

from __future__ import annotations

from comity.matching.errors import MatchingFailure


class IndexFailure(MatchingFailure):
    """The index did not do what was asked."""

    code = "index_failure"

    def __init__(self, detail: str | None = None) -> None:
        text = type(self).__doc__ or ""
        super().__init__(f"{text} ({detail})" if detail else text)


class NotHashes(IndexFailure):
    """Hashes are words of 64 bits, four a row, and numbers words of 64 bits, one for each row."""

    code = "index_not_hashes"


class RadiusOutOfRange(IndexFailure):
    """A radius is a number of bits from 0 to 255."""

    code = "index_radius_out_of_range"


class TooManyRows(IndexFailure):
    """One segment holds at most 2²⁸ rows."""

    code = "index_too_many_rows"


class SegmentForeign(IndexFailure):
    """This file is not a segment of an index, or of a version that this program does not read."""

    code = "index_segment_foreign"


class SegmentDamaged(IndexFailure):
    """A segment's bytes are not those that were written."""

    code = "index_segment_damaged"


class JournalDamaged(IndexFailure):
    """A journal holds bytes that are no record, before its end: acknowledged signals could be missing."""

    code = "index_journal_damaged"


class ManifestDamaged(IndexFailure):
    """The list of an index's files cannot be read, or names files that are not there."""

    code = "index_manifest_damaged"


class FolderOwned(IndexFailure):
    """Another process writes this index; open it to read."""

    code = "index_folder_owned"


class OpenedToRead(IndexFailure):
    """This index was opened to read only."""

    code = "index_opened_to_read"


class WritesRefused(IndexFailure):
    """A write failed and could not be undone: nothing is taken until the index is opened again; searching goes on."""

    code = "index_writes_refused"


class NotAcknowledged(IndexFailure):
    """The write may be lost: it is not acknowledged, and repeating it is safe."""

    code = "index_not_acknowledged"


class IndexClosed(IndexFailure):
    """This index is closed."""

    code = "index_closed"


class CacheOpenToOthers(IndexFailure):
    """The folder of compiled kernels can be written by others: what lies there would run as us."""

    code = "index_cache_open_to_others"
