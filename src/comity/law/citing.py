"""Which articles of a law stand behind a question about the message that carries a demand. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from comity.casefile.documents.assessment import Outcome
from comity.law.library import instrument

_SENDER = ("sender_authenticated", "sender", "authority_in_register")
TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "sender": _SENDER,
    "machine": _SENDER,
    "signed": ("signature", *_SENDER),
    "addressee": ("addressee",),
    "form": ("form_complete",),
    "defect": ("form_complete",),
    "url": ("exact_url",),
}
"""By topic: the tables that ask about it; the first that a law has gives the articles."""


@functools.cache
def citing(identifier: str, topic: str) -> tuple[str, ...]:
    """The articles by which what a topic asks can fail under a law; where it asks nothing of it, its form's article.

    Raises ``KeyError`` for a topic that does not exist and ``UnknownInstrumentError`` for a law that is not held.
    """
    law, asking = instrument(identifier), TOPICS[topic]
    tables = {table.id: table for table in law.tables.tables}
    for name in asking:
        if name in tables:
            rows = (row for row in tables[name].rows if row.outcome is not Outcome.HOLDS)
            return tuple(dict.fromkeys(article for row in rows for article in row.citations))
    return (law.order_form.form.citation,)
