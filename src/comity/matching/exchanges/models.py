"""The tables of exchanges. What is said and how far a list was taken names its entry; the pulse is of the moment."""

from __future__ import annotations

from django.db import models


class ExchangeRow(models.Model):
    """An exchange, as its newest entry states it."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    name = models.CharField(max_length=40)
    version = models.IntegerField()
    ended = models.BooleanField(default=False)
    hurried = models.IntegerField(null=True)
    terms = models.JSONField()

    class Meta:
        """A name is given once: it stands in the references of what was listed."""

        db_table = "exchanges_exchange"
        constraints = (models.UniqueConstraint(fields=("name",), name="exchanges_one_of_a_name"),)


class ProgressRow(models.Model):
    """How far the list was taken."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    turn = models.BigIntegerField()
    checkpoint = models.JSONField(null=True)
    held = models.UUIDField(null=True)
    """The list that waits for a person; nothing more is fetched until it is settled."""
    taken_at = models.DateTimeField()

    class Meta:
        """Named for the room."""

        db_table = "exchanges_progress"


class PulseRow(models.Model):
    """When the next fetch is due, and how the last one went; no history, and so no entry."""

    id = models.UUIDField(primary_key=True)
    next_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    """When a fetch last came to its end."""
    failures = models.IntegerField(default=0)
    code = models.CharField(max_length=40, default="")
    said = models.TextField(default="")
    refused = models.JSONField(default=list)
    """Of the last part with refused rows: where, and why."""

    class Meta:
        """Named for the room."""

        db_table = "exchanges_pulse"
