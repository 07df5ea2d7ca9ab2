"""Reading an order without a database: what ``comity assess`` needs of the way in."""

from __future__ import annotations

from comity.casefile.documents.base import Json
from comity.intake.confined import Confined
from comity.intake.reading import read_document
from comity.law.errors import UnusableOrderError


def fields_of_pdf(data: bytes) -> Json:
    """The fields of an order in a PDF, with what reading it found; raises ``UnusableOrderError`` when it holds none."""
    read = read_document(data, Confined())
    if not read.form:
        why = "; ".join(fault.message for fault in read.faults) or "no field of an order could be read"
        raise UnusableOrderError("FILE", why)
    faults = [f"{fault.code} {fault.field}: {fault.message}" for fault in read.faults]
    return {**read.form, "message": {"reading": read.reading.value, "faults": faults, "duplicate_of": None}}
