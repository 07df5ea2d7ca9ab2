"""The intake room's tables, for Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room ``intake``."""

    name = "comity.intake"
    label = "intake"
