"""The registry's tables, for Django."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The room ``registry``."""

    name = "comity.registry"
    label = "registry"
