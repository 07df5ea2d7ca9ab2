"""The shape of an instrument's files: what a lawyer writes in YAML, checked field by field when it is loaded."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from comity.casefile.clock import Period
from comity.casefile.documents.assessment import Answer, Certainty, Outcome, Proposal

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$", max_length=80)]
"""A field of a form, by section where the form has sections: ``issued_at``, ``I.date``."""
Length = Annotated[str, AfterValidator(lambda text: Period.parse(text).text)]
Scalar = bool | str


class Strict(BaseModel):
    """Frozen; a key that nobody reads is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FactDefinition(Strict):
    """One fact: what it asks, which values it may have, and how it is read from an order (or not: then a caller
    states it).
    """

    label: Text
    values: tuple[Scalar, ...] = (True, False)
    reads: dict[str, str | tuple[str, ...]] | None = None
    """One reader of ``readers.py`` and its argument."""

    @field_validator("reads")
    @classmethod
    def _one_reader(cls, value: dict[str, object] | None) -> dict[str, object] | None:
        if value is not None and len(value) != 1:
            message = "name exactly one reader"
            raise ValueError(message)
        return value


class Row(Strict):
    """One row of a decision table: when all conditions hold, this outcome, for this reason, by this article."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}[0-9]{1,2}$")]
    when: dict[Word, Scalar | tuple[Scalar, ...]]
    outcome: Outcome
    why: Text
    citations: Annotated[tuple[Text, ...], Field(min_length=1)]
    certainty: Certainty
    in_force_from: date | None = None
    in_force_to: date | None = None
    """The first day on which the row no longer counts."""
    answer: Literal["note", "needs_person", "not_executable"] | None = None
    """What an outcome other than *holds* does to the answer; ``note`` leaves it alone."""
    proposes: Proposal | None = None
    reason: str | None = None
    """The box of the answering form that an outcome other than *holds* ticks."""
    says: Word | None = None
    """A word beyond the outcome, where one is asked for: a route, what a law says, who reviewed."""


class Table(Strict):
    """One legal question. ``subject`` says what it is asked about: an order, a notice, a complaint …"""

    id: Word
    subject: Word
    kind: Literal["finding", "route"] = "finding"
    question: Text
    duties: tuple[Word, ...] = ()
    period: Word | None = None
    """For a route: the period until whose end it is open."""
    barred: Literal["closes", "opens"] | None = None
    """For a route: what becomes of it when a finding bars the order, whatever its rows say."""
    answer: Literal["note", "needs_person", "not_executable"] = "needs_person"
    proposes: Proposal = Proposal.CLARIFY
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    def gate(self, row: Row) -> Answer | None:
        """The answer that this row forces, or ``None`` where it forces none."""
        if row.outcome is Outcome.HOLDS or self.kind == "route":
            return None
        if row.outcome is Outcome.UNDETERMINED:
            return Answer.NEEDS_PERSON
        level = row.answer or self.answer
        return None if level == "note" else Answer(level)


class Split(Strict):
    """How an order falls into parts, identifiers times categories, judged by the tables on the subject ``part``."""

    identifiers: Key
    time: Key
    """The field with the time asked for all identifiers."""
    categories: dict[Word, Key]
    """Each category and the field that asks for it."""


class Tables(Strict):
    """``tables.yaml``."""

    instrument: str
    prefix: Text
    """How citations of this instrument begin."""
    title: Text
    version: date
    in_force_from: date
    order_form: str = "annex-1"
    """The form on which orders come."""
    unconfirmed: Literal["counts", "needs_person"] = "counts"
    """``needs_person``: no row that is unconfirmed lets an order pass without a person."""
    weighs_other_laws: bool = False
    """Whether other laws may bind, bar or open a route (``law/conflicts``)."""
    recognised_by: tuple[Key, ...]
    """Fields of which an order without a stated instrument must carry most, to be read as one under this instrument."""
    extras: tuple[Key, ...] = ()
    """Keys beside the form that are read as facts."""
    events_from: dict[Word, Key] = {}
    """Events whose instant stands in a field of the order; ``issued_at`` also says which state of the law counts."""
    calendar_from: Key | None = None
    """The field that names the State by whose calendar days are counted, where the order says it."""
    parts: Split | None = None
    also_cites: tuple[str, ...] = ()
    """Other instruments in whose text citations are found as well."""
    facts: dict[Word, FactDefinition]
    tables: tuple[Table, ...]


class PausedBy(Strict):
    """An event that stops a period, and the one with which it runs on."""

    event: Word
    until: Word
    then: Literal["anew", "rest", "ends"] = "anew"
    """From then on it runs anew in full, for the rest that was left, or is over."""
    citation: Text
    certainty: Certainty


class ExtendedBy(Strict):
    """An event that lengthens a period once."""

    event: Word
    length: Length
    citation: Text


class PeriodDefinition(Strict):
    """One clock of the law."""

    id: Word
    duty: Text
    subject: Word
    duties: tuple[Word, ...] = ()
    starts: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Events; the first one known starts the period."""
    length: Length | None = None
    counts: Literal["elapsed", "days", "working_days", "full_hours"] = "elapsed"
    """``days``: whole days of the calendar after that of the event; ``full_hours``: whole hours after that of the
    event.
    """
    before: tuple[int, int] | None = None
    """Month and day of the next calendar year before which the duty falls due."""
    figure: Literal["law", "ours"] = "law"
    """``ours``: the law gives no figure, the length is a target of this house."""
    met_by: tuple[Word, ...] = ()
    """Events after which there is nothing left to do by this deadline."""
    paused_by: tuple[PausedBy, ...] = ()
    extended_by: ExtendedBy | None = None
    not_after: Word | None = None
    """An event before whose instant the period ends at the latest."""
    at_least_until: Word | None = None
    """An event until whose instant the period lasts at least."""
    applies: dict[Word, tuple[Outcome, ...]] = {}
    """Tables and outcomes, of which at least one must be so for the period to run; none: always."""
    warnings: tuple[Length, ...] = ()
    """How long before the end people are warned."""
    on_miss: Text
    citations: Annotated[tuple[Text, ...], Field(min_length=1)]
    certainty: Certainty


class Periods(Strict):
    """``periods.yaml``."""

    events: dict[Word, Text]
    """Every instant that a period may count from, with its name for people."""
    periods: tuple[PeriodDefinition, ...]
