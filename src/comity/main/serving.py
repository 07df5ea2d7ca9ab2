"""What the web server loads, one function a door: a WSGI application with its own addresses, cookies and middleware."""

from __future__ import annotations

import os
from typing import Any

from comity.main.health import watched
from comity.main.lifelines import end_with
from comity.main.logs import configure
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

    end_with(os.getppid())
    settings = Settings.from_environment()
    configure(settings.log_level)
    set_up_django(settings, server_of(settings), name)
    from django.conf import settings as django_settings  # noqa: PLC0415 -- after Django
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 -- the same
    from django.db import connections  # noqa: PLC0415 -- the same

    from comity.main.compose import docket_of  # noqa: PLC0415 -- the same

    docket = docket_of(settings)
    django_settings.COMITY_DOCKET = docket

    def ready() -> bool:
        well = docket.healthy()
        if not well:
            connections.close_all()  # the next look opens one anew
        return well

    return watched(get_wsgi_application(), ready, own=name == "api")
