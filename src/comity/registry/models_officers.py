"""The registry's tables of people who come through the portal: officers, their approvals, passkeys, one-time codes.

Private to ``officers_store``. Passkeys and codes name their holder by kind and identifier, so that other people from
outside (overseers) are held by the same tables and guarded by the same rules.
"""

# ruff: noqa: D106 -- as in ``models``

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

OFFICER_STATES = ("applied", "proposed", "approved", "enrolled", "suspended", "withdrawn", "refused")


class Officer(models.Model):
    """A person who acts, or asked to act, for an authority. A new key is a new enrolment, so a new row."""

    id = models.UUIDField(primary_key=True)
    authority = models.ForeignKey("registry.Authority", on_delete=models.PROTECT, related_name="+", null=True)
    claimed_authority = models.TextField()
    """What the person wrote; proves nothing."""
    name = models.TextField()
    post = models.TextField()
    address = models.TextField()
    """The official e-mail address, in lower case."""
    language = models.CharField(max_length=8, default="en")
    state = models.TextField()
    applied_at = models.DateTimeField()
    proposed_by = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_by = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="+", null=True)
    succeeds = models.UUIDField(null=True)
    """The enrolment of the same person that this one replaces."""
    entry = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=OFFICER_STATES), name="officer_state"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="officer_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "enrolled"])
                | (Q(authority__isnull=False) & Q(proposed_by__isnull=False) & Q(confirmed_by__isnull=False)),
                name="officer_counts_only_when_confirmed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-applied_at"], name="officer_waiting"),
            models.Index(fields=["authority", "address"], name="officer_person"),
        ]


class Passkey(models.Model):
    """A WebAuthn credential. Registered once, ended once, never changed; only its counter moves."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    """Whose: ``officer`` or ``overseer``."""
    holder = models.UUIDField()
    credential = models.BinaryField(unique=True)
    """The credential's identifier, as the authenticator chose it."""
    key = models.BinaryField()
    """Attested credential data (WebAuthn section 6.5.2) with the public key."""
    counter = models.BigIntegerField(default=0)
    registered_at = models.DateTimeField()
    active_from = models.DateTimeField()
    """End of the cooling period of a key that replaces another one."""
    ends_at = models.DateTimeField(null=True)
    entry = models.UUIDField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "holder"], name="passkey_holder")]


class OneTimeCode(models.Model):
    """A code that staff told a person over the telephone. Only its digest is kept; it is good once, for a while."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    holder = models.UUIDField()
    purpose = models.TextField()
    mark = models.CharField(max_length=64, unique=True)
    """SHA-256 of the code."""
    until = models.DateTimeField()
    spent = models.BooleanField(default=False)
    entry = models.UUIDField()
    given_by = models.ForeignKey("registry.Staff", on_delete=models.PROTECT, related_name="+", null=True)
    """Who of us saw it. A passkey takes two codes that two different people saw."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(purpose__in=["enrol", "enrol_second", "step_up"]), name="code_purpose")
        ]
