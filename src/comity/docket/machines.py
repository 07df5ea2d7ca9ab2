"""Which machines of authorities may speak HI-1 with us, under which names, and where they want to be told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from comity.docket.errors import DocketRefused
from comity.hi1 import Party
from comity.hi1.message import Encoding
from comity.hi1.schemas import Schemas

_MOST_BYTES = 256 * 1024
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,200}", re.ASCII)
_Name = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
_Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class UnusableMachines(DocketRefused):
    """The file of HI-1 cannot be read."""

    code = "hi1.unusable_file"


_NOBODY = Party("", "")


@dataclass(frozen=True)
class Machine:
    """One authority's machine: the client of its token, the name it must use, where it is told."""

    client: str
    party: Party
    endpoint: str = ""
    """Empty: it asks by itself."""
    encoding: Encoding = Encoding.XML
    deliver: bool = False
    """Whether what was packed for its authority is brought to it; else it is fetched."""


class Way(Protocol):
    """How a message leaves. ``comity.delivery.channels.hi1.Hi1Outbound`` is one."""

    def post(self, endpoint: str, body: bytes, encoding: Encoding) -> str:
        """Bring a message; gives what was answered. Raises ``NotDelivered``."""


@dataclass(frozen=True)
class Proxy:
    """Who in front of us verifies the certificates of clients, and in which header it names them."""

    header: str
    networks: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True)
class MachineMeans:
    """Everything that HI-1 works with. Without it the door is shut."""

    path: str = ""
    """Where the door is; empty where there is none."""
    us: Party = _NOBODY
    machines: Mapping[str, Machine] = field(default_factory=dict)
    schemas: Schemas | None = None
    """The standard's own schemas, where the operator has installed them."""
    way: Way | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Us(_Strict):
    country: _Country
    identifier: _Name


class _Client(_Strict):
    client: _Name
    country: _Country
    identifier: _Name
    endpoint: str = ""
    encoding: Literal["xml", "json"] = "xml"
    deliver: bool = False

    @field_validator("endpoint")
    @classmethod
    def _safe(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "https" or not parts.hostname or parts.username or parts.password):
            message = "write an https:// address without credentials"
            raise ValueError(message)
        return value


class _Proxy(_Strict):
    addresses: tuple[IPv4Network | IPv6Network, ...] = Field(min_length=1, max_length=50)
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{1,60}$")] = "Client-Cert"

    @field_validator("addresses")
    @classmethod
    def _not_everybody(cls, value: tuple[IPv4Network | IPv6Network, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
        if any(one.prefixlen == 0 for one in value):
            message = "name the proxy's addresses, not everybody's"
            raise ValueError(message)
        return value


class File(_Strict):
    """The operator's file."""

    path: str = "/hi1"
    we: _Us
    clients: tuple[_Client, ...] = Field(default=(), max_length=1_000)
    schemas: Path | None = None
    """Folder of the standard's schemas."""
    trusted: Path | None = None
    """Certificates (PEM) that endpoints are trusted by, instead of the machine's own."""
    certificate: Path | None = None
    """Our own certificate and key (PEM) for endpoints that ask for one."""
    proxy: _Proxy | None = None
    """Who names the certificates that clients showed (mutual TLS)."""

    @field_validator("path")
    @classmethod
    def _a_path(cls, value: str) -> str:
        if not _PATH.fullmatch(value) or value.startswith("/v1/") or value in ("/", "/healthz"):
            message = "write a path of its own, like /hi1"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _somewhere(self) -> File:
        if any(one.deliver and not one.endpoint for one in self.clients):
            message = "deliver: needs an endpoint"
            raise ValueError(message)
        return self

    def named_by(self) -> Proxy | None:
        """Whose word about clients' certificates is taken; nobody's where none is set."""
        return Proxy(self.proxy.header, self.proxy.addresses) if self.proxy else None

    def machines(self) -> dict[str, Machine]:
        """By client; raises ``UnusableMachines`` where a client or a name stands twice."""
        found: dict[str, Machine] = {}
        names: set[Party] = set()
        for one in self.clients:
            party = Party(one.country, one.identifier)
            if one.client in found or party in names:
                raise UnusableMachines(f"clients: {one.client[:60]} or its name stands twice")
            encoding = Encoding.XML if one.encoding == "xml" else Encoding.JSON
            names.add(party)
            found[one.client] = Machine(one.client, party, one.endpoint, encoding, one.deliver)
        return found


def from_file(path: Path) -> File:
    """Read the operator's file (YAML); raises ``UnusableMachines`` naming what is wrong, and nothing else."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise UnusableMachines(f"{path} is longer than {_MOST_BYTES} bytes")
        return File.model_validate(yaml.safe_load(text) or {})
    except OSError as error:
        raise UnusableMachines(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableMachines(f"{path} is not YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnusableMachines(f"{path}: {where}: {first['msg']}") from error
