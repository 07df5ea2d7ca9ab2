"""``file``: a type and a signal on each line, as the ``threatexchange`` library's own files have it."""

from __future__ import annotations

from collections.abc import Mapping

from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges.batches import Rows
from comity.matching.exchanges.kinds.lists import List, text_of
from comity.matching.exchanges.kinds.references import reference_of
from comity.matching.exchanges.means import Means


class Lines(List):
    """Files of lines; empty ones and those that begin with ``#`` say nothing."""

    def read(self, name: str, data: bytes, rows: Rows) -> None:
        """Read one file."""
        fixed, member = self.settings.get("type"), self.settings.get("member", self.name)
        for number, line in enumerate(text_of(name, data).splitlines(), 1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            kind, _, signal = (fixed, "", text) if fixed is not None else text.partition(" ")
            place = f"{name}, line {number}"
            if not signal.strip():
                rows.refuse(place, "a type and a signal, with a space between")
                continue
            signals = {kind: signal.strip()}
            rows.take(place, signals, member=member, reference=reference_of(signals))


def opened(terms: ExchangeTerms, secrets: Mapping[str, str], means: Means) -> Lines:
    """The files, ready to be read."""
    del secrets
    return Lines(terms, means)
