"""The tables of the execution of disclosures, for Django."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """The room ``execution.disclosure``."""

    name = "comity.execution.disclosure"
    label = "disclosure"
