"""The tables of incidents, for Django."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """The room ``incidents`` inside ``docket``."""

    name = "comity.docket.incidents"
    label = "incidents"
