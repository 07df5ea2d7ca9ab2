"""The tables of exchanges, for Django."""

from django.apps import AppConfig


class ExchangesConfig(AppConfig):
    """The room ``exchanges`` inside ``matching``."""

    name = "comity.matching.exchanges"
    label = "exchanges"
