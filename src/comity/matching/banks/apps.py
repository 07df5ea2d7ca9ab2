"""The tables of banks, for Django."""

from django.apps import AppConfig


class BanksConfig(AppConfig):
    """The room ``banks`` inside ``matching``."""

    name = "comity.matching.banks"
    label = "banks"
