"""``csv``: a table with headings (RFC 4180), whose columns a person names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges.batches import Rows
from comity.matching.exchanges.errors import UnusableAnswer, UnusableExchange
from comity.matching.exchanges.kinds.lists import List, text_of
from comity.matching.exchanges.kinds.references import reference_of
from comity.matching.exchanges.means import Means

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0", ""})
_OURS = ("type", "signal", "reference", "member", "withdrawn", "expires")


class Table(List):
    """A table."""

    def read(self, name: str, data: bytes, rows: Rows) -> None:
        """Read it; a row with too few or too many fields refuses the table: then no column can be trusted."""
        lines = self._lines(name, text_of(name, data))
        headings = next(lines, None)
        if headings is None:
            message = f"{name}: no headings"
            raise UnusableAnswer(message)
        columns = self._columns(name, [heading.strip() for heading in headings])
        for number, fields in enumerate(lines, 2):
            if not fields:
                continue
            if len(fields) != len(headings):
                message = f"{name}, row {number}: {len(fields)} fields under {len(headings)} headings"
                raise UnusableAnswer(message)
            self._row(f"{name}, row {number}", {what: fields[at].strip() for what, at in columns.items()}, rows)

    def _lines(self, name: str, text: str) -> Iterator[list[str]]:
        delimiter = _DELIMITERS.get(self.settings.get("delimiter", "comma"))
        if delimiter is None:
            raise UnusableExchange("settings: delimiter: comma, semicolon or tab")
        try:
            yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        except csv.Error as wrong:
            message = f"{name}: {wrong}"
            raise UnusableAnswer(message) from wrong

    def _columns(self, name: str, headings: list[str]) -> dict[str, int]:
        """Our name → place. A column that the person named must be there; of the others, those that are there."""
        found = {}
        for what in _OURS:
            heading = self.settings.get(f"column_{what}", what)
            if headings.count(heading) > 1:
                message = f"{name}: two columns are called the same: {what}"
                raise UnusableAnswer(message)
            if heading in headings:
                found[what] = headings.index(heading)
            elif f"column_{what}" in self.settings:
                message = f"{name}: no column is called {heading!r}"
                raise UnusableAnswer(message)
        if "signal" not in found or ("type" not in found and "type" not in self.settings):
            message = f"{name}: a column with the signal, and one with its type or the setting type"
            raise UnusableAnswer(message)
        return found

    def _row(self, place: str, row: Mapping[str, str], rows: Rows) -> None:
        signals = {row.get("type") or self.settings.get("type", ""): row["signal"]}
        reference = row.get("reference") or reference_of(signals)
        member = row.get("member") or self.settings.get("member", self.name)
        gone = row.get("withdrawn", "").lower()
        if gone in _YES:
            rows.withdraw(reference, member=member)
            return
        if gone not in _NO:
            rows.refuse(place, "withdrawn: yes or no")
            return
        try:
            expires = Instant.parse(row["expires"]) if row.get("expires") else None
        except ValueError:
            rows.refuse(place, "expires: an instant with its offset (RFC 3339)")
            return
        rows.take(place, signals, member=member, reference=reference, expires_at=expires)


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Table:
    """The table, ready to be read."""
    del secrets
    return Table(terms, means)
