"""The tables of the execution of content measures, for Django."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """The room ``execution.content``."""

    name = "comity.execution.content"
    label = "content"
