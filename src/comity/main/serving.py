"""What the web server loads, one function a door: a WSGI application with its own addresses, cookies and middleware."""

from __future__ import annotations

from typing import Any

from comity.settings import Settings


def api() -> Any:
    """The authorities' door."""
    return _door("api")


def console() -> Any:
    """The staff's door."""
    return _door("console")


def portal() -> Any:
    """The officers' door."""
    return _door("portal")


def public() -> Any:
    """Anybody's door."""
    return _door("public")


def _door(name: str) -> Any:
    from comity.main.house import server_of, set_up_django  # noqa: PLC0415 -- Django first

    settings = Settings.from_environment()
    set_up_django(settings, server_of(settings), name)
    from django.conf import settings as django_settings  # noqa: PLC0415 -- after Django
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 -- the same

    from comity.main.compose import docket_of  # noqa: PLC0415 -- the same

    django_settings.COMITY_DOCKET = docket_of(settings)
    return get_wsgi_application()
