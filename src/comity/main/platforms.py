"""Which adapter speaks to the provider's own systems, made from the settings."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from comity.casefile.records.private import read_private
from comity.decision.errors import UnreadableDecoys
from comity.decision.urgency import Budget, Decoys, Limits
from comity.docket.disclosing import Disclosing
from comity.execution.disclosure.container import Sealer
from comity.law import Provider
from comity.platform import Records, sql
from comity.platform.board import Board, BoardSettings
from comity.platform.errors import Faulty, Misconfigured, Unreachable
from comity.platform.sql import SqlRecords
from comity.platform.sql.databases import Database, Exports, Postgres
from comity.platform.synapse import MATRIX_TO, Synapse, SynapseSettings
from comity.platform.synapse.records import SynapseRecords
from comity.platform.webhook import Webhook, WebhookSettings
from comity.platform.webhook.records import WebhookRecords
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


def disclosing_of(settings: Settings, hosts: tuple[str, ...], seal: Sealer) -> Disclosing:
    """The provider's records and how they leave."""
    return Disclosing(
        records=records_of(settings, hosts),
        sealer=seal,
        limits=_limits(settings),
        decoys=_decoys(settings),
        custodian=settings.custodian,
        available=timedelta(days=settings.package_days),
    )


def _limits(settings: Settings) -> Limits:
    day = timedelta(days=1)
    return Limits(
        officer=Budget(settings.emergencies_officer, day),
        authority=Budget(settings.emergencies_authority, day),
        rest_after=timedelta(minutes=settings.emergency_rest_minutes),
    )


def _decoys(settings: Settings) -> Decoys:
    if settings.decoys_file is None:
        return Decoys()
    try:
        return Decoys.parse(read_private(settings.decoys_file).decode("ascii", "replace"))
    except UnreadableDecoys as error:
        raise UnusableSettings(f"COMITY_DECOYS_FILE: {error}") from error


def records_of(settings: Settings, hosts: tuple[str, ...]) -> Records | None:
    """The adapter that ``COMITY_RECORDS`` names; queries that do not fit their database are refused at once."""
    makers: dict[str, Callable[[Settings, tuple[str, ...]], Records]] = {
        "postgres": _queried,
        "exports": _queried,
        "synapse": lambda settings, hosts: SynapseRecords(_synapse_settings(settings, hosts)),
        "webhook": lambda settings, hosts: WebhookRecords(_webhook_settings(settings, hosts)),
    }
    maker = makers.get(settings.records)
    return maker(settings, hosts) if maker is not None else None


def _queried(settings: Settings, _hosts: tuple[str, ...]) -> Records:
    path = settings.records_queries
    if path is None:
        raise UnusableSettings("COMITY_RECORDS_QUERIES: name the file with one query for each category of records")
    try:
        found = SqlRecords(_database(settings), sql.read(path))
        with contextlib.suppress(Unreachable, Faulty):  # a database that is away now is asked again when somebody asks
            found.check()
    except (ValueError, Misconfigured) as error:
        raise UnusableSettings(f"COMITY_RECORDS_QUERIES: {error}") from error
    return found


def _database(settings: Settings) -> Database:
    if settings.records == "exports":
        if settings.records_exports is None:
            raise UnusableSettings("COMITY_RECORDS_EXPORTS: name the folder of exports")
        return Exports(settings.records_exports)
    if settings.records_database_file is None:
        raise UnusableSettings("COMITY_RECORDS_DATABASE_FILE: name the file with the connection string")
    return Postgres(read_private(settings.records_database_file).decode().strip())


def _board(settings: Settings, hosts: tuple[str, ...]) -> Board:
    return Board(BoardSettings.from_file(settings.platform_url, _secret(settings), hosts))


def _webhook(settings: Settings, hosts: tuple[str, ...]) -> Webhook:
    return Webhook(_webhook_settings(settings, hosts))


def _webhook_settings(settings: Settings, hosts: tuple[str, ...]) -> WebhookSettings:
    return WebhookSettings.from_file(settings.platform_url, _secret(settings), hosts)


def _synapse(settings: Settings, hosts: tuple[str, ...]) -> Synapse:
    return Synapse(_synapse_settings(settings, hosts))


def _synapse_settings(settings: Settings, hosts: tuple[str, ...]) -> SynapseSettings:
    stranger = _named(settings.platform_stranger_file, "STRANGER_FILE", "the file with an ordinary account's token")
    name = _named(settings.platform_server_name, "SERVER_NAME", "the homeserver's name")
    files = (_secret(settings), stranger)
    return SynapseSettings.from_files(settings.platform_url, name, files, hosts, clients=_link_hosts(settings))


def _link_hosts(settings: Settings) -> tuple[str, ...]:
    return tuple(host for host in settings.platform_link_hosts.replace(" ", "").split(",") if host)


def _secret(settings: Settings) -> Path:
    return _named(settings.platform_secret_file, "SECRET_FILE", "the file with the secret shared with the platform")


def _named(value: T | None, name: str, words: str) -> T:
    if not value:
        raise UnusableSettings(f"COMITY_PLATFORM_{name}: name {words}")
    return value
