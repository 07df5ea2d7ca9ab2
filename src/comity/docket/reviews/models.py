"""The tables of reviews. Every row but the one that counts exposure names the entry that says so."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class State(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    """A person has to look."""
    SECOND = "second"
    """Another person was asked."""
    APPLYING = "applying"
    """Decided; what was decided is being ordered, one detection after the other."""
    DECIDED = "decided"


class Progress(StrEnum):
    """How far a detection has come."""

    WAITING = "waiting"
    DISABLING = "disabling"
    DISABLED = "disabled"
    FAILED = "failed"
    """It could not be disabled; a person looks."""
    PASSED = "passed"
    """Nothing followed, and nobody looked."""
    STANDING = "standing"
    """A person let it stand."""
    REINSTATING = "reinstating"
    REINSTATED = "reinstated"
    REPEATED = "repeated"
    """The same item was detected before; what becomes of that becomes of this."""
    CLOSED = "closed"
    """Erased at the end of its period."""


class ReviewRow(models.Model):
    """One review. Its identifier is the file in which everything about it is entered."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10)
    hunt = models.UUIDField(null=True)
    """The entry of the hunt whose detections it gathers."""
    signal_type = models.CharField(max_length=40)
    signal = models.TextField()
    """Of its first detection; others joined because they lie near it."""
    content_type = models.CharField(max_length=40)
    earlier = models.UUIDField(null=True)
    """The entry of an earlier decision about the same, which is proposed."""
    automatic = models.BooleanField(default=False)
    """Something of it was disabled before a person looked."""
    detections = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=64, default="")
    claimed_until = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=64, default="")
    decision = models.UUIDField(null=True)
    """The newest decision's entry."""

    class Meta:
        """Open reviews are few, and looked for by what they are about."""

        db_table = "reviews_review"
        indexes = (
            models.Index(fields=("state", "-automatic", "opened_at"), name="reviews_pending"),
            models.Index(
                fields=("signal_type",), condition=models.Q(state__in=("open", "second")), name="reviews_open_of_type"
            ),
            models.Index(fields=("hunt",), condition=models.Q(hunt__isnull=False), name="reviews_of_a_hunt"),
        )


class ItemRow(models.Model):
    """One detection: its own case, in which its acts, its statement of reasons and its complaints lie."""

    id = models.UUIDField(primary_key=True)
    """The detection's case."""
    entry = models.UUIDField()
    detection = models.UUIDField(unique=True)
    review = models.UUIDField(null=True)
    place = models.IntegerField(default=0)
    """In its review: 1, 2, …"""
    progress = models.CharField(max_length=12)
    item = models.TextField()
    address = models.TextField()
    """Under which the platform finds it; empty where it has none yet."""
    account = models.TextField()
    content_type = models.CharField(max_length=40)
    signal_type = models.CharField(max_length=40)
    alike = models.CharField(max_length=64)
    """SHA-256 of type and signal: what has the same is the same."""
    automatic = models.BooleanField(default=False)
    rule = models.UUIDField(null=True)
    follows = models.UUIDField(null=True)
    """The case of the same item, detected before."""
    outcome = models.CharField(max_length=10, default="")
    standing = models.CharField(max_length=16, default="")
    decision = models.UUIDField(null=True)
    """The entry of the review's decision about it."""
    detected_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Found by review, by what is the same, by item, and by time."""

        db_table = "reviews_item"
        constraints = (
            models.UniqueConstraint(
                fields=("review", "place"), condition=models.Q(review__isnull=False), name="reviews_item_place"
            ),
        )
        indexes = (
            models.Index(fields=("alike", "-decided_at"), name="reviews_items_alike"),
            models.Index(fields=("item", "review"), name="reviews_items_same"),
            models.Index(fields=("-detected_at",), name="reviews_items_by_time"),
        )


class MatchRow(models.Model):
    """One listed item that a detection matched: what was decided of it measures its bank."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    review = models.UUIDField(null=True)
    bank = models.CharField(max_length=64)
    bank_version = models.IntegerField()
    item = models.BigIntegerField()
    signal_type = models.CharField(max_length=40)
    distance = models.FloatField()
    shadow = models.BooleanField(default=False)

    class Meta:
        """Found by the listed item."""

        db_table = "reviews_match"
        indexes = (
            models.Index(fields=("item",), name="reviews_matches_of_an_item"),
            models.Index(fields=("bank", "review"), name="reviews_matches_of_a_bank"),
        )


class ExposureRow(models.Model):
    """How long a person looked at content on a day. Of a look that is over nothing says at what."""

    id = models.BigAutoField(primary_key=True)
    person = models.CharField(max_length=64)
    day = models.DateField()
    seconds = models.FloatField(default=0)
    run = models.FloatField(default=0)
    """Since the last pause."""
    looks = models.IntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    """A look that is not over."""
    case_id = models.UUIDField(null=True)
    """At what, until it is over."""
    ended_at = models.DateTimeField(null=True)
    pause_until = models.DateTimeField(null=True)

    class Meta:
        """One row a person and day; at what they look it names only while they do."""

        db_table = "reviews_exposure"
        constraints = (
            models.UniqueConstraint(fields=("person", "day"), name="reviews_exposure_a_day"),
            models.CheckConstraint(
                condition=models.Q(case_id__isnull=True, began_at__isnull=True)
                | models.Q(case_id__isnull=False, began_at__isnull=False),
                name="reviews_exposure_forgets",
            ),
        )
