"""The tables of a page: addresses of an order, identifiers of a demand, files of a package, costs; every cell is text.

Each row has a number, what it is about in letters of one width, a note below it, and two cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.casefile.documents.base import Json
from comity.delivery.ink import printable, printable_url, time
from comity.delivery.user_words import UserWords, words_in
from comity.delivery.words import Words


def tables(fields: Json, words: Words) -> list[Json]:
    """The tables that a form has, in the order in which they are read."""
    said = words_in(words.language)
    made = [
        {"title": words.addresses_title, "head": list(words.addresses_head), "rows": _addresses(fields, words)},
        *(
            {"title": said.titles[key], "head": list(head), "rows": [row(one, said) for one in _numbered(fields, key)]}
            for key, head, row in (
                ("parts", said.parts, _part),
                ("files", said.files, _file),
                ("amounts", said.amounts, _amount),
            )
        ),
    ]
    return [table for table in made if table["rows"]]


def _numbered(fields: Json, key: str) -> Sequence[Json]:
    return [{"number": number, **row} for number, row in enumerate(fields.get(key, ()), start=1)]


def _addresses(fields: Json, words: Words) -> list[Json]:
    return [
        {
            "number": str(row["number"]),
            "url": printable_url(row["url"]),
            "note": printable(row.get("note", "")),
            "outcome": words.outcomes.get(row["outcome"], row["outcome"]),
            "at": time(row["at"]).replace(" (", "\n(") if row["at"] else "–",
        }
        for row in fields.get("addresses", ())
    ]


def _part(row: Json, words: UserWords) -> Json:
    return {
        "number": printable(row["identifier"]),
        "url": printable(row["value"]),
        "note": printable("\n".join(row["why"])),
        "outcome": words.categories.get(row["category"], row["category"]),
        "at": words.outcomes[row["outcome"]],
    }


def _file(row: Json, words: UserWords) -> Json:
    return {
        "number": str(row["number"]),
        "url": printable(row["name"]),
        "note": f"SHA-512 {printable(row['sha512'])}",
        "outcome": words.size.format(size=row["size"]),
        "at": "",
    }


def _amount(row: Json, _words: UserWords) -> Json:
    return {
        "number": str(row["number"]),
        "url": printable(row["what"]),
        "note": "",
        "outcome": printable(row["provision"]),
        "at": f"{row['amount']} {row['currency']}",
    }
