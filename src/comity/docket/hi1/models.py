"""The tables of HI-1. They name nobody: what objects say lies in entries, which are erased with their case."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class Progress(StrEnum):
    """How far a notice has come."""

    RAISED = "raised"
    """The case moved; nothing has left."""
    ORDERED = "ordered"
    """That it goes out is entered."""
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    """It did not arrive after many attempts; it can still be fetched."""
    KEPT = "kept"
    """No address is set for its client, or no delivery wanted there: it is fetched."""


class TransactionRow(models.Model):
    """One message that changed something, or wanted to. Append-only; its answer is the entry."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    client = models.TextField()
    transaction = models.UUIDField()
    digest = models.CharField(max_length=64)
    file = models.UUIDField(db_index=True)
    received_at = models.DateTimeField()

    class Meta:
        """An identifier names one message of a client for ever."""

        db_table = "hi1_transaction"
        constraints = (models.UniqueConstraint(fields=("client", "transaction"), name="hi1_transaction_once"),)


class ObjectRow(models.Model):
    """One object of one authority, in its newest generation."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    authority = models.CharField(max_length=32)
    identifier = models.UUIDField()
    """As the authority's machine chose it: two authorities may have chosen the same."""
    type = models.CharField(max_length=32)
    case_id = models.UUIDField(db_index=True)
    generation = models.IntegerField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """An authority's identifiers are its own."""

        db_table = "hi1_object"
        constraints = (models.UniqueConstraint(fields=("authority", "identifier"), name="hi1_object_once"),)
        indexes = (
            models.Index(fields=("authority", "type", "changed_at"), name="hi1_object_list"),
            models.Index(fields=("authority", "-created_at", "-id"), name="hi1_object_page"),
        )


class NoticeRow(models.Model):
    """One notice to an authority's machine: where its case stood, or a delivery of what was packed."""

    id = models.UUIDField(primary_key=True)
    """Also the identifier of the NotificationObject or DeliveryObject that shows it."""
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    authority = models.CharField(max_length=32)
    status = models.CharField(max_length=24)
    number = models.BigIntegerField(unique=True)
    """In which order they were made; given by the database."""
    made_at = models.DateTimeField()
    progress = models.CharField(max_length=10)
    attempts = models.IntegerField(default=0)
    package = models.UUIDField(null=True)
    """The package that it delivers; a notice of the case's status has none."""

    class Meta:
        """Named for the room."""

        db_table = "hi1_notice"
        indexes = (models.Index(fields=("authority", "made_at"), name="hi1_notice_list"),)
        constraints = (models.UniqueConstraint(fields=("package",), name="hi1_delivery_once"),)
