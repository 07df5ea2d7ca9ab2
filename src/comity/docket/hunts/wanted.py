"""From where a hunt takes its signals: a bank, an item of the platform, or what a case took into custody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.casefile.clock import Instant
from comity.docket import store as cases
from comity.docket.hunts import rules
from comity.docket.hunts.errors import NotHuntable, UnusableSearch
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.docket.seeking import Sought
from comity.execution.content import looking
from comity.matching.banks import store as banks
from comity.matching.banks.store import Bank, BankEntry
from comity.matching.signals import TYPES
from comity.matching.signals.decoders import Decoders
from comity.matching.signals.types import ContentType

_EXECUTED = frozenset({Status.EXECUTED.value, Status.ANSWERED.value, Status.IN_EFFECT.value})
_PAGE = 10_000
_MOST_BYTES = 256 * 1024 * 1024
PURPOSE = "to search for copies"


# -- banks -------------------------------------------------------------------------------------------------------------


def of_bank(name: str, thresholds: dict[str, float], at: Instant) -> tuple[Bank, tuple[Sought, ...]]:
    """Everything in force in a bank, with the bank's own thresholds unless a person set others."""
    bank = banks.bank(name)
    terms = bank.terms
    if terms.negative:
        raise UnusableSearch("An allow bank lists what may stand; nothing of it is searched for.")
    if terms.shadow or not terms.enabled or (terms.expires_at is not None and at >= terms.expires_at):
        raise UnusableSearch("This bank is switched off, expired or only tried: nothing follows from its matches.")
    own = {kind: thresholds.get(kind, terms.thresholds.get(kind)) for kind in TYPES}
    return bank, rules.limited(_listed(bank, own, at))


def _listed(bank: Bank, thresholds: dict[str, float | None], at: Instant) -> Iterator[Sought]:
    for item in in_force(bank, at):
        for kind, signal in item.signals.items():
            threshold = rules.threshold_of(kind, thresholds.get(kind))
            yield Sought(kind, signal, threshold, item.number, item.member)


def in_force(bank: Bank, at: Instant) -> Iterator[BankEntry]:
    """A bank's items that are neither switched off, held back nor expired."""
    after = 0
    while page := banks.items(bank, after=after, most=_PAGE):
        after = page[-1].number
        for item in page:
            off = item.off and (item.off_until is None or at < item.off_until)
            if not (off or item.quarantined or (item.expires_at is not None and at >= item.expires_at)):
                yield item


# -- cases and items ---------------------------------------------------------------------------------------------------


def executed(case: str) -> Case:
    """The case, if its acts are performed and something is disabled; raises ``NotHuntable``."""
    row = cases.case(case)
    if row.status not in _EXECUTED or not looking.disabled_urls(case):
        raise NotHuntable
    return row


def of_case(case: str, parts: Parts, actor: str) -> list[tuple[str, bytes]]:
    """Media types and bytes of what a case took into custody of its items; that it was opened is entered."""
    executed(case)
    digests = {digest for one in looking.items(case) if one.disabled_at for digest in one.exhibits}
    kept = [one.exhibit for one in parts.vault.exhibits(case) if not one.erased and one.exhibit.digest in digests]
    kept = [one for one in kept if _is_content(one.media_type) and one.size <= _MOST_BYTES]
    with parts.work(actor) as work:
        opened = [(one, parts.vault.open(work, case, one.digest, purpose=PURPOSE)) for one in kept]
    return [(one.media_type, b"".join(chunks)) for one, chunks in opened]


def of_item(item: str, parts: Parts) -> Iterator[tuple[str, bytes]]:
    """Media types and bytes of what the platform has of an item; texts of accounts are passed over."""
    for part in parts.content.fetch(item):
        body = bytearray()
        for chunk in part.chunks:
            if len(body) <= _MOST_BYTES:
                body += chunk
        if _is_content(part.media_type) and len(body) <= _MOST_BYTES:
            yield part.media_type, bytes(body)


def _is_content(media_type: str) -> bool:
    return media_type.partition("/")[0] in ("image", "video", "audio")


def signals_of(contents: Iterable[tuple[str, bytes]], thresholds: dict[str, float]) -> tuple[Sought, ...]:
    """The signals of pictures, films and sounds, made in the confined decoders; raises ``NothingSought``."""
    with Decoders(processes=1) as decoders:
        return rules.limited(_signals(contents, decoders, thresholds))


def _signals(
    contents: Iterable[tuple[str, bytes]], decoders: Decoders, thresholds: dict[str, float]
) -> Iterator[Sought]:
    from comity.matching.serving import hashing  # noqa: PLC0415 -- the extra `matching`: no door loads it
    from comity.matching.serving.errors import NotAnswerable  # noqa: PLC0415 -- the same

    for media_type, body in contents:
        kind = hashing.kind_of_media(media_type)
        try:
            found = hashing.hashed(decoders, kind if body else ContentType.FILE, body)
        except NotAnswerable:
            continue
        for named, signals in found.signals.items():
            threshold = rules.threshold_of(named, thresholds.get(named))
            yield from (Sought(named, signal, threshold) for signal in signals)
