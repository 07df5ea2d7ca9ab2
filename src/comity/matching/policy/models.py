"""Matching rules. Every row names the entry that says so; what two people must have made, the database checks too."""

from __future__ import annotations

from django.db import models

from comity.casefile.documents.matching_rule import MatchMeasure


class RuleRow(models.Model):
    """A rule, as its newest entry states it."""

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    bank = models.UUIDField(null=True)
    bank_name = models.CharField(max_length=64)
    signal_type = models.CharField(max_length=40)
    content_type = models.CharField(max_length=40)
    most_distance = models.FloatField(null=True)
    measure = models.CharField(max_length=20)
    proposed_by = models.CharField(max_length=64)
    proposed_role = models.CharField(max_length=32)
    approved_by = models.CharField(max_length=64)
    approved_role = models.CharField(max_length=32)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)
    active = models.BooleanField()
    """It speaks between its two instants."""
    why = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        """Nothing is disabled by a rule that one person made; a guard compares both people with who entered it."""

        db_table = "policy_rule"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("proposed_by")),
                name="policy_rule_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(active=False)
                | ~models.Q(measure=MatchMeasure.DISABLE_AND_REVIEW.value)
                | (~models.Q(approved_by="") & models.Q(bank__isnull=False) & ~models.Q(signal_type="")),
                name="policy_rule_acts_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(withdrawn=False), name="policy_rule_ends"
            ),
        )
        indexes = (
            models.Index(fields=("valid_until",), condition=models.Q(active=True), name="policy_rules_in_force"),
        )
