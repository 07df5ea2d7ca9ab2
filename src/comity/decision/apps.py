"""The decision room's tables, for Django."""

from django.apps import AppConfig


class DecisionConfig(AppConfig):
    """The room ``decision``."""

    name = "comity.decision"
    label = "decision"
