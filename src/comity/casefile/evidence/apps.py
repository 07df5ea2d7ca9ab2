"""The room as a Django application, for its tables."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Owner of the tables ``exhibit`` and ``exhibit_hold``."""

    name = "comity.casefile.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
