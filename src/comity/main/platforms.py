"""Which adapter speaks to the provider's own systems, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from comity.law import Provider
from comity.platform.board import Board, BoardSettings
from comity.platform.synapse import MATRIX_TO, Synapse, SynapseSettings
from comity.platform.webhook import Webhook, WebhookSettings
from comity.settings import Settings, UnusableSettings

T = TypeVar("T")


def platform_of(settings: Settings, hosts: tuple[str, ...]) -> Board | Webhook | Synapse:
    """The adapter that ``COMITY_PLATFORM`` names; ``hosts`` are those of the provider's profile."""
    makers: dict[str, Callable[[Settings, tuple[str, ...]], Board | Webhook | Synapse]] = {
        "board": _board,
        "webhook": _webhook,
        "synapse": _synapse,
    }
    return makers[settings.platform](settings, hosts)


def quoted(provider: Provider, settings: Settings) -> Provider:
    """The profile as orders are read with: also the hosts of links by which authorities quote what is ours.

    A link on such a host is ours only when the adapter finds that it names something of our own homeserver.
    """
    if settings.platform != "synapse":
        return provider
    known = dict.fromkeys((*provider.hosts, MATRIX_TO, *_link_hosts(settings)))
    return provider.model_copy(update={"hosts": tuple(known)})


def _board(settings: Settings, hosts: tuple[str, ...]) -> Board:
    return Board(BoardSettings.from_file(settings.platform_url, _secret(settings), hosts))


def _webhook(settings: Settings, hosts: tuple[str, ...]) -> Webhook:
    return Webhook(WebhookSettings.from_file(settings.platform_url, _secret(settings), hosts))


def _synapse(settings: Settings, hosts: tuple[str, ...]) -> Synapse:
    stranger = _named(settings.platform_stranger_file, "STRANGER_FILE", "the file with an ordinary account's token")
    name = _named(settings.platform_server_name, "SERVER_NAME", "the homeserver's name")
    files = (_secret(settings), stranger)
    return Synapse(SynapseSettings.from_files(settings.platform_url, name, files, hosts, clients=_link_hosts(settings)))


def _link_hosts(settings: Settings) -> tuple[str, ...]:
    return tuple(host for host in settings.platform_link_hosts.replace(" ", "").split(",") if host)


def _secret(settings: Settings) -> Path:
    return _named(settings.platform_secret_file, "SECRET_FILE", "the file with the secret shared with the platform")


def _named(value: T | None, name: str, words: str) -> T:
    if not value:
        raise UnusableSettings(f"COMITY_PLATFORM_{name}: name {words}")
    return value
