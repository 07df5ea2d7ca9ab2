"""The tables of threats. Every change of a row names the entry that says so (checked by trigger)."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class State(StrEnum):
    """Where a threat stands."""

    RAISED = "raised"
    """A person has to decide, promptly."""
    TELLING = "telling"
    INFORMED = "informed"
    """Everybody was told."""
    NO_THREAT = "no_threat"
    CLOSED = "closed"
    """Erased at the end of its period."""


class Progress(StrEnum):
    """How far one recipient's form has come."""

    ORDERED = "ordered"
    DELIVERED = "delivered"
    BY_HAND = "by_hand"
    """It could not go by itself: a person brings it, and says how."""


class ThreatRow(models.Model):
    """One threat. Its identifier is the file in which everything about it is entered."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10)
    origin = models.CharField(max_length=10)
    file = models.UUIDField(db_index=True)
    file_number = models.BigIntegerField()
    known_at = models.DateTimeField()
    grounds = models.JSONField(default=list)
    states = models.JSONField(default=list)
    raised_by = models.CharField(max_length=64)
    decided_by = models.CharField(max_length=64, default="")
    decided_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, default="")
    informed_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is the second person after themselves, and one file has one open threat."""

        db_table = "threats_threat"
        constraints = (
            models.UniqueConstraint(
                fields=("file",), condition=models.Q(state="raised"), name="threats_one_open_of_a_file"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("decided_by")),
                name="threats_two_people",
            ),
        )
        indexes = (models.Index(fields=("state", "-number"), name="threats_by_state"),)


class RecipientRow(models.Model):
    """One body that is told."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    threat = models.UUIDField(db_index=True)
    place = models.IntegerField()
    tell = models.CharField(max_length=12)
    state = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=320)
    reply = models.UUIDField()
    """The entry of the form that goes there."""
    progress = models.CharField(max_length=10)
    attempts = models.IntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is told the same twice."""

        db_table = "threats_recipient"
        constraints = (models.UniqueConstraint(fields=("threat", "place"), name="threats_one_of_a_place"),)
