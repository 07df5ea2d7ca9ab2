"""The provider's own systems, behind two small protocols: ``Content`` and ``Messages``.

Takes URLs, items and accounts and an idempotency key for every writing call; gives what the platform answered, as
frozen values, or one of ``comity.platform.errors`` that says whether repeating can help. It never contacts a host that
is not in its settings, never follows a redirection, never deletes an item, and decides nothing. Adapters: ``board``,
``webhook``, ``synapse``.
"""

from comity.platform.protocols import (
    EVERYWHERE,
    UNION,
    Content,
    Delivered,
    Description,
    Effect,
    LegalNote,
    Messages,
    NoticeText,
    Outcome,
    Resolution,
    StrangerView,
)

__all__ = [
    "EVERYWHERE",
    "UNION",
    "Content",
    "Delivered",
    "Description",
    "Effect",
    "LegalNote",
    "Messages",
    "NoticeText",
    "Outcome",
    "Resolution",
    "StrangerView",
]
