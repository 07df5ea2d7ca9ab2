"""Questions about acts on content; nothing here changes anything, except the note that visitors see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.execution.content import rules, store
from comity.execution.content.models import ContentItem, ItemState
from comity.execution.content.service import Means
from comity.platform import Content, LegalNote, Outcome

MOST_ADDRESSES = 200
"""Addresses of one order that are looked up before a person has seen it."""


class Existing(NamedTuple):
    """What the platform says of an order's addresses."""

    known: dict[str, bool]
    """Which name something there, and which do not; unknown ones are left out."""
    again: bool
    """Some are left out only because the platform did not answer now."""


def existing(content: Content, form: Json) -> Existing:
    """Ask the platform about an order's addresses, each once."""
    locations = form.get("content_locations")
    urls = [
        location["url"]
        for location in (locations if isinstance(locations, list) else [])
        if isinstance(location, dict) and isinstance(location.get("url"), str)
    ]
    says = {Outcome.FOUND: True, Outcome.ABSENT: False, Outcome.NOT_OURS: False}
    found = {url: content.resolve(url) for url in dict.fromkeys(urls[:MOST_ADDRESSES])}
    known = {url: says[one.outcome] for url, one in found.items() if one.outcome in says}
    return Existing(known, again=any(one.again for one in found.values()))


def items(case: str) -> list[ContentItem]:
    """Every address of a case with how far its act has come."""
    return store.items(case)


def changed(cases: Iterable[str]) -> list[tuple[str, Instant | None, Instant | None]]:
    """Of these cases, each address: the case, when it was disabled and when it was restored."""
    return [(row.case_id.hex, _at(row.disabled_at), _at(row.restored_at)) for row in store.items_of(cases)]


def _at(moment: datetime | None) -> Instant | None:
    return None if moment is None else Instant(moment)


def account_of(case: str) -> str:
    """The content provider's account; empty when nothing was found."""
    return store.account_of(case)


def disabled_urls(case: str) -> tuple[str, ...]:
    """The addresses that are disabled now."""
    return tuple(row.url for row in store.items(case) if row.state == ItemState.PERFORMED.value)


def disabled_items(case: str) -> tuple[str, ...]:
    """The platform's references of what is disabled now."""
    return tuple(row.item for row in store.items(case) if row.state == ItemState.PERFORMED.value)


def restored_urls(case: str) -> tuple[str, ...]:
    """The addresses that were disabled once and stand again."""
    rows = store.items(case)
    return tuple(row.url for row in rows if row.state == ItemState.RESTORED.value and row.disabled_at is not None)


def last_restored_at(case: str) -> Instant | None:
    """When the last of them came back."""
    times = [row.restored_at for row in store.items(case) if row.restored_at is not None]
    return Instant(max(times)) if times else None


def liftable_urls(case: str) -> tuple[str, ...]:
    """The addresses with which something is to be done when the order ends."""
    return tuple(row.url for row in store.items(case) if _lifted(row) is not ItemState(row.state))


def _lifted(row: ContentItem) -> ItemState:
    return rules.lifting(ItemState(row.state), found=bool(row.item))


def bar_is_gone(case: str) -> bool:
    """Whether an address that another case's order kept away is free now."""
    return any(rules.may_restore(case, store.disabling_cases(row.item)) for row in store.barred_items(case))


def cases_barred_with(case: str) -> tuple[str, ...]:
    """Other cases that wait for an item of this case to be free."""
    return store.cases_barred_with(case)


def last_disabled_at(case: str) -> Instant | None:
    """When the last of the addresses was disabled; the law counts from there (2021/784 Art 6(2))."""
    times = [row.disabled_at for row in store.items(case) if row.disabled_at is not None]
    return Instant(max(times)) if times else None


def in_force(case: str) -> bool:
    """Whether this case's order keeps anything away."""
    return any(row.state in (ItemState.PERFORMED.value, ItemState.BARRED.value) for row in store.items(case))


def is_away(item: str) -> bool:
    """Whether some decision keeps an item of the platform away now, or is about to."""
    return bool(store.disabling_cases(item))


def show_note(case: str, means: Means, legal: LegalNote) -> None:
    """Secrecy ended: what was silently absent now says why. Repeating it changes nothing."""
    for row in store.items(case):
        if row.state == ItemState.PERFORMED.value:
            means.platform.disable(row.item, territories=tuple(row.territories), key=f"{row.act.hex}-note", legal=legal)
