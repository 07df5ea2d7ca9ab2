"""What is shown of the measurements, in which words, and what we want of each figure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, what we want of it, and what stands beside it in the same run."""

    program: str
    figure: str
    what: str
    unit: str
    aim: tuple[str, float] | None = None
    """``<=`` or ``>=`` and the value."""
    beside: str = ""
    """A format over the program's figures, or plain words."""


HOUR = "the law's limit: 3,600 s (Article 3(3))"
PATH_AIM = ("<=", 2.0)
AMONG_JUNK = "{junk:,.0f} junk messages and {orders:.0f} orders in {minutes:g} minutes"
ROWS = (
    Row("path", "1_a_second_disabled_p50_s", "order received → preserved and disabled, 1/s, p50", "s"),
    Row("path", "1_a_second_disabled_p99_s", "the same, p99", "s", PATH_AIM, HOUR),
    Row("path", "1_a_second_answered_p50_s", "order received → Annex II ready for the authority, 1/s, p50", "s"),
    Row("path", "1_a_second_answered_p99_s", "the same, p99", "s", PATH_AIM, HOUR),
    Row("path", "4_a_second_disabled_p99_s", "received → disabled, 4/s, p99", "s", PATH_AIM, HOUR),
    Row("path", "4_a_second_answered_p99_s", "received → answered, 4/s, p99", "s", PATH_AIM, HOUR),
    Row("path", "20_a_second_disabled_p50_s", "received → disabled, 20/s, p50", "s"),
    Row("path", "20_a_second_disabled_p99_s", "the same, p99", "s", PATH_AIM, HOUR),
    Row("path", "20_a_second_answered_p50_s", "received → answered, 20/s, p50", "s"),
    Row("path", "20_a_second_answered_p99_s", "the same, p99", "s", PATH_AIM, HOUR),
    Row("path", "settled_per_s", "orders settled a second while more wait", "/s"),
    Row(
        "log",
        "actions_per_s",
        "actions with the log, 4 clients",
        "/s",
        (">=", 3000),
        "{actions_per_s_without_log:,.0f}/s without",
    ),
    Row("log", "times_the_time", "time of an action with the log : without", "×", ("<=", 1.5), "1 × without the log"),
    Row("log", "signed_after_ms_p50", "commit → inside a signed checkpoint, p50", "ms"),
    Row("log", "signed_after_ms_p99", "the same, p99", "ms", ("<=", 50)),
    Row(
        "log",
        "proofs_per_s",
        "inclusion proofs, 100,000 leaves",
        "/s",
        (">=", 40_000),
        "pymerkle in memory: {pymerkle_per_s:,.0f}/s",
    ),
    Row(
        "deadlines",
        "fired_per_s_1_ticker",
        "deadlines fired with entry and leaf, 1 ticker",
        "/s",
        (">=", 50_000),
        "{fired_per_s_without_leaves:,.0f}/s without leaves",
    ),
    Row("deadlines", "fired_per_s_2_tickers", "the same, 2 tickers", "/s", (">=", 50_000)),
    Row("deadlines", "idle_tick_ms", "a tick when nothing is due", "ms"),
    Row("deadlines", "job_starts_after_ms_p50", "commit → its job runs, p50", "ms"),
    Row("law", "assessments_per_second", "assessments with explanation, one core", "/s", (">=", 5000)),
    Row("docket", "worst_p95_ms", "docket page, 100,000 cases, p95 of the slowest tab or search", "ms", ("<=", 150)),
    Row("docket", "pending_p95_ms", "the tab that opens first, p95", "ms", ("<=", 150)),
    Row(
        "evidence",
        "taken_in_mib_per_s",
        "exhibit taken in: encrypted, hashed, synced",
        "MiB/s",
        None,
        "disk alone {disk_alone_mib_per_s:,.0f}, AES-GCM alone {aes_gcm_alone_mib_per_s:,.0f}",
    ),
    Row(
        "evidence",
        "opened_mib_per_s",
        "exhibit opened: decrypted, digest compared",
        "MiB/s",
        None,
        "AES-GCM alone {aes_gcm_alone_mib_per_s:,.0f}",
    ),
    Row("evidence", "memory_growth_mib", "memory that an exhibit of {exhibit_mib:.0f} MiB needs", "MiB", ("<=", 64)),
    Row("evidence", "typeset_ms_median", "typesetting Annex II", "ms"),
    Row("evidence", "seal_ms_median", "sealing it (PAdES)", "ms"),
    Row("load", "orders_lost", f"{AMONG_JUNK}: orders not carried out", "", ("<=", 0)),
    Row("load", "disabled_p50_s", "the same: order due → disabled, p50", "s"),
    Row("load", "disabled_worst_s", "the same, slowest of all", "s", ("<=", 60), HOUR),
    Row("load", "answered_worst_s", "order due → answered, slowest of all", "s", ("<=", 60), HOUR),
    Row(
        "load",
        "page_p95_ms",
        "docket page over HTTP meanwhile, p95",
        "ms",
        ("<=", 150),
        "{page_alone_p95_ms:.0f} ms without junk",
    ),
    Row(
        "load",
        "junk_otherwise",
        "junk neither taken by mail nor refused by the API",
        "",
        ("<=", 0),
    ),
    Row("load", "junk_processor_ms", "processor time a junk message, while it comes", "ms"),
    Row(
        "load",
        "junk_processor_share",
        "the same, cores that all junk together keeps busy",
        "",
        ("<=", 1),
        "{junk_unread:,.0f} still to be read at the end: strangers hold one place",
    ),
    Row(
        "load",
        "junk_read_processor_ms",
        "processor time to read and judge one that waited",
        "ms",
        None,
        "{junk_read_a_minute:,.0f} a minute, with nothing else to do",
    ),
    Row("load", "junk_disk_kib", "room on the disk a junk message by mail", "KiB"),
    Row("load", "memory_mib", "memory of everything, most", "MiB", None, "{memory_alone_mib:,.0f} MiB without junk"),
    Row(
        "signals",
        "pdq_1_6_mp_per_s",
        "PDQ of a JPEG of 1.6 MP, decoding included, one thread",
        "/s",
        (">=", 240),
        "pdqhash on the decoded picture, as HMA does: {peer_pdq_1_6_mp_per_s:,.0f}/s",
    ),
    Row(
        "signals",
        "pdq_12_mp_per_s",
        "the same, 12 MP",
        "/s",
        (">=", 33),
        "pdqhash: {peer_pdq_12_mp_per_s:,.1f}/s",
    ),
    Row("signals", "pdq_bits_from_peer", "the larger distance of those two from the peer's hash", "bits", ("<=", 10)),
    Row("signals", "confined_1_6_mp_2_per_s", "the same 1.6 MP through two confined decoders, elapsed time", "/s"),
    Row("signals", "film_sd_per_s", "frames of a film hashed, all of them, 640 x 480, 2 cores", "/s", (">=", 1440)),
    Row(
        "signals",
        "film_sd_share",
        "the same : decoding alone",
        "×",
        (">=", 0.9),
        "PyAV alone: {film_sd_decoding_alone_per_s:,.0f}/s",
    ),
    Row("signals", "film_hd_per_s", "frames of a film hashed, all of them, 1920 x 1080, 2 cores", "/s", (">=", 585)),
    Row(
        "signals",
        "film_hd_share",
        "the same : decoding alone",
        "×",
        (">=", 0.9),
        "PyAV alone: {film_hd_decoding_alone_per_s:,.0f}/s",
    ),
    Row(
        "signals",
        "text_per_s",
        "texts signed and looked up among {texts_listed:,.0f}, one core",
        "/s",
        (">=", 40_000),
        "datasketch among 2,000: {peer_text_per_s:,.0f}/s",
    ),
    Row(
        "signals",
        "text_recall",
        "of texts with one word in twenty changed, found",
        "",
        (">=", 0.99),
        "datasketch: {peer_text_recall:.3f}",
    ),
    Row("signals", "text_false", "texts found for a text that is like none", "", ("<=", 0.0001)),
    Row("signals", "text_octets", "memory for a text", "bytes", ("<=", 800)),
    Row(
        "startup",
        "pdf_read_s_median",
        "reading a signed order in a confined process of its own",
        "s",
        None,
        "limit: 20 s",
    ),
    Row(
        "startup",
        "first_start_s",
        "`comity run`, new folder → every door answers",
        "s",
        None,
        "database {start_database_s:.1f} s, tables {start_tables_s:.1f} s",
    ),
    Row("startup", "next_start_s", "the same, later starts", "s"),
)
