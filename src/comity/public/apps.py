"""The public door, for Django."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """The room ``public``."""

    name = "comity.public"
    label = "public"
