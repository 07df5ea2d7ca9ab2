"""The tables of threats, for Django."""

from django.apps import AppConfig


class ThreatsConfig(AppConfig):
    """The room ``threats`` inside ``docket``."""

    name = "comity.docket.threats"
    label = "threats"
