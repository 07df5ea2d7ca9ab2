"""The room's own tables, private to ``store.py``: what was received, and which addresses were named."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Message(models.Model):
    """One message as accepted. Its bytes are an exhibit of its case; its demand is an entry."""

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField(unique=True)
    channel = models.TextField()
    identifier = models.TextField()
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received_at = models.DateTimeField()
    offset = models.IntegerField(default=0)
    """Minutes east of UTC in which the instant of receipt was written."""
    facts = models.JSONField(default=dict)
    lane = models.SmallIntegerField(default=1)
    """0 for the mail of enrolled domains, 1 for the rest: whose turn it is, never whom we trust."""
    share = models.TextField(default="")
    """Whose share of turns this message takes."""
    state = models.TextField(default="kept")
    demand = models.UUIDField(null=True)
    authority = models.TextField(default="")
    """The verified authority, or nothing."""
    reference = models.TextField(default="")
    times_received = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        """The same bytes under the same identifier are one message; other bytes are another."""

        db_table = "intake_message"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "identifier", "digest"], name="intake_message_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["kept", "entered", "set_aside"]), name="intake_message_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["lane", "received_at"], condition=models.Q(state="kept"), name="intake_message_waiting"
            ),
            models.Index(fields=["reference", "authority"], name="intake_message_reference"),
            models.Index(fields=["digest"], name="intake_message_digest"),
        ]


class Named(models.Model):
    """An address that a message's order names."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    address = models.TextField()

    class Meta:
        """Asked by address: which orders named this before?"""

        db_table = "intake_named"
        indexes: ClassVar = [models.Index(fields=["address"], name="intake_named_address")]


class Taken(models.Model):
    """A place in a mailbox from which a message was taken. Append-only."""

    mailbox = models.TextField()
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    case_id = models.UUIDField()
    entry = models.UUIDField()

    class Meta:
        """From one place once, as long as the mailbox's numbers mean the same."""

        db_table = "intake_taken"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "uidvalidity", "uid"], name="intake_taken_once")
        ]
