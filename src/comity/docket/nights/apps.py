"""The tables of the nights, for Django."""

from django.apps import AppConfig


class NightsConfig(AppConfig):
    """The room ``nights`` inside the docket."""

    name = "comity.docket.nights"
    label = "nights"
