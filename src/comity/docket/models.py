"""The docket's own table: where each case stands. The entries say how it came there; this row is their sum."""

from __future__ import annotations

from django.db import models

from comity.docket.procedure import Status


class Thread(models.Model):
    """Whether the thread of a case waits for the provider; what was written is entries."""

    id = models.UUIDField(primary_key=True)
    """The case."""
    waits_since = models.DateTimeField(null=True, db_index=True)
    entry = models.UUIDField()

    class Meta:
        """Named for the room."""

        db_table = "docket_thread"


class Case(models.Model):
    """One demand and everything done about it. Every change names the entry that caused it (checked by trigger)."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    """A short number that people can say aloud; given by a sequence, it carries no meaning."""
    status = models.CharField(max_length=24, choices=[(status.value, status.value) for status in Status])
    instrument = models.CharField(max_length=64)
    channel = models.CharField(max_length=12)
    authority = models.CharField(max_length=64, blank=True)
    authority_name = models.CharField(max_length=300, blank=True)
    reference = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """The next clock that runs against us, or nothing."""
    due_duty = models.CharField(max_length=64, blank=True)
    verified = models.BooleanField(null=True)
    needs_person = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    demand = models.UUIDField()
    assessment = models.UUIDField(null=True)
    decision = models.UUIDField(null=True)
    reply = models.UUIDField(null=True)
    rule = models.UUIDField(null=True, db_index=True)
    """The standing rule that decided it, if one did."""
    test = models.BooleanField(default=False)

    class Meta:
        """Named for the room, so that a database reader finds its owner."""

        db_table = "docket_case"
        indexes = (
            models.Index(fields=["needs_person", "due_at"], name="docket_pending"),
            models.Index(fields=["status", "due_at"], name="docket_status"),
            models.Index(fields=["-received_at"], name="docket_recent"),
            models.Index(fields=["authority", "reference"], name="docket_reference"),
        )
