"""The transparency room's tables, for Django."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """The room ``transparency``."""

    name = "comity.transparency"
    label = "transparency"
