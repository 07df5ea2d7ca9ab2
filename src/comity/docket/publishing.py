"""What a provider must publish about itself: where orders, authorities and users reach it, in which languages, and who
represents it in the Union (Articles 15 and 17 of Regulation (EU) 2021/784; Articles 11 to 13 of Regulation (EU)
2022/2065).

Only what the operator declared is ever published. What the law asks for and nobody declared is *missing*: `comity
doctor` names it with its setting, and no page shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from comity.casefile.documents.assessment import Certainty
from comity.law import Provider, article_text
from comity.law.states import MEMBER_STATES

Kind = Literal["text", "host", "state", "language", "email", "link"]
Part = Literal["provider", "orders", "authorities", "users", "representative"]
_ELSEWHERE = {
    "2022/2065 Art 11": Certainty.OFFICIAL,
    "2022/2065 Art 12": Certainty.OFFICIAL,
    "2022/2065 Art 13": Certainty.OFFICIAL,
}
"""Articles of a law that has no folder on the shelf yet, with the certainty under which they were read."""


@dataclass(frozen=True)
class Provision:
    """An article, and how sure we are of its text."""

    citation: str
    certainty: Certainty


@dataclass(frozen=True)
class Fact:
    """One thing that is to be published; ``values`` are empty when nobody declared it."""

    part: Part
    id: str
    kind: Kind
    values: tuple[str, ...]
    provisions: tuple[Provision, ...]
    set_by: str
    """What an operator sets to declare it."""


@dataclass(frozen=True)
class Published:
    """Every fact that the law asks of this provider."""

    facts: tuple[Fact, ...] = ()

    @property
    def declared(self) -> tuple[Fact, ...]:
        """What a page may show."""
        return tuple(fact for fact in self.facts if fact.values)

    @property
    def missing(self) -> tuple[Fact, ...]:
        """What the law asks for and nobody declared."""
        return tuple(fact for fact in self.facts if not fact.values)


@dataclass(frozen=True)
class Contacts:
    """What an operator declared beside the provider's profile; empty means not declared."""

    orders: str = ""
    """E-mail address that takes orders."""
    portal: str = ""
    """Address of the officers' portal, where there is one."""
    authorities: str = ""
    authorities_languages: tuple[str, ...] = ()
    users: str = ""
    """E-mail address, or page, where users reach people."""
    representative: str = ""
    representative_address: str = ""
    representative_email: str = ""
    representative_telephone: str = ""


def published(provider: Provider, contacts: Contacts) -> Published:
    """What this provider must publish, and what of it was declared."""
    if not provider.offers_in_union:
        return Published()
    facts = [*_provider(provider), *_intermediary(contacts)]
    if provider.hosts_for_public:
        facts += _orders(provider, contacts)
    if not provider.main_establishment_in_union:
        facts += _representative(provider, contacts)
    return Published(tuple(facts))


def _provider(provider: Provider) -> Iterator[Fact]:
    profile = "the provider's profile"
    yield _fact("provider", "name", "text", provider.legal_name, set_by=f"legal_name in {profile}")
    yield _fact("provider", "hosts", "host", *provider.hosts, set_by=f"hosts in {profile}")
    if provider.main_establishment_in_union:
        cited = ("2021/784 Art 2(9)",) if provider.hosts_for_public else ()
        yield _fact(
            "provider", "establishment", "state", provider.home_state, cites=cited, set_by=f"home_state in {profile}"
        )


def _orders(provider: Provider, contacts: Contacts) -> Iterator[Fact]:
    cites = ("2021/784 Art 15(1)",)
    yield _fact("orders", "email", "email", contacts.orders, cites=cites, set_by="COMITY_CONTACT_EMAIL")
    if contacts.portal:
        yield _fact("orders", "portal", "link", contacts.portal, cites=cites, set_by="COMITY_PORTAL_URL")
    yield _fact(
        "orders",
        "languages",
        "language",
        *provider.languages,
        cites=("2021/784 Art 15(2)",),
        set_by="languages in the provider's profile",
    )


def _intermediary(contacts: Contacts) -> Iterator[Fact]:
    cites = ("2022/2065 Art 11",)
    yield _fact("authorities", "email", "email", contacts.authorities, cites=cites, set_by="COMITY_AUTHORITIES_EMAIL")
    yield _fact(
        "authorities",
        "languages",
        "language",
        *contacts.authorities_languages,
        cites=cites,
        set_by="COMITY_AUTHORITIES_LANGUAGES",
    )
    kind: Kind = "email" if "@" in contacts.users else "link"
    yield _fact("users", "contact", kind, contacts.users, cites=("2022/2065 Art 12",), set_by="COMITY_USERS_CONTACT")


def _representative(provider: Provider, contacts: Contacts) -> Iterator[Fact]:
    cites = (*(("2021/784 Art 17",) if provider.hosts_for_public else ()), "2022/2065 Art 13")
    states = [one.state for one in provider.establishments if one.kind == "representative"]
    yield _fact(
        "representative",
        "state",
        "state",
        *(state for state in states if state in MEMBER_STATES),
        cites=cites,
        set_by="an establishment of kind representative in the provider's profile",
    )
    said: tuple[tuple[str, Kind, str], ...] = (
        ("name", "text", contacts.representative),
        ("address", "text", contacts.representative_address),
        ("email", "email", contacts.representative_email),
        ("telephone", "text", contacts.representative_telephone),
    )
    for name, kind, value in said:
        yield _fact("representative", name, kind, value, cites=cites, set_by=f"COMITY_REPRESENTATIVE_{name.upper()}")


def _fact(part: Part, name: str, kind: Kind, *values: str, cites: tuple[str, ...] = (), set_by: str) -> Fact:
    given = tuple(value for value in values if value)
    return Fact(part, name, kind, given, tuple(_provision(citation) for citation in cites), set_by)


def _provision(citation: str) -> Provision:
    known = _ELSEWHERE.get(citation)
    return Provision(citation, known or article_text(citation).certainty)
