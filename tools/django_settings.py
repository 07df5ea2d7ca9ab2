"""The settings module that the type checker's Django plug-in loads; no program uses it."""

from typing import Any

from comity.main.web import django_options
from comity.settings import Settings

_nowhere = {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}
globals().update(django_options(Settings(), database=_nowhere, secret_key="for the type checker", door="none"))  # noqa: S106 -- no secret: nothing runs under it
COMITY_DOCKET: Any = None
