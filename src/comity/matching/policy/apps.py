"""The tables of matching rules, for Django."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """The room ``policy`` inside ``matching``."""

    name = "comity.matching.policy"
    label = "policy"
