"""How facts are read from an order: a small vocabulary that the tables name, so that a new law needs no new code.

Each reader gives a value of the fact's domain, or ``None``: unknown. None of them raises on anything that JSON can
hold.
"""

from __future__ import annotations

from comity.law.data_readers import (
    addresses_timed,
    any_of,
    bound_state,
    boxes,
    distinct,
    filled,
    identifiers,
    in_section,
    language_of_words,
    overlapping,
    periods,
    reaches,
    recorded_as,
    secrets_asked,
    section_choice,
    stated,
    unambiguous,
)
from comity.law.evaluator import Value
from comity.law.national_readers import asks, lasts, state_named, still_runs
from comity.law.order_readers import (
    addressed_to_us,
    advance_information,
    cross_border,
    exclusion,
    home_state,
    issued,
    language,
    legal_basis,
    member_state,
    nondisclosure,
    urls_exact,
    urls_ours,
    urls_resolved,
)
from comity.law.view import SHOWN, Argument, Reader, View, faults_in, given, lookup


def yes_no(view: View, _fact: str, path: Argument) -> Value:
    """A boolean stated by the channel; anything else is unknown."""
    found = lookup(view.order, str(path))
    return found if isinstance(found, bool) else None


def choice(view: View, _fact: str, path: Argument) -> Value:
    """A word; the caller keeps it only if it is one of the fact's values."""
    found = lookup(view.order, str(path))
    return found if isinstance(found, str) else None


def choice_or_form(view: View, _fact: str, path: Argument) -> Value:
    """How the message was read; a file of fields is a form unless somebody says otherwise."""
    found = lookup(view.order, str(path))
    return "form" if found is None else choice(view, _fact, path)


def recorded(view: View, _fact: str, path: Argument) -> Value:
    """Whether something was recorded; nothing recorded means that it is not so, as far as anyone has said."""
    return lookup(view.order, str(path)) not in (None, False)


def listed(view: View, fact: str, path: Argument) -> Value:
    """Whether a list holds anything."""
    found = lookup(view.order, str(path))
    if not found:
        return False
    items = found if isinstance(found, list) else [found]
    view.notes[fact] = "; ".join(str(item)[:200] for item in items[:SHOWN])
    return True


def provider(view: View, _fact: str, attribute: Argument) -> Value:
    """A property of the provider's profile."""
    return None if view.provider is None else bool(getattr(view.provider, str(attribute)))


def provider_is(view: View, _fact: str, attribute: Argument) -> Value:
    """A property of the provider's profile that is a word."""
    return None if view.provider is None else str(getattr(view.provider, str(attribute)))


def ticked(view: View, _fact: str, key: Argument) -> Value:
    """A tick box; what cannot be read is unknown."""
    return None if key in view.reading.faulty else bool(view.reading.values.get(str(key), False))


def complete_but_for(view: View, fact: str, keys: Argument) -> Value:
    """Whether every mandatory field is filled and readable, apart from those that tables of their own judge."""
    at_fault = (view.reading.missing | view.reading.faulty).difference(keys)
    if at_fault:
        view.notes[fact] = faults_in(view, at_fault)
    return not at_fault


def beyond_form(view: View, fact: str, _none: Argument) -> Value:
    """Whether the message holds fields that the form does not know."""
    view.notes[fact] = ", ".join(name[:60] for name in view.reading.beyond[:SHOWN])
    return bool(view.reading.beyond)


def defective(view: View, _fact: str, others: Argument) -> Value:
    """Whether the authority has something to clarify: a field, or places of which (by facts read before) not all are
    right.
    """
    if view.reading.missing or view.reading.faulty:
        return True
    places = [view.facts.get(other) for other in others]
    if any(place in {"some", "none"} for place in places):
        return True
    return None if None in places else False


READERS: dict[str, Reader] = {
    reader.__name__: reader
    for reader in (
        yes_no, choice, choice_or_form, recorded, listed, provider, ticked, given, complete_but_for, beyond_form,
        legal_basis, member_state, issued, urls_exact, urls_ours, urls_resolved, exclusion, nondisclosure,
        addressed_to_us, home_state, cross_border, language, advance_information, defective, provider_is, stated,
        filled, recorded_as, bound_state, section_choice, in_section, boxes, reaches, identifiers, unambiguous,
        distinct, addresses_timed, periods, overlapping, secrets_asked, language_of_words, any_of, state_named, asks,
        lasts, still_runs,
    )
}  # fmt: skip
