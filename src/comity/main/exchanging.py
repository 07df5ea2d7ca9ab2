"""The programs behind ``comity exchange``: what is set up, a list imported once, a bank written as a STIX bundle."""

from __future__ import annotations

import sys
from pathlib import Path

from comity.main.opened import opened
from comity.settings import Settings

_OPERATOR = "system:operator"


def exchange_list(settings: Settings) -> int:
    """One line for each exchange, and one for each list that waits; 1 when something needs a person."""
    with opened(settings):
        from comity.matching.banks import papers  # noqa: PLC0415 -- after Django
        from comity.matching.banks import store as bank_store  # noqa: PLC0415 -- the same
        from comity.matching.exchanges import store  # noqa: PLC0415 -- the same

        needs = 0
        for one in store.exchanges():
            pulse = store.pulse(one.id)
            said = pulse.said if pulse and pulse.failures else "in order"
            needs += bool(pulse and pulse.failures)
            _say(f"{one.name}  {one.terms.type}  {one.terms.bank}  {'' if one.terms.enabled else 'off: '}{said}")
        for waiting in papers.all_waiting():
            needs += 1
            _say(f"waits: {waiting.items} items for {waiting.bank}, would match {waiting.would_match}")
        for bank, item in bank_store.held_back():
            needs += 1
            _say(f"held back: item {item.number} of {bank}, which suddenly matched much")
    return int(needs > 0)


def exchange_export(settings: Settings, bank: str, file: str | None, because: str) -> int:
    """Write a bank to a file that is not there yet, or to the standard output; that it goes out is entered first."""
    with opened(settings):
        from comity.casefile.clock import WallClock  # noqa: PLC0415 -- after Django
        from comity.casefile.records import unit_of_work  # noqa: PLC0415 -- the same
        from comity.matching.exchanges.exporting import export  # noqa: PLC0415 -- the same

        with unit_of_work(WallClock().now(), _OPERATOR) as work:
            pieces = export(work, bank, because)
        if file is None:
            sys.stdout.writelines(pieces)
            return 0
        with Path(file).open("x", encoding="utf-8") as out:
            out.writelines(pieces)
    return 0


def exchange_import(settings: Settings, bank: str, file: str, said: tuple[str, str, str]) -> int:
    """List what is in a file; ``said``: its protocol, who lists it, why. 1 when it waits for a person."""
    kind, member, because = said
    data = Path(file).read_bytes()
    with opened(settings):
        from comity.casefile.clock import WallClock  # noqa: PLC0415 -- after Django
        from comity.casefile.records import unit_of_work  # noqa: PLC0415 -- the same
        from comity.main.compose import exchange_means  # noqa: PLC0415 -- the same
        from comity.matching.exchanges.importing import Given, read, take_list  # noqa: PLC0415 -- the same

        batch = read(Given(kind, Path(file).name, data, member))
        for one in batch.refused:
            _say(f"refused: {one.place}: {one.why}")
        with unit_of_work(WallClock().now(), _OPERATOR) as work:
            done = take_list(work, bank, batch, because, exchange_means(settings).sample())
    if done.waiting:
        _say("it would match much of what was asked about lately: it waits for a person, on the page of exchanges")
    _say(f"{done.items} listed, {done.withdrawn} taken back, {len(batch.refused)} refused, {batch.passed} passed over")
    return int(done.waiting is not None)


def _say(line: str) -> None:
    print(line)  # noqa: T201 -- the command's answer
