"""The docket's tables, for Django."""

from django.apps import AppConfig


class DocketConfig(AppConfig):
    """The room ``docket``."""

    name = "comity.docket"
    label = "docket"
