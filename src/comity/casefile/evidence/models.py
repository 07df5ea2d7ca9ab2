"""The room's two tables, private to ``store.py``. What guards them (triggers, grants) is in the migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ExhibitRow(models.Model):
    """One exhibit of one case. The application may insert and read; the key goes by ``erase_exhibit`` alone."""

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    media_type = models.TextField()
    name = models.TextField()
    kek = models.TextField()
    wrapped_key = models.BinaryField(null=True)
    file = models.TextField(unique=True)
    state = models.TextField(default="held")
    entry = models.UUIDField()

    class Meta:
        """Same bytes in one case are one exhibit; in two cases they are two, with two keys."""

        db_table = "exhibit"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_id", "digest"], condition=models.Q(state="held"), name="exhibit_once_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(state="held", wrapped_key__isnull=False)
                | models.Q(state="erased", wrapped_key__isnull=True),
                name="exhibit_held_or_erased",
            ),
        ]


class RetiredKeyRow(models.Model):
    """A key-encryption key that wraps nothing and never will again."""

    identifier = models.TextField(primary_key=True)
    entry = models.UUIDField()

    class Meta:
        """The database refuses a key that still wraps something, and afterwards whatever it wrapped."""

        db_table = "exhibit_key_retired"


class HoldRow(models.Model):
    """A reason not to erase one exhibit."""

    id = models.UUIDField(primary_key=True)
    exhibit = models.ForeignKey(ExhibitRow, on_delete=models.PROTECT, db_column="exhibit")
    because = models.TextField()
    until = models.DateTimeField(null=True)
    released = models.BooleanField(default=False)
    entry = models.UUIDField()

    class Meta:
        """Several may stand on one exhibit."""

        db_table = "exhibit_hold"
