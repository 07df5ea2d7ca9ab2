"""The portal's own tables: sessions, devices seen before, challenges that were used. Nothing here is a case's state.

Every column that could name a person or a machine is a digest; who holds this table holds nobody's cookie or address.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Session(models.Model):
    """One sign-in. The cookie's token is not kept, only its digest."""

    mark = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=16)
    holder = models.CharField(max_length=32)
    passkey = models.CharField(max_length=32, blank=True)
    stage = models.CharField(max_length=16)
    code = models.CharField(max_length=32, blank=True)
    """While a passkey is being registered: the one-time code that opened this session."""
    bound_to = models.CharField(max_length=64)
    """Digest of browser and network; a session that turns up elsewhere ends."""
    device = models.CharField(max_length=64, blank=True)
    network = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        """Swept by its end."""

        indexes: ClassVar = [
            models.Index(fields=["ends_at"], name="portal_session_ends"),
            models.Index(fields=["kind", "holder"], name="portal_session_holder"),
        ]


class Familiar(models.Model):
    """A device or a network from which this person has signed in, confirmed."""

    kind = models.CharField(max_length=16)
    holder = models.CharField(max_length=32)
    what = models.CharField(max_length=8)
    mark = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        """Once each."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "holder", "what", "mark"], name="portal_familiar_once")
        ]


class Challenge(models.Model):
    """A challenge that a passkey answered: none is answered twice."""

    mark = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField()
