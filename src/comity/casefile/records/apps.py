"""The room as a Django application, for its tables."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Owner of the tables ``document`` and ``deadline``."""

    name = "comity.casefile.records"
    label = "records"
