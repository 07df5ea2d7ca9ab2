"""One row an address of a decision: how far its act has come."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class ItemState(StrEnum):
    """How far an act has come; ``procedure`` in the service says which follows which."""

    ORDERED = "ordered"
    PRESERVED = "preserved"
    PERFORMED = "performed"
    ABSENT = "absent"
    FAILED = "failed"
    RESTORING = "restoring"
    RESTORED = "restored"
    BARRED = "barred"
    LEFT = "left"
    """Not done, and not to be done: a later decision leaves this address out, or the order ended first."""


OPEN = frozenset({ItemState.ORDERED, ItemState.PRESERVED})


class ContentItem(models.Model):
    """One address of one case. ``act`` is the identifier of its newest act and the platform's idempotency key."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    url = models.TextField()
    item = models.CharField(max_length=300, blank=True)
    """The platform's own reference, once resolved."""
    account = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in ItemState])
    act = models.UUIDField(unique=True)
    ordered = models.UUIDField()
    """The entry in which the newest act was ordered."""
    territories = models.JSONField()
    attempt = models.IntegerField(default=1)
    exhibits = models.JSONField(default=list)
    detail = models.TextField(blank=True)
    disabled_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)

    class Meta:
        """An address stands once in a case; the platform's reference is looked up across cases."""

        db_table = "execution_content_item"
        indexes = (models.Index(fields=["item", "state"], name="content_item_state"),)
        constraints = (models.UniqueConstraint(fields=["case_id", "url"], name="content_item_once"),)
