"""Exchanges on the docket: the job that fetches, and what staff may say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.documents.bank import EntryChange
from comity.casefile.documents.exchange import ExchangeTerms
from comity.docket import people
from comity.docket.exchange_views import ExchangeLine, ExchangePage, HeldBack, Listed
from comity.docket.incidents import service as incidents
from comity.docket.parts import Parts
from comity.matching.banks import papers
from comity.matching.banks import service as banks
from comity.matching.banks import store as bank_store
from comity.matching.banks.store import BankEntry
from comity.matching.exchanges import importing, service, store
from comity.matching.exchanges.exporting import export
from comity.matching.exchanges.importing import Given
from comity.matching.exchanges.kinds import KINDS
from comity.matching.exchanges.running import Fetching, fetch
from comity.matching.exchanges.store import Exchange
from comity.registry.duties import Duty


def fetch_one(parts: Parts, exchange: str, due: str) -> None:
    """Fetch one exchange, if it is still due at that instant."""
    fetch(Fetching(parts.exchanges, parts.work, parts.clock.now), exchange, due)


@dataclass(frozen=True)
class Said:
    """What a person says of an exchange; settings and secrets by name."""

    bank: str
    settings: dict[str, str]
    secrets: dict[str, str]
    pace: int
    enabled: bool


class ExchangeDesk:
    """Exchanges, and the lists that wait. Who may propose rules may set them up: matches follow from them."""

    parts: Parts

    def exchanges(self, viewer: str) -> ExchangePage:
        """The page of exchanges."""
        people.member_with(viewer, Duty.READ)
        return ExchangePage(
            exchanges=tuple(_line(one) for one in store.exchanges()),
            waiting=papers.all_waiting(),
            held_back=tuple(_held(bank, item) for bank, item in bank_store.held_back()),
            kinds=tuple(KINDS.values()),
            banks=tuple(one.name for one in bank_store.banks()),
            now=self.parts.clock.now(),
        )

    def set_up_exchange(self, viewer: str, *, name: str, kind: str, said: Said, because: str) -> None:
        """Set an exchange up; its first fetch is due at once."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        terms = ExchangeTerms(
            name=name,
            type=kind,
            bank=said.bank,
            settings=said.settings,
            secrets=said.secrets,
            pace=said.pace,
            enabled=said.enabled,
        )
        with self.parts.work(f"staff:{viewer}") as work:
            service.create(work, terms, because)
            incidents.keep_pace(work, "an incident lasts")

    def change_exchange(self, viewer: str, *, name: str, said: Said, because: str) -> None:
        """Change what is said of an exchange."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.change(work, name, because, **vars(said))

    def end_exchange(self, viewer: str, name: str, because: str) -> None:
        """Fetch no more from it."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.end(work, name, because)

    def fetch_exchange(self, viewer: str, name: str) -> None:
        """Have it fetched at once."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.fetch_now(work, name, "asked for")

    def settle_list(self, viewer: str, waiting: str, because: str, *, release: bool) -> None:
        """List what waited, or discard it; its exchange is fetched again."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            banks.settle_import(work, waiting, because, release=release)
            for one in store.exchanges():
                if store.progress(one.id).held == waiting:
                    service.fetch_now(work, one.name, because)

    def settle_item(self, viewer: str, number: int, because: str, *, release: bool) -> None:
        """Let an item that was held back match again, or switch it off for good."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            if not release:
                banks.switch_entry(work, bank_store.bank_of(number).name, number, because)
            banks.release(work, number, because)

    def import_list(self, viewer: str, bank: str, given: Given, because: str) -> Listed:
        """List what a person gives."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        batch = importing.read(given)
        with self.parts.work(f"staff:{viewer}") as work:
            done = importing.take_list(work, bank, batch, because, self.parts.exchanges.sample())
        return Listed(done.items, done.withdrawn, len(batch.refused), batch.passed, bool(done.waiting))

    def export_bank(self, viewer: str, bank: str, because: str) -> Iterator[str]:
        """A bank as a STIX bundle, in pieces, once it is entered that it goes out."""
        people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            return export(work, bank, because)


def _line(one: Exchange) -> ExchangeLine:
    pulse, terms = store.pulse(one.id), one.terms
    return ExchangeLine(
        name=one.name,
        kind=terms.type,
        bank=terms.bank,
        pace=terms.pace,
        hurried=one.hurried,
        enabled=terms.enabled,
        settings=_written(terms.settings),
        secrets=_written(terms.secrets),
        next_at=pulse.next_at if pulse and terms.enabled else None,
        looked_at=pulse.looked_at if pulse else None,
        failures=pulse.failures if pulse else 0,
        said=pulse.said if pulse else "",
        refused=pulse.refused if pulse else (),
        waits=store.still_waits(store.progress(one.id).held),
    )


def _held(bank: str, item: BankEntry) -> HeldBack:
    said = audit.find(bank_store.entry_of(item.number), EntryChange)
    kinds = ", ".join(sorted(said.document.signals or item.signals))
    return HeldBack(item.number, bank, item.member, kinds, said.document.because, said.document.at)


def _written(named: dict[str, str]) -> str:
    return "\n".join(f"{what}: {value}" for what, value in sorted(named.items()))
