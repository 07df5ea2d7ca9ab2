"""The portal, for Django: its templates and its own table of sessions."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room ``portal``."""

    name = "comity.portal"
    label = "portal"
