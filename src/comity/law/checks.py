"""What a folder of law must prove before anybody judges by it. Each check gives complaints in words; none means sound.

Coverage (every combination of facts is decided), reach (every row decides something), agreement (no two rows that both
match say different things), references (facts, values, readers, events, periods), citations (each finds its article)
and duties (each has a row, route or period, or a stated reason why not); and that every row and period has a worked
vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

from comity.law.evaluator import CompiledTable, needed
from comity.law.library import Instrument, instrument
from comity.law.readers import READERS


def complaints(law: Instrument) -> list[str]:
    """Everything that is wrong with an instrument; references first, since the other checks rest on them."""
    wrong = list(references(law))
    if wrong:
        return wrong
    checks: tuple[Callable[[Instrument], Iterator[str]], ...] = (
        coverage, reach, agreement, citations, duties, unproven,
    )  # fmt: skip
    return [complaint for check in checks for complaint in check(law)]


def compiled(law: Instrument) -> Iterator[CompiledTable]:
    """Every table in every state of the law."""
    for day in law.days_of_change:
        epoch = law.at(datetime.combine(day, time(), UTC))
        for tables in (*epoch.findings.values(), *epoch.routes.values()):
            yield from tables


def coverage(law: Instrument) -> Iterator[str]:
    """Combinations of facts that no row decides, the first of each table, in any state in which it has rows."""
    for table in compiled(law):
        gap = next((key for key in table.combinations() if not table.matching(key)), None)
        if table.rows and gap is not None:
            stated = ", ".join(f"{fact}={value}" for fact, value in zip(table.facts, gap, strict=True))
            yield f"{table.table.id}: no row decides {stated}"


def reach(law: Instrument) -> Iterator[str]:
    """Rows that come first for no combination in any state of the law."""
    deciding = {
        (table.table.id, rows[0].id)
        for table in compiled(law)
        for rows in map(table.matching, table.combinations())
        if rows
    }
    for table in law.tables.tables:
        for row in table.rows:
            if (table.id, row.id) not in deciding:
                yield f"{table.id}: row {row.id} can never decide"


def agreement(law: Instrument) -> Iterator[str]:
    """Pairs of rows that match one combination with different outcomes or effects on the answer."""
    for table in compiled(law):
        found = set()
        for key in table.combinations():
            rows = table.matching(key)
            effects = [table.effect(row) for row in rows]
            found |= {(rows[0].id, row.id) for row, effect in zip(rows, effects, strict=True) if effect != effects[0]}
        for first, second in sorted(found):
            yield f"{table.table.id}: rows {first} and {second} contradict each other"


def references(law: Instrument) -> Iterator[str]:
    """Names that lead nowhere."""
    yield from _facts(law)
    yield from _rows(law)
    yield from _periods(law)
    yield from _order(law)
    tables = {table.id for table in law.tables.tables}
    for form in law.forms.values():
        keys = {field.key for field in form.form.fields}
        for field in form.form.fields:
            if field.judged_by is not None and field.judged_by not in tables:
                yield f"{form.form.form}: {field.key} is judged by {field.judged_by}, which is no table"
            for other in set(field.when) - keys:
                yield f"{form.form.form}: {field.key} depends on {other}, which is no field"


def _order(law: Instrument) -> Iterator[str]:
    """What the tables say of the order's form, and the boxes of answering forms that rows tick."""
    if law.tables.order_form not in law.forms:
        yield f"order_form: {law.tables.order_form} is no form"
        return
    keys = {field.key for field in law.order_form.form.fields}
    for event, key in law.tables.events_from.items():
        if event not in law.events or key not in keys:
            yield f"events_from: {event} is no event, or {key} no field"
    if law.tables.calendar_from is not None and law.tables.calendar_from not in keys:
        yield f"calendar_from: {law.tables.calendar_from} is no field"
    boxes = {option.value for one in _cited(law) for form in one.forms.values() for option in form.options}
    for row, reason in law.reasons.items():
        if reason not in boxes:
            yield f"row {row}: {reason} is a box of no form"


def _cited(law: Instrument) -> tuple[Instrument, ...]:
    """The instrument and those in whose text it cites as well."""
    return (law, *(instrument(other) for other in law.tables.also_cites))


def _facts(law: Instrument) -> Iterator[str]:
    asked = {fact for table in law.tables.tables for row in table.rows for fact in row.when}
    for name, fact in law.tables.facts.items():
        if name not in asked:
            yield f"fact {name}: no row asks for it"
        for reader in fact.reads or ():
            if reader not in READERS:
                yield f"fact {name}: {reader} is no reader"


def _rows(law: Instrument) -> Iterator[str]:
    seen: set[str] = set()
    for table in law.tables.tables:
        if table.period is not None and table.period not in law.periods:
            yield f"{table.id}: {table.period} is no period"
        for row in table.rows:
            if row.id in seen:
                yield f"{table.id}: {row.id} names two rows"
            seen.add(row.id)
            for fact, wanted in row.when.items():
                known = law.tables.facts.get(fact)
                if known is None:
                    yield f"{table.id}: row {row.id} asks for {fact}, which is no fact"
                elif not set(needed(wanted)) <= set(known.values):
                    yield f"{table.id}: row {row.id} wants {fact} to be what it can never be"


def _periods(law: Instrument) -> Iterator[str]:
    tables = {table.id for table in law.tables.tables if table.subject == "order"}
    for period in law.periods.values():
        rule = period.definition
        events = {
            *rule.starts,
            *rule.met_by,
            *(event for pause in rule.paused_by for event in (pause.event, pause.until)),
        }
        events |= {rule.extended_by.event} if rule.extended_by else set()
        events |= {event for event in (rule.not_after, rule.at_least_until) if event is not None}
        for event in sorted(events - set(law.events)):
            yield f"period {rule.id}: {event} is no event"
        for table in sorted(set(rule.applies) - tables):
            yield f"period {rule.id}: {table} is no table on orders"


def citations(law: Instrument) -> Iterator[str]:
    """Citations without an article, articles that nothing cites do no harm."""
    cited = {(f"row {row.id}", c) for table in law.tables.tables for row in table.rows for c in row.citations}
    for period in law.periods.values():
        rule = period.definition
        extension = (rule.extended_by.citation,) if rule.extended_by else ()
        pauses = tuple(pause.citation for pause in rule.paused_by)
        cited |= {(f"period {rule.id}", c) for c in (*rule.citations, *pauses, *extension)}
    for form in law.forms.values():
        cited.add((form.form.form, form.form.citation))
        cited |= {(f"{form.form.form} {field.key}", field.citation) for field in form.form.fields}
        options = (option for field in form.form.fields for option in field.options if option.citation)
        cited |= {(f"{form.form.form} {option.value}", str(option.citation)) for option in options}
    texts = [one.text for one in _cited(law)]
    for where, citation in sorted(cited):
        if not any(citation in text for text in texts):
            yield f"{where}: {citation} is not in text.md"


def duties(law: Instrument) -> Iterator[str]:
    """Duties without row, route, period or excuse; and names of duties that text.md does not know."""
    answered = {duty for table in law.tables.tables for duty in table.duties}
    answered |= {duty for period in law.periods.values() for duty in period.definition.duties}
    stated = {duty.id: duty for article in law.text.values() for duty in article.duties}
    for identifier, duty in stated.items():
        if identifier not in answered and duty.excuse is None:
            yield f"duty {identifier}: no row, route or period answers to it and no reason is stated"
    for identifier in sorted(answered - set(stated)):
        yield f"duty {identifier}: text.md does not state it"


def unproven(law: Instrument) -> Iterator[str]:
    """Rows and periods without a worked vector."""
    rows = {vector["row"] for vector in law.vectors.get("rows", ())}
    periods = {vector["period"] for vector in law.vectors.get("periods", ())}
    for table in law.tables.tables:
        for row in table.rows:
            if row.id not in rows:
                yield f"row {row.id} of {table.id} has no vector"
    for period in law.periods:
        if period not in periods:
            yield f"period {period} has no vector"
