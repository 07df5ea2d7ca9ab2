"""Who was told or may not be told yet, and the complaints."""

from __future__ import annotations

from django.db import models


class NoticeRow(models.Model):
    """One row a case: where its notice stands."""

    case_id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    state = models.CharField(max_length=8, choices=[(word, word) for word in ("silent", "due", "told", "nobody")])
    secret_until = models.DateTimeField(null=True)
    notice = models.UUIDField(null=True)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        """Named for its room."""

        db_table = "transparency_notice"


class ComplaintRow(models.Model):
    """A complaint of a content provider and how it ended."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    received_at = models.DateTimeField()
    complaint = models.UUIDField()
    """The entry that holds its text; erased with the case."""
    outcome = models.CharField(max_length=12, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Named for its room."""

        db_table = "transparency_complaint"
        indexes = (models.Index(fields=["outcome", "received_at"], name="complaint_pending"),)
