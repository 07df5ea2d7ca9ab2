"""Exchanges as Hasher-Matcher-Actioner's clients keep them: there an exchange and the bank it fills have one name.

Secrets are never taken from a call: they are files that the operator puts where exchanges find them, ``TYPE.WHAT`` for
exchanges that are set up here (docs/matching.md).
"""

from __future__ import annotations

from typing import Any

from comity.casefile.documents.bank import BankTerms
from comity.casefile.documents.exchange import ExchangeTerms
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.matching.banks import service as banks
from comity.matching.banks import store as bank_store
from comity.matching.banks.errors import UnknownBank
from comity.matching.exchanges import service, store
from comity.matching.exchanges.errors import UnknownExchange
from comity.matching.exchanges.kinds import KINDS
from comity.matching.exchanges.rules import Kind
from comity.matching.exchanges.store import Exchange
from comity.matching.serving.applying import ACTOR, applied, because
from comity.matching.serving.calls import Answer, Call, said
from comity.matching.serving.errors import NotAnswerable, NotFound, NotHere
from comity.matching.serving.means import Means

_PACE = 3_600
_NAMED = frozenset({"name", "api", "enabled"})


def exchanges(means: Means, call: Call) -> Answer:
    """``GET /c/exchanges``."""
    del means, call
    return said(sorted({one.terms.bank for one in store.exchanges()}))


def exchange(means: Means, call: Call) -> Answer:
    """``GET /c/exchange/NAME``."""
    return said(_told(means, _of(call)))


def status(means: Means, call: Call) -> Answer:
    """``GET /c/exchange/NAME/status``."""
    del means
    found = _of(call)
    pulse = store.pulse(found.id)
    looked = int(pulse.looked_at.utc.timestamp()) if pulse and pulse.looked_at else None
    failed = bool(pulse and pulse.failures)
    waits = store.still_waits(store.progress(found.id).held)
    return said(
        {
            "last_fetch_succeeded": looked is not None and not failed,
            "last_fetch_complete_ts": looked,
            "checkpoint_ts": looked,
            "up_to_date": looked is not None and not failed and not waits,
            "fetched_items": sum(1 for _ in store.listed_by(found)),
            "running_fetch_start_ts": None,
        }
    )


def create(means: Means, call: Call) -> Answer:
    """``POST /c/exchanges``: the exchange, and the bank of its name where there is none."""
    fields = call.json()
    _refuse_secrets(fields)
    name, kind = fields.get("bank"), _kind(fields.get("api"))
    settings = fields.get("api_json", {})
    if not isinstance(name, str) or not isinstance(settings, dict):
        raise NotAnswerable("bank: its name; api_json: an object")
    written = {what: str(value) for what, value in settings.items() if what not in _NAMED and value is not None}
    terms = ExchangeTerms(
        name=name.lower().replace("_", "-")[:40],
        type=kind.name,
        bank=name,
        settings=written,
        secrets={what: _file(kind, what) for what in kind.secrets},
        pace=_PACE,
        enabled=bool(settings.get("enabled", True)),
    )

    def act(work: UnitOfWork) -> None:
        if not any(one.name == name for one in bank_store.banks()):
            banks.create_bank(work, _bank(name, kind, call), because(call))
        service.create(work, terms, because(call))

    applied(means, act)
    return said({"message": "Created successfully"}, 201)


def change(means: Means, call: Call) -> Answer:
    """``PUT /c/exchange/NAME``: whether it is fetched."""
    found, fields = _of(call), call.json()
    if not isinstance(fields.get("enabled"), bool):
        raise NotAnswerable("enabled: true or false")
    with unit_of_work(means.clock.now(), ACTOR) as work:
        service.change(work, found.name, because(call), enabled=fields["enabled"])
    return said(_told(means, _of(call)))


def end(means: Means, call: Call) -> Answer:
    """``DELETE /c/exchange/NAME``: nothing more is fetched, and the bank that it filled ends with it."""
    gone = [one for one in store.exchanges() if call.names[0] in (one.terms.bank, one.name)]

    def act(work: UnitOfWork) -> None:
        for one in gone:
            service.end(work, one.name, because(call))
        for name in {one.terms.bank for one in gone}:
            try:
                banks.remove_bank(work, name, because(call))
            except UnknownBank:
                continue

    if gone:
        applied(means, act)
    return said({"message": "success"})


def kinds(means: Means, call: Call) -> Answer:
    """``GET /c/exchanges/apis``."""
    del means, call
    return said(sorted(KINDS))


def kind(means: Means, call: Call) -> Answer:
    """``GET /c/exchanges/api/NAME``."""
    one = _kind(call.names[0])
    return said({"supports_authentification": bool(one.secrets), "has_set_authentification": _has_secrets(means, one)})


def schema(means: Means, call: Call) -> Answer:
    """``GET /c/exchanges/api/NAME/schema``: what ``api_json`` takes. Secrets are no part of it."""
    del means
    one = _kind(call.names[0])
    fields = [_field(what, text, required=True) for what, text in one.needed.items()]
    fields += [_field(what, text, required=False) for what, text in one.possible.items()]
    return said({"config_schema": {"fields": fields}, "credentials_schema": None})


def secrets(means: Means, call: Call) -> Answer:
    """``POST /c/exchanges/api/NAME`` and ``POST /c/exchange/NAME/credentials``: refused, whatever it says."""
    del means, call
    raise NotHere("secrets of exchanges are files that the operator puts beside the keys, never part of a call")


def _refuse_secrets(fields: dict[str, Any]) -> None:
    if fields.get("credential_json"):
        raise NotHere("secrets of exchanges are files that the operator puts beside the keys, never part of a call")


def _of(call: Call) -> Exchange:
    """The exchange that fills the bank of that name, or that goes by it. Raises ``NotFound``."""
    name = call.names[0]
    found = next((one for one in store.exchanges() if name in (one.terms.bank, one.name)), None)
    if found is None:
        raise NotFound(str(UnknownExchange(f"there is no exchange called {name[:64]!r}")))
    return found


def _kind(name: object) -> Kind:
    if not isinstance(name, str) or name not in KINDS:
        raise NotAnswerable(f"api: one of {', '.join(sorted(KINDS))}")
    return KINDS[name]


def _told(means: Means, found: Exchange) -> dict[str, Any]:
    has = _has_secrets(means, KINDS[found.terms.type])
    status = {"has_credentials": has, "source": "file" if has else "none"}
    named = {"name": found.terms.bank, "api": found.terms.type, "enabled": found.terms.enabled}
    return {**found.terms.settings, **named, "credential_status": status}


def _has_secrets(means: Means, kind: Kind) -> bool:
    return bool(kind.secrets) and all((means.secrets / _file(kind, what)).is_file() for what in kind.secrets)


def _file(kind: Kind, what: str) -> str:
    return f"{kind.name}.{what}"


def _field(what: str, text: str, *, required: bool) -> dict[str, Any]:
    return {"name": what, "type": "string", "required": required, "default": None, "help": text, "choices": None}


def _bank(name: str, kind: Kind, call: Call) -> BankTerms:
    return BankTerms(
        name=name,
        owner=call.caller.name,
        source=f"exchange: {kind.meaning}",
        reason="made through the match service",
        legal_basis="as the caller keeps it",
    )
