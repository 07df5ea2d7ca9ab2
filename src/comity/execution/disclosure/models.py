"""One row a collection, a hold on the platform's records, or a package: how far each has come."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class CollectionState(StrEnum):
    """How far a collection has come."""

    ORDERED = "ordered"
    PERFORMED = "performed"
    FAILED = "failed"


class CollectionRow(models.Model):
    """One grant of one decision, collected once. ``collection`` names it in every entry."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    collection = models.UUIDField(unique=True)
    ordered = models.UUIDField()
    """The entry in which it was ordered; the grant stands there."""
    decision = models.UUIDField()
    number = models.IntegerField()
    first_by = models.CharField(max_length=64)
    second_by = models.CharField(max_length=64, blank=True)
    needs_two = models.BooleanField()
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in CollectionState])
    attempt = models.IntegerField(default=1)
    exhibits = models.JSONField(default=list)
    rows = models.IntegerField(default=0)
    cut = models.JSONField(default=dict)
    detail = models.TextField(blank=True)

    class Meta:
        """A grant is collected once, and nobody signs for two: the database refuses both."""

        db_table = "execution_disclosure_collection"
        constraints = (
            models.UniqueConstraint(fields=["decision", "number"], name="collection_once"),
            models.CheckConstraint(condition=~models.Q(first_by=""), name="collection_signed"),
            models.CheckConstraint(
                condition=~models.Q(second_by=models.F("first_by")), name="collection_two_different_people"
            ),
            models.CheckConstraint(
                condition=models.Q(needs_two=False) | ~models.Q(second_by=""), name="collection_two_people"
            ),
        )


class HoldRow(models.Model):
    """One hold on the platform's records. ``hold`` is the platform's idempotency key."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    hold = models.UUIDField(unique=True)
    ordered = models.UUIDField()
    ending = models.UUIDField(null=True)
    """The entry by which it ends."""
    state = models.CharField(max_length=12)
    attempt = models.IntegerField(default=1)
    until = models.DateTimeField()
    exhibits = models.JSONField(default=list)
    detail = models.TextField(blank=True)

    class Meta:
        """Found by its end."""

        db_table = "execution_disclosure_hold"
        indexes = (models.Index(fields=["state", "until"], name="disclosure_hold_due"),)


class PackageState(StrEnum):
    """What became of a package."""

    MADE = "made"
    ERASED = "erased"


class PackageRow(models.Model):
    """One encrypted package in custody, under its own number."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    package = models.UUIDField(unique=True)
    authority = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in PackageState])
    exhibit = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    pulled = models.BooleanField()
    available_until = models.DateTimeField(null=True)

    class Meta:
        """Found by its end."""

        db_table = "execution_disclosure_package"
        indexes = (models.Index(fields=["state", "available_until"], name="disclosure_package_due"),)
