"""Every room's means joined into one ``Parts``. Imported only after Django is set up."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile.audit import key_files
from comity.casefile.clock import Clock, WallClock
from comity.casefile.evidence import Vault
from comity.delivery import Delivery, Outbound, Seal
from comity.delivery.channels.api import ApiOutbound
from comity.delivery.channels.email import EmailOutbound, Relay
from comity.delivery.channels.paper import PaperOutbound
from comity.delivery.channels.portal import PortalOutbound
from comity.docket import threat_contacts
from comity.docket.care import Care
from comity.docket.desk import Docket
from comity.docket.hunts.catalogue import means as hunting_in
from comity.docket.incident_types import from_file, ours
from comity.docket.parts import Parts
from comity.docket.publishing import published
from comity.intake.ports import Means as IntakeMeans
from comity.main.callers import night_means
from comity.main.contacts import contacts_of
from comity.main.house import Places, exhibit_keys, exhibit_store, provider_of, seal_file
from comity.main.machines import machines_of
from comity.main.mail_means import letters_of, origins_of
from comity.main.platforms import disclosing_of, platform_of, quoted
from comity.matching.banks.importing import Sample
from comity.matching.exchanges.means import Means as ExchangeMeans
from comity.registry.directory import Directory
from comity.settings import Settings


def parts_of(settings: Settings, clock: Clock | None = None) -> Parts:
    """Join the rooms for one process."""
    clock = clock or WallClock()
    places, provider = Places(settings.home), provider_of(settings)
    vault = Vault(exhibit_store(settings), exhibit_keys(settings))
    about_us = published(provider, contacts_of(settings))
    platform, provider = platform_of(settings, provider.hosts), quoted(provider, settings)
    seal = _seal(settings)
    vkeys = (places.keys / key_files.VERIFIERS).read_text(encoding="ascii").split()
    return Parts(
        clock=clock,
        vault=vault,
        content=platform,
        messages=platform,
        provider=provider,
        delivery=Delivery(vault, seal, _ways(settings, clock), clock),
        intake=IntakeMeans(
            registry=Directory(),
            vault=vault,
            provider=provider,
            origins=origins_of(settings),
            letters=letters_of(settings),
        ),
        tiles=places.tiles,
        vkeys=tuple(vkeys),
        public_url=settings.public_url.rstrip("/"),
        contact_email=settings.contact_email,
        authorised_person=settings.authorised_person,
        published=about_us,
        nights=night_means(settings),
        incident_types=from_file(settings.incident_types) if settings.incident_types else ours(),
        machines=machines_of(settings),
        threat_contacts=threat_contacts.parse(settings.threat_contacts),
        exchanges=exchange_means(settings),
        care=care_of(settings),
        disclosing=disclosing_of(settings, provider.hosts, seal),
        hunting=hunting_in(settings.home / "catalogue", settings.home / "match" / "kernels", settings.hunt_cluster),
    )


def care_of(settings: Settings) -> Care:
    """How long one person may look, as the settings say."""
    return Care(
        run=timedelta(minutes=settings.look_run_minutes),
        pause=timedelta(minutes=settings.look_pause_minutes),
        day=timedelta(minutes=settings.look_day_minutes),
        longest_look=timedelta(seconds=settings.look_seconds),
    )


def exchange_means(settings: Settings) -> ExchangeMeans:
    """Where exchanges' secrets and files lie, and what a list is tried on: what the match service was asked lately."""

    def lately() -> Sample | None:
        try:
            from comity.matching.serving.running import lately as asked  # noqa: PLC0415 -- only where it is needed
        except ImportError:  # without the extra there is no match service, so nobody asked it anything
            return None
        return asked(settings.home)

    return ExchangeMeans(Places(settings.home).keys / "exchanges", settings.home / "exchanges", lately)


def docket_of(settings: Settings, clock: Clock | None = None) -> Docket:
    """The docket for one process."""
    return Docket(parts_of(settings, clock))


def _seal(settings: Settings) -> Seal:
    if settings.seal_token is not None:
        return Seal.from_token(settings.seal_token, timestamp_url=settings.timestamp_url)
    return Seal.from_file(seal_file(settings), timestamp_url=settings.timestamp_url)


def _ways(settings: Settings, clock: Clock) -> dict[str, Outbound]:
    """The ways out. Without a relay, answers by e-mail wait for a person like those on paper."""
    email: Outbound = PaperOutbound()
    if settings.mail_relay:
        email = EmailOutbound(Relay.parse(settings.mail_relay, settings.mail_from))
    return {
        "api": ApiOutbound(lambda _client: None, clock),
        "email": email,
        "paper": PaperOutbound(),
        "portal": PortalOutbound(),
    }
