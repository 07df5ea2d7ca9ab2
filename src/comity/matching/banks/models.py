"""The tables of banks. Every row names the entry that says so; the database refuses one of another transaction."""

from __future__ import annotations

from django.db import models


class BankRow(models.Model):
    """A bank, as its newest entry states it."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    number = models.IntegerField(unique=True)
    name = models.CharField(max_length=64)
    version = models.IntegerField()
    ended = models.BooleanField(default=False)
    terms = models.JSONField()

    class Meta:
        """Two banks of one name never stand at the same time."""

        db_table = "banks_bank"
        constraints = (
            models.UniqueConstraint(fields=("name",), condition=models.Q(ended=False), name="banks_one_of_a_name"),
        )


class ItemRow(models.Model):
    """One item of a bank. Its number is shared by all banks and never given again."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    bank = models.IntegerField()
    member = models.CharField(max_length=200)
    reference = models.CharField(max_length=2000, null=True)  # noqa: DJ001 -- unknown is not empty
    signals = models.JSONField()
    expires_at = models.DateTimeField(null=True)
    off = models.BooleanField(default=False)
    off_until = models.DateTimeField(null=True)
    quarantined = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """Found by bank, and by the lister's own name for it."""

        db_table = "banks_item"
        indexes = (
            models.Index(fields=("bank", "id"), name="banks_items_of_a_bank"),
            models.Index(
                fields=("bank", "reference"), condition=models.Q(reference__isnull=False), name="banks_references"
            ),
            models.Index(
                fields=("id",),
                condition=models.Q(off=True) | models.Q(quarantined=True) | models.Q(expires_at__isnull=False),
                name="banks_items_not_plain",
            ),
        )


class ChangeRow(models.Model):
    """Items of this range changed: whoever follows reads how they stand now. Bank changes have an empty range."""

    position = models.BigAutoField(primary_key=True)
    bank = models.IntegerField()
    first = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=-1)

    class Meta:
        """Appended only, in the order of commits."""

        db_table = "banks_change"


class OpinionRow(models.Model):
    """What one of our people thinks of an item, and whether the exchange was told."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    bank = models.UUIDField()
    item = models.BigIntegerField()
    stance = models.CharField(max_length=8)
    by = models.CharField(max_length=64)
    because = models.TextField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        """One opinion of one person about one item: the newest."""

        db_table = "banks_opinion"
        constraints = (models.UniqueConstraint(fields=("item", "by"), name="banks_one_opinion"),)


class WaitingRow(models.Model):
    """A list that would match much; it waits for a person."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    bank = models.UUIDField()
    state = models.CharField(max_length=10)
    member = models.CharField(max_length=200)
    because = models.TextField()
    items = models.IntegerField()
    compared = models.IntegerField()
    would_match = models.IntegerField()
    since = models.DateTimeField()
    body = models.BinaryField(null=True)

    class Meta:
        """Named for the room."""

        db_table = "banks_waiting"
