"""What is wanted of a hunt, and of each law's assessments, in the same words as the rest."""

from __future__ import annotations

from aims import ROWS as OTHERS
from aims import Row

ROWS = (
    *OTHERS,
    Row("law", "eu-eevidence-production_per_second", "assessments of European Production Orders", "/s", (">=", 10_000)),
    Row("law", "us-sca_per_second", "assessments of demands under the US statute", "/s", (">=", 10_000)),
    Row(
        "hunt",
        "1_memory_s",
        "hunt for 1 signal, threads, rows in memory",
        "s",
        ("<=", 1),
        "{rows_m:,.0f} million stored fingerprints",
    ),
    Row("hunt", "1_first_s", "the same, first in its process: every sum compared", "s"),
    Row("hunt", "1_streaming_s", "the same, rows read from the disk", "s", ("<=", 2)),
    Row("hunt", "10k_memory_s", "hunt for 10,000 signals, threads", "s", ("<=", 60)),
    Row("hunt", "missed", "of 2,000 planted within the threshold, missed", "", ("<=", 0)),
    Row("hunt", "1k_threads_s", "hunt for 1,000 signals, threads", "s"),
    Row("hunt", "1k_ray_1_s", "the same by one of Ray's workers", "s"),
    Row("hunt", "1k_ray_2_s", "the same by two", "s"),
    Row("hunt", "1k_ray_4_s", "the same by four, on these cores", "s"),
    Row("hunt", "build_s", "writing such a catalogue", "s"),
)
