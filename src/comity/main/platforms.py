"""Which adapter speaks to the provider's own systems, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from comity.platform.board import Board, BoardSettings
from comity.platform.synapse import Synapse, SynapseSettings
from comity.settings import Settings, UnusableSettings

T = TypeVar("T")


def platform_of(settings: Settings, hosts: tuple[str, ...]) -> Board | Synapse:
    """The adapter that ``COMITY_PLATFORM`` names; ``hosts`` are those of the provider's profile."""
    makers: dict[str, Callable[[Settings, tuple[str, ...]], Board | Synapse]] = {"board": _board, "synapse": _synapse}
    return makers[settings.platform](settings, hosts)


def _board(settings: Settings, hosts: tuple[str, ...]) -> Board:
    return Board(BoardSettings.from_file(settings.platform_url, _secret(settings), hosts))


def _synapse(settings: Settings, hosts: tuple[str, ...]) -> Synapse:
    stranger = _named(settings.platform_stranger_file, "STRANGER_FILE", "the file with an ordinary account's token")
    name = _named(settings.platform_server_name, "SERVER_NAME", "the homeserver's name")
    links = tuple(host for host in settings.platform_link_hosts.replace(" ", "").split(",") if host)
    files = (_secret(settings), stranger)
    return Synapse(SynapseSettings.from_files(settings.platform_url, name, files, hosts, clients=links))


def _secret(settings: Settings) -> Path:
    return _named(settings.platform_secret_file, "SECRET_FILE", "the file with the secret shared with the platform")


def _named(value: T | None, name: str, words: str) -> T:
    if not value:
        raise UnusableSettings(f"COMITY_PLATFORM_{name}: name {words}")
    return value
