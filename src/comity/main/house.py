"""Opening the house: keys, database, Django, and every room's means joined into one ``Parts``."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from comity.casefile.audit import key_files
from comity.casefile.clock import Clock, WallClock
from comity.casefile.evidence.files import ExhibitStore, VaultDirectory
from comity.casefile.evidence.keys import KeyEncryptionKeys, new_line
from comity.casefile.records import embedded
from comity.casefile.records.external import external
from comity.casefile.records.private import read_private
from comity.casefile.records.roles import Server
from comity.law import Provider, parse_provider
from comity.main.web import django_options
from comity.main.witnessing import require_witnesses
from comity.settings import Settings, UnusableSettings

EXAMPLE = """\
name: Example Board
legal_name: Example Board SAS
home_state: FR
establishments: [{state: FR, kind: main}]
subject_to: [FR, EU]
offers_services_in: [EU]
hosts: [localhost]
languages: [fr, en]
services: [hosting, public]
"""


@dataclass(frozen=True)
class Places:
    """Where things lie in the home folder."""

    home: Path

    @property
    def database(self) -> Path:
        """The embedded database's folder."""
        return self.home / "database"

    @property
    def keys(self) -> Path:
        """Every private key, each readable by its owner alone."""
        return self.home / "keys"

    @property
    def vault(self) -> Path:
        """Encrypted exhibits."""
        return self.home / "vault"

    @property
    def tiles(self) -> Path:
        """The published log: checkpoint and tiles."""
        return self.home / "log"

    @property
    def erasures(self) -> Path:
        """Certificates of erasure, for whoever restores an older backup. Private."""
        return self.home / "erasures"


def provider_of(settings: Settings) -> Provider:
    """The provider's profile; without one Comity does not start, since nobody's content is ours."""
    if settings.provider is None:
        message = "COMITY_PROVIDER: name the provider's profile (YAML); `comity init` writes an example"
        raise UnusableSettings(message)
    try:
        return parse_provider(settings.provider.read_bytes())
    except OSError as error:
        message = f"COMITY_PROVIDER: {settings.provider} cannot be read: {error.strerror}"
        raise UnusableSettings(message) from error


def server_of(settings: Settings) -> Server:
    """How to connect: to the server named, or to the embedded one that `comity run` has started."""
    if settings.database_url:
        return external(settings.database_url, Places(settings.home).home)
    return embedded.attach(Places(settings.home).database)


def make_keys(settings: Settings, clock: Clock | None = None) -> None:
    """Make every key that is missing, once; an existing one is never touched."""
    from comity.delivery import make_seal_file  # noqa: PLC0415 -- costs half a second, needed once

    places = Places(settings.home)
    for folder in (places.keys, places.vault):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    places.tiles.mkdir(mode=0o755, parents=True, exist_ok=True)
    key_files.load_or_generate(places.keys, settings.log_origin)
    _write_once(kek_file(settings), new_line("kek-1"))
    _write_once(places.keys / "sessions.key", secrets.token_urlsafe(48))
    seal = seal_file(settings)
    if settings.seal_token is None and not seal.exists():
        provider = provider_of(settings)
        at = (clock or WallClock()).now()
        make_seal_file(seal, legal_name=provider.legal_name, country=provider.home_state, at=at)


def kek_file(settings: Settings) -> Path:
    """The file of key-encryption keys."""
    return settings.key_encryption_key_file or Places(settings.home).keys / "exhibits.keys"


def seal_file(settings: Settings) -> Path:
    """The file with the seal's key and certificate."""
    return settings.seal_file or Places(settings.home).keys / "seal.pem"


def log_keys(settings: Settings) -> key_files.KeysOnDisk:
    """The log's keys, followed through their changes."""
    return key_files.KeysOnDisk(Places(settings.home).keys, settings.log_origin)


def exhibit_store(settings: Settings) -> ExhibitStore:
    """Where exhibits lie: a directory at home, or a bucket with Object Lock."""
    if settings.exhibits is None:
        return VaultDirectory(Places(settings.home).vault)
    from comity.casefile.evidence.object_place import ObjectPlace  # noqa: PLC0415 -- only where it is set
    from comity.casefile.evidence.objects import ObjectStore  # noqa: PLC0415 -- the same

    return ObjectStore(ObjectPlace.parse(settings.exhibits, settings.exhibits_credentials_file))


def exhibit_keys(settings: Settings) -> KeyEncryptionKeys:
    """The key-encryption keys."""
    return KeyEncryptionKeys.from_file(kek_file(settings))


def set_up_django(settings: Settings, server: Server, door: str) -> None:
    """Configure Django for one door (or for a program without one); once a process."""
    import django  # noqa: PLC0415 -- only programs that need it pay for it
    from django.conf import settings as django_settings  # noqa: PLC0415 -- the same

    if django_settings.configured:
        return
    secret = read_private(Places(settings.home).keys / "sessions.key").decode("ascii")
    require_witnesses(settings)
    django_settings.configure(**django_options(settings, database=server.django(), secret_key=secret, door=door))
    django.setup()


def _write_once(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
