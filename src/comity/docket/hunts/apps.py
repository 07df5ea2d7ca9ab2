"""The tables of hunts, for Django."""

from django.apps import AppConfig


class HuntsConfig(AppConfig):
    """The room ``hunts`` inside ``docket``."""

    name = "comity.docket.hunts"
    label = "hunts"
