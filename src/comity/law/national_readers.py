"""Facts about orders of national law: which state, which categories, how long."""

from __future__ import annotations

from comity.casefile.clock import Instant, Period
from comity.law.evaluator import Value
from comity.law.view import Argument, View, given, several


def state_named(view: View, fact: str, keys: Argument) -> Value:
    """The word for the state that a field names: after the field, pairs ``CODE=word``; ``other`` for every other."""
    key, *pairs = several(keys)
    state = given(view, fact, (key,))
    if state != "given":
        return state
    code = view.reading.values[key]
    view.notes[fact] = f"The state named is {code}."
    return dict(pair.split("=") for pair in pairs).get(code, "other")


def asks(view: View, _fact: str, keys: Argument) -> Value:
    """Whether one of several boxes is ticked in a field: after the field, the boxes; unknown if it cannot be read."""
    key, *boxes = several(keys)
    ticked = view.reading.values.get(key)
    return None if ticked is None else any(box in ticked for box in boxes)


def lasts(view: View, fact: str, keys: Argument) -> Value:
    """Whether an end keeps to the longest time from a beginning (or from receipt, where none is stated)."""
    end_key, start_key, longest = several(keys)
    values = view.reading.values
    end: Instant | None = values.get(end_key)
    if end is None:
        return None if end_key in view.reading.faulty else "not_stated"
    start: Instant = values.get(start_key, view.received)
    limit = Period.parse(longest).after(start)
    view.notes[fact] = lambda: f"Decided {start}; it may last until {limit}."
    return "reversed" if end < start else "beyond" if end > limit else "within"


def still_runs(view: View, _fact: str, key: Argument) -> Value:
    """Whether an end that is stated lies after receipt; none stated runs on."""
    if key in view.reading.faulty:
        return None
    end: Instant | None = view.reading.values.get(str(key))
    return end is None or end > view.received
