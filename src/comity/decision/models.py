"""The decision room's tables: standing rules, and first approvals that wait for a second person."""

from __future__ import annotations

from django.db import models


class StandingRuleRow(models.Model):
    """A rule that may execute without a person, once two people made it."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    instrument = models.CharField(max_length=64)
    authority = models.CharField(max_length=64, db_index=True)
    channels = models.JSONField()
    proposed_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        """The database refuses, too, that one person proposes and approves."""

        db_table = "decision_standing_rule"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("proposed_by")),
                name="standing_rule_two_people",
            ),
        )


class DraftRow(models.Model):
    """A first person's decision, waiting for a second one's."""

    case_id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    answer = models.CharField(max_length=24)
    urls = models.JSONField()
    reasons = models.TextField()
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        """One waiting draft a case."""

        db_table = "decision_draft"
