"""What the operator declared for the page that a provider must publish."""

from __future__ import annotations

from comity.docket.publishing import Contacts
from comity.settings import Settings

_NOBODY = "@localhost"
"""Addresses of defaults end so: they reach nobody, and nobody declared them."""


def contacts_of(settings: Settings) -> Contacts:
    """The contacts that the settings name; a default that reaches nobody is none."""
    languages = settings.authorities_languages.replace(" ", "").split(",")
    return Contacts(
        orders="" if settings.contact_email.endswith(_NOBODY) else settings.contact_email,
        portal=settings.portal_url if settings.portal_address and settings.portal_url.startswith("https://") else "",
        authorities=settings.authorities_email or "",
        authorities_languages=tuple(dict.fromkeys(code for code in languages if code)),
        users=settings.users_contact or "",
        representative=settings.representative_name or "",
        representative_address=settings.representative_address or "",
        representative_email=settings.representative_email or "",
        representative_telephone=settings.representative_telephone or "",
    )
