"""The provider profile: where the firm sits, which laws bind it, what it offers, which hosts are its own."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from comity.casefile.clock import InvalidPeriod, Period
from comity.law.addresses import normal_host
from comity.law.errors import InvalidProviderError
from comity.law.states import MEMBER_STATES

MAX_PROFILE = 65_536
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Establishment(BaseModel):
    """A place of the firm: its main establishment, a designated one, or its legal representative."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Code
    kind: Literal["main", "designated", "representative"]


class Provider(BaseModel):
    """The firm that runs Comity, as far as the law asks about it. Lists that are empty say *none*, not *unknown*."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(functools.cached_property,))

    name: Name
    legal_name: Name
    home_state: Code
    establishments: tuple[Establishment, ...] = ()
    subject_to: tuple[Code, ...] = ()
    offers_services_in: tuple[Code, ...]
    hosts: Annotated[tuple[str, ...], Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    services: Annotated[
        tuple[Literal["hosting", "public", "communications", "domain", "cloud"], ...], Field(min_length=1)
    ]
    retention: dict[str, str] = {}

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if normal_host(host) is None:
                message = f"{host[:80]!r} is not a host name (write board.example, without scheme, port or path)"
                raise ValueError(message)
        return value

    @field_validator("retention")
    @classmethod
    def _retention(cls, value: dict[str, str]) -> dict[str, str]:
        for kind, length in value.items():
            try:
                Period.parse(length)
            except InvalidPeriod as error:
                message = f"{kind}: {error}"
                raise ValueError(message) from error
        return value

    @functools.cached_property
    def host_set(self) -> frozenset[str | None]:
        """The hosts as they are compared."""
        return frozenset(normal_host(host) for host in self.hosts)

    @functools.cached_property
    def mark(self) -> str:
        """What tells this profile from every other one."""
        return self.model_dump_json()

    @functools.cached_property
    def hosts_for_public(self) -> bool:
        """Whether it stores content of others and disseminates it to the public (Articles 1(2), 2(1), 2(3))."""
        return {"hosting", "public"} <= set(self.services)

    @functools.cached_property
    def offers_in_union(self) -> bool:
        """Whether it offers services in the Union (Article 2(4))."""
        return any(state == "EU" or state in MEMBER_STATES for state in self.offers_services_in)

    @functools.cached_property
    def main_establishment_in_union(self) -> bool:
        """Whether its main establishment is in a Member State (Article 2(9))."""
        return any(e.kind == "main" and e.state in MEMBER_STATES for e in self.establishments)

    @functools.cached_property
    def represented_in_union(self) -> bool:
        """Whether a legal representative sits in a Member State (Article 17(1))."""
        return any(e.kind == "representative" and e.state in MEMBER_STATES for e in self.establishments)

    @functools.cached_property
    def states_of_service(self) -> tuple[str, ...]:
        """Where orders reach it: its designated establishments and representatives, and its home state."""
        designated = (e.state for e in self.establishments if e.kind != "main")
        return tuple(dict.fromkeys((*designated, self.home_state)))

    @functools.cached_property
    def holds_data_of_users(self) -> bool:
        """Whether it is a service provider of Article 3(3) of Regulation (EU) 2023/1543: communications, domain names,
        or storage for users.
        """
        return not {"communications", "domain", "hosting", "cloud"}.isdisjoint(self.services)

    @functools.cached_property
    def bound_outside_union(self) -> str:
        """Whose law beside that of the Union binds it: ``none``, ``us``, or ``other``."""
        others = {code for code in self.subject_to if code != "EU" and code not in MEMBER_STATES}
        return "none" if not others else "us" if others == {"US"} else "other"


def parse_provider(text: bytes | str) -> Provider:
    """Read a profile from YAML; raises ``InvalidProviderError`` naming every field and rule at fault."""
    if len(text) > MAX_PROFILE:
        message = f"provider profile: longer than {MAX_PROFILE} bytes"
        raise InvalidProviderError(message)
    try:
        found: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"provider profile: not YAML: {str(error).splitlines()[0]}"
        raise InvalidProviderError(message) from error
    if not isinstance(found, dict):
        message = "provider profile: the file does not hold fields like 'name:' and 'hosts:'"
        raise InvalidProviderError(message)
    try:
        return Provider.model_validate(found)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:12])
        message = f"provider profile: {faults}"
        raise InvalidProviderError(message) from error
