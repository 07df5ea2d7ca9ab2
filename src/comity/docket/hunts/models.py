"""The tables of hunts. What is entered names its entry; what a search found is a working copy, gone when it is over."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class State(StrEnum):
    """Where a hunt stands."""

    ORDERED = "ordered"
    """It is searched, or waits for a worker."""
    HELD = "held"
    """It found so much that a person looks first."""
    ENTERING = "entering"
    """What was found becomes detections, some at a time."""
    DONE = "done"
    FAILED = "failed"
    """The search could not be made; a person has it made again."""
    STOPPED = "stopped"
    """A person ended it; what was a detection by then stays one."""


class Became(StrEnum):
    """What becomes of a found item."""

    WAITING = "waiting"
    ENTERED = "entered"
    ALLOWED = "allowed"
    """An allow bank knows it."""
    DISABLED = "disabled"
    """It is disabled already, by whichever decision."""
    GONE = "gone"
    """The platform has it no more."""
    WITHHELD = "withheld"
    """Its account may not know of the case's demand yet."""


class HuntRow(models.Model):
    """One hunt. Its identifier is the file in which everything about it is entered."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10)
    ordered = models.UUIDField()
    """The entry of the order; detections and the review name it."""
    source = models.CharField(max_length=10)
    about = models.TextField()
    case_id = models.UUIDField(null=True, db_index=True)
    """Of the demand whose items are sought, if it is one."""
    ordered_by = models.CharField(max_length=64)
    ordered_at = models.DateTimeField()
    signals = models.IntegerField(default=0)
    without = models.JSONField(default=list)
    """Places of signals that a person took out."""
    released = models.BooleanField(default=False)
    """A person let it go on although it found much."""
    stored = models.BigIntegerField(default=0)
    found = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    became = models.JSONField(default=dict)
    said = models.TextField(default="")
    """Why it waits or failed, in words."""
    over_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        db_table = "hunts_hunt"


class ListRow(models.Model):
    """What a hunt seeks, compressed; its digest is entered. Written once."""

    hunt = models.UUIDField(primary_key=True)
    body = models.BinaryField()

    class Meta:
        """One a hunt."""

        db_table = "hunts_list"


class FoundRow(models.Model):
    """One found item, until it is a detection or the hunt is over."""

    id = models.BigAutoField(primary_key=True)
    hunt = models.UUIDField()
    place = models.IntegerField()
    """Nearest first, from 1."""
    item = models.TextField()
    url = models.TextField()
    account = models.TextField()
    content_type = models.CharField(max_length=40)
    signal_type = models.CharField(max_length=40)
    signal = models.TextField()
    recipe = models.TextField()
    matches = models.JSONField()
    """Pairs: which signal sought, and its distance; nearest first."""
    became = models.CharField(max_length=10)

    class Meta:
        """Taken in their order."""

        db_table = "hunts_found"
        constraints = (models.UniqueConstraint(fields=("hunt", "place"), name="hunts_found_place"),)
        indexes = (models.Index(fields=("hunt", "became", "place"), name="hunts_found_waiting"),)


class ProgressRow(models.Model):
    """How far a search is. Numbers that are seen and forgotten."""

    hunt = models.UUIDField(primary_key=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0)
    entered = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        """One a hunt."""

        db_table = "hunts_progress"
