"""The console, for Django: templates and their tags, no tables."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The room ``console``."""

    name = "comity.console"
    label = "console"
