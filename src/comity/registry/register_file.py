"""Reads a file of the register of authorities (Article 12(4) of Regulation (EU) 2021/784) in the format of ours.

The Commission publishes its register as a page; whoever transcribes it writes this, and may name roles under other laws
(``roles.yaml``). JSON (``application/json``)::

    {"format": "comity-register/1", "source": "address of the page", "read_at": "2026-11-23T09:00:00Z",
     "authorities": [{"reference": "FR-1", "name": "…", "member_state": "FR", "roles": ["12(1)(a)"],
                      "mail_domains": ["authority.example"], "telephone": ["+33140000000"],
                      "contact": "orders@authority.example"}]}

or CSV (``text/csv``, UTF-8) with the header ``reference,name,member_state,roles,mail_domains,telephone,contact``, lists
separated by spaces; source and instant are then told by whoever imports it. Every fault is reported at once, each
naming its row and field. Pure: it reads bytes and writes nothing.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents import Json
from comity.casefile.documents.strict_json import UnusableJson, loads
from comity.registry.errors import UnusableRegisterError
from comity.registry.means import AuthorityProposal, HeldAuthority, NumberFound, Source, SourceKind
from comity.registry.rules import LONGEST_TEXT, faults_of

FORMAT = "comity-register/1"
COLUMNS = ("reference", "name", "member_state", "roles", "mail_domains", "telephone", "contact")
LARGEST = 1_000_000
MOST_ROWS = 2_000
_LISTS = ("roles", "mail_domains", "telephone")
_MOST_FAULTS = 50


@dataclass(frozen=True)
class Register:
    """What a register file says: one proposal an authority, by its reference."""

    source: str
    read_at: Instant
    proposals: tuple[AuthorityProposal, ...]


@dataclass(frozen=True)
class Difference:
    """How one authority in the file differs from what is held."""

    reference: str
    change: str
    """``new``, ``changed`` or ``absent`` (held under a reference that the file no longer has)."""
    fields: Json
    """For *changed*: each field with what is held and what the file says."""
    held: str | None
    """The identifier of the authority held, if any."""


@dataclass(frozen=True)
class ReadBy:
    """Who transcribed the page, from where and when; for CSV, which cannot say it itself."""

    staff: str
    source: str
    at: Instant


def read_register(data: bytes, media_type: str, by: ReadBy) -> Register:
    """Read a register file; raises ``UnusableRegisterError`` with every fault, and nothing else."""
    if len(data) > LARGEST:
        raise UnusableRegisterError(f"{len(data)} bytes are more than {LARGEST}.")
    if media_type == "application/json":
        by, rows = _json_rows(data, by)
    elif media_type == "text/csv":
        rows = _csv_rows(data)
    else:
        raise UnusableRegisterError("It is neither application/json nor text/csv.")
    if not 0 < len(rows) <= MOST_ROWS:
        raise UnusableRegisterError(f"It holds {len(rows)} authorities; 1 to {MOST_ROWS} can be read.")
    return Register(by.source, by.at, _proposals(rows, by))


def differences(register: Register, held: list[HeldAuthority]) -> list[Difference]:
    """What an import would change. Only authorities that came from a register are ever called absent."""
    known = {item.register_reference: item for item in held if item.register_reference}
    found: list[Difference] = []
    for proposal in register.proposals:
        reference = proposal.register_reference or ""
        item = known.pop(reference, None)
        if item is None:
            found.append(Difference(reference, "new", {}, None))
            continue
        fields = _changed(item, proposal)
        if fields:
            found.append(Difference(reference, "changed", fields, item.id))
    found += [Difference(reference, "absent", {}, item.id) for reference, item in sorted(known.items())]
    return found


def _changed(held: HeldAuthority, proposal: AuthorityProposal) -> Json:
    numbers = [item.number for item in held.numbers]
    pairs: dict[str, tuple[Any, Any]] = {
        "name": (held.name, proposal.name),
        "member_state": (held.member_state, proposal.member_state),
        "roles": (sorted(held.roles), sorted(proposal.roles)),
        "mail_domains": (sorted(held.mail_domains), sorted(proposal.mail_domains)),
        "contact": (held.feedback_contact, proposal.feedback_contact),
        # Staff may hold further numbers from other sources; only one that we lack is news.
        "telephone": (sorted(numbers), sorted({*numbers, *(found.number for found in proposal.numbers)})),
    }
    return {name: {"held": old, "file": new} for name, (old, new) in pairs.items() if old != new}


def _json_rows(data: bytes, by: ReadBy) -> tuple[ReadBy, list[Json]]:
    try:
        whole = loads(data, LARGEST)
    except UnusableJson as error:
        raise UnusableRegisterError(str(error)) from error
    if whole.get("format") != FORMAT or not isinstance(whole.get("source"), str):
        raise UnusableRegisterError(f"format must be {FORMAT!r} and source must be given.")
    try:
        read_at = Instant.parse(str(whole.get("read_at")))
    except InvalidInstant as error:
        raise UnusableRegisterError(f"read_at: {error}.") from error
    rows = whole.get("authorities")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnusableRegisterError("authorities must be a list of objects.")
    return ReadBy(by.staff, whole["source"][:LONGEST_TEXT], read_at), rows


def _csv_rows(data: bytes) -> list[Json]:
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusableRegisterError(f"Not CSV in UTF-8: {error}.") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise UnusableRegisterError(f"The first line must be: {','.join(COLUMNS)}.")
    short = [index for index, row in enumerate(rows[1:], 1) if len(row) != len(COLUMNS)]
    if short:
        raise UnusableRegisterError(f"Row {short[0]} has not {len(COLUMNS)} fields.")
    return [_split(dict(zip(COLUMNS, row, strict=True))) for row in rows[1:]]


def _split(row: dict[str, str]) -> Json:
    return {name: text.split() if name in _LISTS else text for name, text in row.items()}


def _proposals(rows: list[Json], by: ReadBy) -> tuple[AuthorityProposal, ...]:
    faults: list[str] = []
    proposals: list[AuthorityProposal] = []
    seen: set[str] = set()
    for index, row in enumerate(rows, 1):
        wrong = _row_faults(row, seen)
        if not wrong:
            proposal = _proposal(row, by)
            wrong = list(faults_of(proposal))
            proposals.append(proposal)
        faults += [f"row {index}: {message}" for message in wrong]
    if faults:
        more = f" … and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise UnusableRegisterError("; ".join(faults[:_MOST_FAULTS]) + more)
    return tuple(proposals)


def _row_faults(row: Json, seen: set[str]) -> list[str]:
    wrong = [f"{name}: not a column of the format" for name in sorted(set(row) - set(COLUMNS))]
    for name in COLUMNS:
        value = row.get(name)
        if name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                wrong.append(f"{name}: must be a list of texts")
        elif not isinstance(value, str):
            wrong.append(f"{name}: must be a text")
    if wrong:
        return wrong
    if not 0 < len(row["reference"]) <= LONGEST_TEXT:
        wrong.append("reference: must be given")
    if row["reference"] in seen:
        wrong.append("reference: stands twice in the file")
    seen.add(row["reference"])
    return wrong


def _proposal(row: Json, by: ReadBy) -> AuthorityProposal:
    source = Source(SourceKind.COMMISSION_REGISTER, by.source, by.staff, by.at)
    return AuthorityProposal(
        name=row["name"].strip(),
        member_state=row["member_state"].strip(),
        roles=frozenset(row["roles"]),
        mail_domains=tuple(dict.fromkeys(domain.lower() for domain in row["mail_domains"])),
        numbers=tuple(NumberFound(number, (source,)) for number in dict.fromkeys(row["telephone"])),
        feedback_contact=row["contact"].strip(),
        register_reference=row["reference"],
    )
