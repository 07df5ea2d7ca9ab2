"""The tables of the nights. Every change of a row names the entry that says so (checked by trigger)."""

from __future__ import annotations

from django.db import models


class RosterRow(models.Model):
    """Who is on call when, as its newest entry states it."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)

    class Meta:
        """Named for the room."""

        db_table = "nights_roster"


class LadderRow(models.Model):
    """The one ladder."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()

    class Meta:
        """Named for the room."""

        db_table = "nights_ladder"


class ContactRow(models.Model):
    """How a member of staff is called; the identifier is the member's."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()

    class Meta:
        """Named for the room."""

        db_table = "nights_contact"


class NightRuleRow(models.Model):
    """A rule for the case that nobody answers."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    authority = models.CharField(max_length=64, db_index=True)
    proposed_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """The database refuses, too, that one person proposes and approves."""

        db_table = "nights_rule"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("proposed_by")),
                name="nights_rule_two_people",
            ),
        )


class AlarmRow(models.Model):
    """A case that calls for a person."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    number = models.BigIntegerField()
    reason = models.CharField(max_length=12)
    """``person`` or ``hour``."""
    turn = models.CharField(max_length=24)
    """Where the case stood when it began."""
    state = models.CharField(max_length=16)
    """``ringing``, ``acknowledged`` or ``settled``."""
    verified = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    step = models.IntegerField(default=-1)
    next_at = models.DateTimeField(null=True)
    unanswered_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    """When it was acknowledged, else settled."""
    draft = models.UUIDField(null=True)

    class Meta:
        """One open alarm a case."""

        db_table = "nights_alarm"
        constraints = (
            models.UniqueConstraint(
                fields=["case_id"],
                condition=models.Q(state__in=("ringing", "acknowledged")),
                name="nights_one_alarm_a_case",
            ),
        )
        indexes = (models.Index(fields=["state", "next_at"], name="nights_ringing"),)


class PageRow(models.Model):
    """One call to one person on one way."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField()
    alarm = models.UUIDField()
    step = models.IntegerField()
    staff = models.CharField(max_length=64)
    way = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    attempts = models.IntegerField(default=0)
    ordered_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    used = models.BooleanField(default=False)
    """Whether its link acknowledged an alarm already."""

    class Meta:
        """Nobody is called twice in one step on one way: the database refuses it."""

        db_table = "nights_page"
        constraints = (
            models.UniqueConstraint(fields=["alarm", "step", "staff", "way"], name="nights_one_page_a_step"),
        )
        indexes = (models.Index(fields=["staff", "-ordered_at"], name="nights_of_a_person"),)
