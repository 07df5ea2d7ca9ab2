"""The registry's table of overseers: people of an outside body who may read everything and change nothing."""

# ruff: noqa: D106 -- as in ``models``

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Overseer(models.Model):
    """A person of an overseeing body. Their keys and codes lie in the tables of officers' keys, by kind and holder."""

    id = models.UUIDField(primary_key=True)
    body = models.TextField()
    """The overseeing body."""
    name = models.TextField()
    address = models.TextField()
    """The official e-mail address, in lower case."""
    number = models.TextField(default="", db_default="")
    """Telephone number of the body (E.164), found by two of us independently."""
    state = models.TextField()
    proposed_by = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="+", null=True)
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "enrolled", "suspended"]), name="overseer_state"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="overseer_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "enrolled"]) | Q(confirmed_by__isnull=False),
                name="overseer_counts_only_when_confirmed",
            ),
        ]


class OverseerCall(models.Model):
    """A call made to the number held for an overseer. Append-only."""

    id = models.UUIDField(primary_key=True)
    overseer = models.ForeignKey(Overseer, on_delete=models.PROTECT, related_name="+")
    called_by = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    spoken_to = models.TextField()
    outcome = models.TextField()
    entry = models.UUIDField()
