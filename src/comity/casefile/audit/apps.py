"""The log as a Django app: only so that its tables migrate with all others."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Label ``audit``."""

    name = "comity.casefile.audit"
    label = "audit"
    verbose_name = "log"
