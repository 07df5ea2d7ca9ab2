"""The table of incidents. Every change of a row names the entry that says so (checked by trigger)."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models.functions import Lower


class State(StrEnum):
    """Where an incident stands."""

    LASTS = "lasts"
    CLOSED = "closed"
    """A person closed it."""
    ENDED = "ended"
    """Its time ran out."""


class IncidentRow(models.Model):
    """One incident. Its identifier is the file in which everything about it is entered."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10)
    type = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    bank = models.CharField(max_length=64)
    pace = models.IntegerField()
    declared_by = models.CharField(max_length=64)
    declared_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, default="")
    confirmed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    """When it ends by itself, or ended."""

    class Meta:
        """No two incidents of one name last at a time, and nobody confirms what they declared."""

        db_table = "incidents_incident"
        constraints = (
            models.UniqueConstraint(Lower("title"), condition=models.Q(state="lasts"), name="incidents_one_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("declared_by")),
                name="incidents_two_people",
            ),
        )
        indexes = (models.Index(fields=("state", "-number"), name="incidents_that_last"),)
