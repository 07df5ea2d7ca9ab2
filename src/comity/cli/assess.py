"""``comity assess``: one order judged offline, without database, network or account.

Exit code 0: may be executed; 10: needs a person; 11: not executable; 2: unusable input, with the field on standard
error.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from comity import law
from comity.casefile.clock import Instant, InvalidInstant, WallClock
from comity.casefile.documents import Json
from comity.casefile.documents.assessment import Answer, Certainty, Finding, Outcome
from comity.casefile.documents.strict_json import UnusableJson, loads
from comity.cli.laws import picture_lines
from comity.cli.screen import heading, inert, wrap
from comity.law.assessing import Judgement
from comity.law.evaluator import Ruling
from comity.law.parts import parts

PdfReader = Callable[[bytes], Json]
"""Reads the fields of an order from a PDF; raises ``comity.law.errors.UnusableOrderError`` when it holds none."""

EXIT = {Answer.EXECUTE: 0, Answer.NEEDS_PERSON: 10, Answer.NOT_EXECUTABLE: 11}
UNUSABLE = 2
MAX_FILE = 50_000_000
_HEADLINE = {
    Answer.EXECUTE: ("MAY BE EXECUTED", "32"),
    Answer.NEEDS_PERSON: ("NEEDS A PERSON", "33"),
    Answer.NOT_EXECUTABLE: ("NOT EXECUTABLE", "31"),
}
_MARK = {Certainty.OFFICIAL: "", Certainty.SECONDARY: " [secondary source]", Certainty.UNCONFIRMED: " [unconfirmed]"}


class _Unusable(Exception):  # noqa: N818 -- says what is wrong
    """The input cannot be used; the message names the field."""


def register(subparsers: Any, read_pdf: PdfReader | None = None) -> None:
    """Add the command to a dispatcher's parsers; the dispatcher calls ``args.run(args)``."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "assess", help="judge one order offline", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", metavar="FILE", help="the order, as JSON or PDF")
    parser.add_argument("--instrument", metavar="ID", help="the law, for example eu-tco (default: by the order's form)")
    parser.add_argument("--received", metavar="INSTANT", help="receipt, RFC 3339 with offset (default: now)")
    parser.add_argument("--provider", metavar="PROFILE", help="the provider's profile, YAML (default: unknown)")
    parser.add_argument("--json", action="store_true", help="print the assessment as JSON")
    parser.set_defaults(run=functools.partial(run, read_pdf=read_pdf))


def run(args: argparse.Namespace, read_pdf: PdfReader | None = None) -> int:
    """Judge the order and print the assessment; returns the exit code."""
    try:
        judgement = _judge(args, read_pdf)
    except (_Unusable, UnusableJson, law.LawError) as error:
        print(f"comity assess: {inert(str(error))}", file=sys.stderr)
        return UNUSABLE
    if args.json:
        print(json.dumps(judgement.assessment.as_interface(), indent=2))
    else:
        _print(judgement)
    return EXIT[judgement.assessment.answer]


def _judge(args: argparse.Namespace, read_pdf: PdfReader | None) -> Judgement:
    data = _bytes(args.file, "FILE", MAX_FILE)
    provider = law.parse_provider(_bytes(args.provider, "--provider", 1_000_000)) if args.provider else None
    received = _received(args.received)
    if not data.lstrip()[:5].startswith(b"%PDF-"):
        order = loads(data)
    elif read_pdf is not None:
        order = read_pdf(data)
    else:
        message = "FILE: a PDF, which cannot be read here"
        raise _Unusable(message)
    return law.judge(order, received=received, provider=provider, identifier=args.instrument)


def _bytes(path: str, field: str, limit: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        message = f"{field}: cannot be read: {getattr(error, 'strerror', None) or error}"
        raise _Unusable(message) from error
    if len(data) > limit:
        message = f"{field}: larger than {limit} bytes"
        raise _Unusable(message)
    return data


def _received(text: str | None) -> Instant:
    if text is None:
        return WallClock().now()
    try:
        return Instant.parse(text)
    except InvalidInstant as error:
        message = f"--received: {error}"
        raise _Unusable(message) from error


def _print(judgement: Judgement) -> None:
    colour = sys.stdout.isatty()
    for line in _lines(judgement, colour=colour):
        text = line if colour else inert(line)
        print(text.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii"))


def _lines(judgement: Judgement, *, colour: bool) -> Iterable[str]:
    """Answer first; then what stands in its way, the clocks, what nobody has said, the ways open."""
    found = judgement.assessment
    words, code = _HEADLINE[found.answer]
    yield f"\x1b[1;{code}m{words}\x1b[0m" if colour else words
    yield f"Proposed: {found.proposed.value.replace('_', ' ')}"
    yield f"Law: {found.instrument}, {found.law_version}. Received {found.received_at.z()}."
    yield from _findings(judgement, "What fails", Outcome.FAILS)
    yield from _findings(judgement, "What could not be determined", Outcome.UNDETERMINED)
    yield from _parts(judgement)
    yield from _deadlines(judgement)
    yield from _unknown(judgement)
    yield from _routes(judgement)
    if judgement.picture is not None:
        yield from picture_lines(judgement.picture, found.deadlines, judgement.labels)
    holding = [finding for finding in found.findings if finding.outcome is Outcome.HOLDS]
    yield from heading(f"What holds ({len(holding)})")
    for finding in holding:
        yield from wrap(f"+ {finding.question} {_cited(finding)}", "  ", "    ")
    yield ""
    marks = "[unconfirmed] and [secondary source]: not checked against the official text; compare before relying on it"
    yield from wrap(f"{marks}.", "", "")


def _findings(judgement: Judgement, title: str, outcome: Outcome) -> Iterable[str]:
    found = [finding for finding in judgement.assessment.findings if finding.outcome is outcome]
    if not found:
        return
    yield from heading(f"{title} ({len(found)})")
    for finding in found:
        yield from wrap(f"{'x' if outcome is Outcome.FAILS else '?'} {finding.question}", "  ", "    ")
        yield from wrap(f"{finding.why} {_cited(finding)}", "    ", "    ")
        if not finding.id.startswith("lawful."):  # why no other route is open stands with the routes
            yield from _why_not(judgement.rulings[finding.id])


def _why_not(ruling: Ruling) -> Iterable[str]:
    for passed in ruling.passed_over:
        yield from wrap(f"not {passed}", "      ", "        ")


def _parts(judgement: Judgement) -> Iterable[str]:
    """Where an order falls into parts and not all may be executed: what becomes of each."""
    found = parts(judgement)
    if all(part.outcome is Outcome.HOLDS for part in found):
        return
    yield from heading("Part by part")
    for part in found:
        mark = {Outcome.HOLDS: "+", Outcome.FAILS: "x", Outcome.UNDETERMINED: "?"}[part.outcome]
        reasons = f": {', '.join(part.reasons)}" if part.reasons else ""
        yield from wrap(
            f"{mark} identifier {part.identifier}, {part.category.replace('_', ' ')}{reasons}", "  ", "    "
        )


def _deadlines(judgement: Judgement) -> Iterable[str]:
    """Each in UTC and in the offset in which receipt was stated."""
    if not judgement.assessment.deadlines:
        return
    yield from heading("Deadlines")
    zone = judgement.received.original.tzinfo
    for deadline in judgement.assessment.deadlines:
        local = f" ({deadline.due_at.utc.astimezone(zone).isoformat()})" if judgement.received.offset_minutes else ""
        yield from wrap(f"{deadline.due_at.z()}{local}  {deadline.duty}{_MARK[deadline.certainty]}", "  ", "    ")
        for step in deadline.computation:
            yield from wrap(step, "      ", "        ")


def _unknown(judgement: Judgement) -> Iterable[str]:
    if not judgement.assessment.unknown:
        return
    yield from heading("What nobody has said, and what it would change")
    for unknown in judgement.assessment.unknown:
        changes = ", ".join(word.replace("_", " ") for word in unknown.would_change)
        yield from wrap(f"{judgement.labels[unknown.fact]} ({unknown.fact})", "  ", "    ")
        yield from wrap(f"would change: {changes}", "      ", "        ")


def _routes(judgement: Judgement) -> Iterable[str]:
    own = [route for route in judgement.assessment.routes if route.route in judgement.rulings]
    if not own:
        return
    yield from heading("Ways open by law")
    for route in own:
        until = f", until {route.due_at.z()}" if route.due_at is not None else ""
        finding = judgement.rulings[route.route].finding
        mark = _MARK[finding.certainty]
        line = f"{route.lawful.value:<12} {finding.question}{until}. {finding.why} ({'; '.join(route.citations)}){mark}"
        yield from wrap(line, "  ", "               ")


def _cited(finding: Finding) -> str:
    return f"({'; '.join(finding.citations)}){_MARK[finding.certainty]}"
