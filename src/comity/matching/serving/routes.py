"""Which path is answered by what, and what a caller must be allowed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comity.matching.serving import hma, hma_banks, hma_exchanges, openapi, ours
from comity.matching.serving.calls import Answer, Call
from comity.matching.serving.means import Means
from comity.matching.serving.tokens import Scope

Handler = Callable[[Means, Call], Answer]


@dataclass(frozen=True)
class Route:
    """One method at one path."""

    name: str
    handler: Handler
    scope: Scope = Scope.READ


def _route(method: str, path: str, handler: Handler, scope: Scope = Scope.READ) -> tuple[tuple[str, ...], Route]:
    return (method, *path.strip("/").split("/")), Route(f"{method} {path}", handler, scope)


_WRITE = Scope.WRITE
_ROUTES = dict(
    (
        _route("GET", "/status", hma.alive),
        _route("GET", "/status/live", hma.lives),
        _route("GET", "/v1/openapi.json", openapi.served),
        _route("GET", "/v1/match", ours.match_one),
        _route("POST", "/v1/match", ours.match_content),
        _route("POST", "/v1/match/batch", ours.match_batch),
        _route("POST", "/v1/hash", ours.hash_content),
        _route("GET", "/v1/status", ours.status),
        _route("GET", "/metrics", ours.metrics),
        _route("GET", "/h/hash", hma.hash_content),
        _route("POST", "/h/hash", hma.hash_content),
        _route("GET", "/m/raw_lookup", hma.raw_lookup),
        _route("GET", "/m/lookup", hma.lookup),
        _route("POST", "/m/lookup", hma.lookup_content),
        _route("GET", "/m/index/status", hma.index_status),
        _route("GET", "/c/signal_types", hma.signal_types),
        _route("GET", "/c/signal_type", hma.signal_type_list),
        _route("GET", "/c/content_type", hma.content_type_list),
        _route("GET", "/c/content_types", hma.content_types),
        _route("PUT", "/c/signal_type/*", hma_banks.not_here, _WRITE),
        _route("GET", "/c/banks", hma_banks.banks),
        _route("POST", "/c/banks", hma_banks.create, _WRITE),
        _route("GET", "/c/bank/*", hma_banks.bank),
        _route("PUT", "/c/bank/*", hma_banks.change, _WRITE),
        _route("DELETE", "/c/bank/*", hma_banks.end, _WRITE),
        _route("POST", "/c/bank/*/content", hma_banks.add_content, _WRITE),
        _route("POST", "/c/bank/*/signal", hma_banks.add_signals, _WRITE),
        _route("GET", "/c/bank/*/content/*", hma_banks.item),
        _route("PUT", "/c/bank/*/content/*", hma_banks.switch, _WRITE),
        _route("DELETE", "/c/bank/*/content/*", hma_banks.withdraw, _WRITE),
        _route("GET", "/c/exchanges", hma_exchanges.exchanges),
        _route("POST", "/c/exchanges", hma_exchanges.create, _WRITE),
        _route("GET", "/c/exchanges/apis", hma_exchanges.kinds),
        _route("GET", "/c/exchange/*", hma_exchanges.exchange),
        _route("PUT", "/c/exchange/*", hma_exchanges.change, _WRITE),
        _route("DELETE", "/c/exchange/*", hma_exchanges.end, _WRITE),
        _route("GET", "/c/exchange/*/status", hma_exchanges.status),
        _route("POST", "/c/exchange/*/credentials", hma_exchanges.secrets, _WRITE),
        _route("GET", "/c/exchanges/api/*", hma_exchanges.kind),
        _route("POST", "/c/exchanges/api/*", hma_exchanges.secrets, _WRITE),
        _route("GET", "/c/exchanges/api/*/schema", hma_exchanges.schema),
    )
)
_METHODS = ("GET", "POST", "PUT", "DELETE")
_PLACES = {key: tuple(place for place, part in enumerate(key) if part == "*") for key in _ROUTES}
OPEN = frozenset({hma.alive, hma.lives, openapi.served})
"""Answered without a token, as health is asked for by machines that have none."""
AT_ONCE = frozenset({hma.alive, hma.lives, openapi.served, ours.match_one, hma.raw_lookup, hma.lookup})
"""So quick that a thread would cost more than the answer."""


def route_of(method: str, path: str) -> tuple[Route | None, tuple[str, ...], tuple[str, ...]]:
    """The route, what stands in the path's places, and, where there is none, the methods that there are."""
    parts = tuple(path.strip("/").split("/"))
    exact = _ROUTES.get((method, *parts))
    if exact is not None and not _PLACES[(method, *parts)]:
        return exact, (), ()
    for key, route in _ROUTES.items():
        if key[0] == method and (names := _named(key[1:], parts)) is not None:
            return route, names, ()
    allowed = {key[0] for key in _ROUTES if _named(key[1:], parts) is not None}
    return None, (), tuple(one for one in _METHODS if one in allowed)


def _named(pattern: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...] | None:
    if len(pattern) != len(parts):
        return None
    if any(one not in ("*", part) for one, part in zip(pattern, parts, strict=True)):
        return None
    return tuple(part for one, part in zip(pattern, parts, strict=True) if one == "*")
