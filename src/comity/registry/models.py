"""The registry's own tables. Private: only ``store.py`` reads and writes them.

Every row names the entry of the log that made it what it is; the database refuses a row whose entry is not of the same
transaction (``require_entry()``), an approval by the same person twice, and a step that the states do not allow.
"""

# ruff: noqa: D106, DJ001 -- rows are never shown as they are, so none needs a text of its own; NULL in a text
# column means "not known", which the empty text would deny; a Meta explains itself

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from comity.registry.models_officers import Officer, OneTimeCode, Passkey
from comity.registry.models_overseers import Overseer

__all__ = [
    "Approval",
    "Authority",
    "CallBack",
    "CallBackNumber",
    "Credential",
    "Filing",
    "Officer",
    "OneTimeCode",
    "Overseer",
    "Passkey",
    "Staff",
    "StaffRole",
]


class Staff(models.Model):
    """A person who works for the provider."""

    id = models.UUIDField(primary_key=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comity_staff")
    name = models.TextField()
    state = models.TextField()
    added_by = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["proposed", "active", "suspended"]), name="staff_state"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | (~Q(confirmed_by=F("added_by")) & ~Q(confirmed_by=F("id"))),
                name="staff_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(added_by=None) | Q(state="proposed") | Q(state="suspended") | ~Q(confirmed_by=None),
                name="staff_active_only_when_confirmed",
            ),
        ]


class StaffRole(models.Model):
    """A role that a person holds. Nobody gives one to themselves."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="held_roles")
    role = models.TextField()
    granted_by = models.UUIDField(null=True)
    revoked = models.BooleanField(default=False)
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "role"], name="staff_role_once"),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("staff")), name="staff_role_from_another"
            ),
        ]


class Authority(models.Model):
    """A public body that may demand."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    member_state = models.CharField(max_length=2)
    roles = ArrayField(models.TextField())
    """Those of Article 12(1): the only ones that programs of an earlier release can read."""
    other_roles = ArrayField(models.TextField(), default=list, db_default=[])
    mail_domains = ArrayField(models.TextField())
    feedback_contact = models.TextField()
    register_reference = models.TextField(null=True)
    state = models.TextField()
    round = models.IntegerField(default=1)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "confirmed", "suspended", "withdrawn"]), name="authority_state"
            ),
            models.UniqueConstraint(
                fields=["register_reference"], condition=~Q(state="withdrawn"), name="authority_reference_once"
            ),
        ]


class CallBackNumber(models.Model):
    """A telephone number held beforehand, with the sources in which two or more of us found it."""

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="held_numbers")
    number = models.TextField()
    sources = models.JSONField()
    held_since = models.DateTimeField()
    retired = models.BooleanField(default=False)
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["authority", "number"], name="number_once")]


class CallBack(models.Model):
    """A call made. Append-only."""

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    number = models.ForeignKey(CallBackNumber, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField()
    called_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    spoken_to = models.TextField()
    outcome = models.TextField()
    concerning = models.UUIDField(null=True, db_index=True)
    entry = models.UUIDField()


class Approval(models.Model):
    """One person's agreement to an authority as it stands in one round. Append-only."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "round", "staff"], name="approval_once_a_person")
        ]


class Credential(models.Model):
    """A certificate or an API client that speaks for one authority."""

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    mark = models.TextField()
    label = models.TextField()
    certificate = models.BinaryField(null=True)
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    active_from = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "mark"], name="credential_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="credential_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, active_from=None)
                | Q(confirmed_by__isnull=False, active_from__isnull=False),
                name="credential_active_only_when_confirmed",
            ),
        ]


class Filing(models.Model):
    """An authority filed a demand: the entry of the demand. Append-only; counts them and shows the first."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    entry = models.UUIDField(unique=True)
