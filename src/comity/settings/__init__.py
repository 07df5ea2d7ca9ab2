"""What an operator sets, from the environment and one file. ``docs/settings.md`` explains each in a line.

The file is TOML, its keys the settings' names; ``COMITY_SETTINGS`` says where it lies. What the environment says wins.
Secrets stand in files of their own, named by settings that end in ``_file``.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, field_validator

from comity.settings.users import ForUsers

PREFIX = "COMITY_"
SETTINGS_FILE = f"{PREFIX}SETTINGS"
_MOST_BYTES = 65_536
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})", re.ASCII)
_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[A-Za-z0-9.-]{1,255}")
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?")
_LANGUAGES = re.compile(r"[a-z]{2}(?: *, *[a-z]{2})*")
_SECRET_IN_URL = re.compile(r"://[^/@]*:[^/@]*@|\bpassword\s*=")
_MOST_PORT = 65_535


class UnusableSettings(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """A setting has a value that Comity cannot use."""


class Settings(ForUsers):
    """Every setting, with its default. The variable's name is ``COMITY_`` and the field's name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default=Path("var/comity"), description="Folder of the embedded database, keys, exhibits, tiles")
    database_url: str | None = Field(
        default=None, description="A PostgreSQL (15 or later) of your own instead of the embedded one"
    )
    provider: Path | None = Field(default=None, description="The provider's profile (YAML)")
    console_address: str = Field(default="127.0.0.1:8410", description="Where the staff's console listens")
    api_address: str = Field(default="127.0.0.1:8411", description="Where the authorities' API listens")
    public_address: str = Field(
        default="127.0.0.1:8412", description="Where checkpoints and complaint forms are served"
    )
    portal_address: str | None = Field(
        default=None, description="Where the officers' portal listens; without it there is none"
    )
    portal_url: str = Field(default="http://localhost:8413", description="The portal as officers reach it")
    portal_proxies: int = Field(
        default=0, ge=0, le=8, description="How many reverse proxies of yours stand before the portal"
    )
    match_address: str | None = Field(
        default=None, description="Where the match service listens for uploads' look-ups; without it there is none"
    )
    match_tokens_file: Path | None = Field(
        default=None, description="Who may call the match service; default: keys/match.tokens at home"
    )
    match_hosts: str = Field(
        default="", description="Hosts that it may fetch content from when a caller names an address, with commas"
    )
    match_workers: int = Field(default=1, ge=1, le=64, description="Processes that answer look-ups, from one index")
    match_catalogue: bool = Field(
        default=True, description="Keep fingerprints of uploads that it is told an item of, so that hunts find them"
    )
    hunt_cluster: str | None = Field(
        default=None, description="Ray cluster that searches for hunts, host:port; without it this machine's threads do"
    )
    hi1: Path | None = Field(
        default=None, description="YAML file that opens HI-1 (TS 103 120) to authorities' machines; docs/hi1.md"
    )
    smtp_address: str = Field(default="127.0.0.1:8425", description="Where the mail receiver listens")
    letters_program: Path | None = Field(
        default=None, description="Path of tesseract, which proposes what a scan says; a person confirms every field"
    )
    letters_languages: str = Field(default="eng", description="Languages that it reads, as it names them: eng+fra+deu")
    mail_resolver: str | None = Field(
        default=None, description="host or host:port of your own DNS resolver, asked for mail's keys and policies only"
    )
    mail_relay_name: str | None = Field(
        default=None, description="Name in your own relay's Authentication-Results lines (RFC 8601); others are ignored"
    )
    imap_url: str | None = Field(
        default=None, description="Mailbox to take orders from: imaps://user@host/folder (imap:// means STARTTLS)"
    )
    imap_password_file: Path | None = Field(default=None, description="File with the mailbox's password")
    imap_ca_file: Path | None = Field(default=None, description="Certificates that the mailbox's server is trusted by")
    imap_kept_folder: str | None = Field(
        default=None, description="Folder that taken messages are moved to; without it they are marked $ComityKept"
    )
    imap_seconds: float = Field(default=20.0, ge=1, le=3600, description="Pause between two looks into the mailbox")
    console_url: str = Field(default="http://localhost:8410", description="The console as staff reach it")
    public_url: str = Field(default="http://localhost:8412", description="The public pages as everybody reaches them")
    mail_relay: str | None = Field(default=None, description="host:port of the relay that answers by e-mail go through")
    mail_from: str = Field(default="orders@localhost", description="Address that answers by e-mail come from")
    platform: Literal["board", "webhook", "synapse"] = Field(
        default="board", description="Adapter to the provider's systems: board, webhook or synapse"
    )
    platform_url: str = Field(default="http://127.0.0.1:8420", description="The platform's own base address")
    platform_secret_file: Path | None = Field(
        default=None,
        description="File, its owner's only, with the secret shared with the platform; "
        "synapse: an administrator's access token",
    )
    platform_stranger_file: Path | None = Field(
        default=None,
        description="synapse: file with an ordinary account's access token, with which Comity looks as a stranger",
    )
    platform_server_name: str = Field(
        default="", description="synapse: the homeserver's name, after the colon in its users and rooms"
    )
    platform_link_hosts: str = Field(
        default="app.element.io", description="synapse: web clients whose room links are read, separated by commas"
    )
    log_origin: str = Field(default="comity.example/log", description="The log's origin line in every checkpoint")
    witnesses: str = Field(
        default="", description="Witnesses that cosign the log: URL VKEY [VKEY] for each, separated by white space"
    )
    witnesses_required: int = Field(
        default=0, ge=0, le=64, description="Witnesses that must have cosigned before anything is done outside"
    )
    log_stamp_url: str | None = Field(
        default=None, description="RFC 3161 time-stamping authority that stamps a checkpoint of the log every hour"
    )
    log_stamp_chain_file: Path | None = Field(
        default=None, description="PEM file: its root, intermediates and, if it sends none, its own certificate"
    )
    log_stamp_minutes: int = Field(default=60, ge=1, le=1440, description="Minutes between two stamps")
    key_encryption_key_file: Path | None = Field(
        default=None,
        description="File of key-encryption keys, one a line, newest last; default: keys/exhibits.keys at home",
    )
    exhibits: str | None = Field(
        default=None,
        description="Exhibits in a bucket with Object Lock: s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME",
    )
    exhibits_credentials_file: Path | None = Field(
        default=None, description="Key and secret of that store, a line each; default: as its library finds them"
    )
    seal_file: Path | None = Field(default=None, description="PKCS #12 or PEM with the seal's key and certificate")
    seal_token: str | None = Field(
        default=None, description="The seal's key in a PKCS #11 token instead of a file, as a URI (RFC 7512)"
    )
    timestamp_url: str | None = Field(default=None, description="RFC 3161 time-stamping authority for sealed answers")
    authorised_person: str = Field(default="On-call moderator", description="Name printed on annexes that rules send")
    contact_email: str = Field(default="orders@localhost", description="Contact point printed on annexes")
    authorities_email: str | None = Field(
        default=None, description="Published: where authorities reach you, in all matters (2022/2065 Art 11)"
    )
    authorities_languages: str = Field(
        default="",
        description="Published: languages for that, as fr,en; one official in your home state, one widely understood",
    )
    users_contact: str | None = Field(
        default=None,
        description="Published: e-mail or https page where users reach people, not only a machine (2022/2065 Art 12)",
    )
    representative_name: str | None = Field(
        default=None,
        description="Published: legal representative in the Union (2021/784 Art 17, 2022/2065 Art 13)",
    )
    representative_address: str | None = Field(default=None, description="Published: the representative's address")
    representative_email: str | None = Field(default=None, description="Published: the representative's e-mail")
    representative_telephone: str | None = Field(default=None, description="Published: the representative's telephone")
    workers: int = Field(default=2, ge=1, le=64, description="Worker processes")
    webs: int = Field(
        default=1, ge=1, le=64, description="Web processes of each door; one address's share of asking is for each"
    )
    worker_threads: int = Field(default=4, ge=1, le=64, description="Cases that one worker carries at a time")
    nights_push_url: str | None = Field(
        default=None, description="ntfy-style server that pages are pushed to; each person has a topic there"
    )
    nights_push_token_file: Path | None = Field(default=None, description="File with the push server's access token")
    nights_webhook_url: str | None = Field(default=None, description="Your own paging service, called with signed JSON")
    nights_webhook_secret_file: Path | None = Field(
        default=None, description="File with the secret that signs calls to your paging service"
    )
    nights_mail_from: str | None = Field(
        default=None, description="Address that pages by e-mail come from, through the relay"
    )
    incident_types: Path | None = Field(
        default=None, description="YAML file with your own types of incidents, in the shape of ours"
    )
    threat_contacts: str = Field(
        default="",
        description="Who is told of threats to life, by e-mail: DE=ADDRESS for a Member State, EUROPOL=ADDRESS, and "
        "HOME=ADDRESS for your home state's contact point; with commas",
    )
    drill_account: str = Field(
        default="", description="Platform account whose items a drill may disable; without it drills stop before that"
    )
    look_run_minutes: int = Field(
        default=20, ge=1, le=60, description="Minutes of looking at clear content after which a pause is imposed"
    )
    look_pause_minutes: int = Field(default=10, ge=1, le=240, description="Minutes of that pause")
    look_day_minutes: int = Field(default=120, ge=1, le=480, description="Minutes of looking for one person and day")
    look_seconds: int = Field(default=120, ge=5, le=600, description="Seconds after which what is shown veils itself")
    secure_cookies: bool = Field(default=True, description="Cookies over HTTPS only; off only on localhost")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least weight of what programs log: DEBUG, INFO, WARNING, ERROR"
    )
    metrics_address: str | None = Field(
        default=None,
        description="Where figures for Prometheus are served; give a loopback address: nobody is asked who",
    )
    traces_url: str | None = Field(
        default=None, description="OTLP/HTTP address that traces go to; needs the extra comity[traces]"
    )

    @field_validator(
        "console_address",
        "api_address",
        "public_address",
        "portal_address",
        "match_address",
        "smtp_address",
        "metrics_address",
    )
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        found = None if value is None else _ADDRESS.fullmatch(value)
        if value is not None and (found is None or int(found[1]) > _MOST_PORT):
            message = "write host:port, for example 127.0.0.1:8410"
            raise ValueError(message)
        return value

    @field_validator("authorities_email", "representative_email")
    @classmethod
    def _an_email(cls, value: str | None) -> str | None:
        if value is not None and not _EMAIL.fullmatch(value):
            message = "write an e-mail address, for example dsa@board.example"
            raise ValueError(message)
        return value

    @field_validator("users_contact")
    @classmethod
    def _a_way_to_people(cls, value: str | None) -> str | None:
        if value is not None and not (_EMAIL.fullmatch(value) or _PAGE.fullmatch(value)):
            message = "write an e-mail address or an https:// page"
            raise ValueError(message)
        return value

    @field_validator("authorities_languages")
    @classmethod
    def _languages(cls, value: str) -> str:
        if value and not _LANGUAGES.fullmatch(value):
            message = "write two-letter codes, for example fr,en"
            raise ValueError(message)
        return value

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> Self:
        """Read the settings' file and every ``COMITY_`` variable; an unknown or unusable one is refused by name."""
        source = dict(os.environ) if environment is None else environment
        named = {name: value for name, value in source.items() if name.startswith(PREFIX)}
        file = named.pop(SETTINGS_FILE, None)
        values = {name[len(PREFIX) :].lower(): value for name, value in named.items()}
        kept = {} if file is None else _from_file(Path(file))
        try:
            return cls.model_validate({**kept, **values})
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            where = f"{PREFIX}{field.upper()}" if field in values or file is None else f"{file}: {field}"
            unknown = first["type"] == "extra_forbidden"
            message = f"{where}: {'there is no such setting' if unknown else first['msg']}"
            raise UnusableSettings(message) from error


def _from_file(path: Path) -> dict[str, Any]:
    """The settings in a file. One that holds a password is refused where anybody but its owner could read it."""
    try:
        with path.open("rb") as file:
            text, mode = file.read(_MOST_BYTES + 1), os.fstat(file.fileno()).st_mode
        if len(text) > _MOST_BYTES:
            message = f"{SETTINGS_FILE}: {path} is longer than {_MOST_BYTES} bytes"
            raise UnusableSettings(message)
        found = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        message = f"{SETTINGS_FILE}: {path} cannot be read: {error.strerror}"
        raise UnusableSettings(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{SETTINGS_FILE}: {path} is not TOML"
        raise UnusableSettings(message) from error
    secret = [key for key, value in found.items() if isinstance(value, str) and _SECRET_IN_URL.search(value)]
    if secret and stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{SETTINGS_FILE}: {path} holds a password ({secret[0]}) and others may read it: chmod 600"
        raise UnusableSettings(message)
    return found
