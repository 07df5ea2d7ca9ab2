"""The provider's own systems, behind small protocols: ``Content``, ``Listing``, ``Messages`` and ``Records``.

Takes URLs, items and accounts and an idempotency key for every writing call; gives what the platform answered, as
frozen values, or one of ``comity.platform.errors`` that says whether repeating can help. It never contacts a host that
is not in its settings, never follows a redirection, never deletes an item, and decides nothing. Records are asked by a
grant, never by a query. Adapters: ``board``, ``webhook``, ``synapse``; for records also ``sql``.
"""

from comity.platform.listings import ListedItem, Listing, Page
from comity.platform.protocols import (
    EVERYWHERE,
    UNION,
    Content,
    Delivered,
    Description,
    Effect,
    Held,
    LegalNote,
    Messages,
    NoticeText,
    Outcome,
    RecordRow,
    Records,
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
    "Held",
    "LegalNote",
    "ListedItem",
    "Listing",
    "Messages",
    "NoticeText",
    "Outcome",
    "Page",
    "RecordRow",
    "Records",
    "Resolution",
    "StrangerView",
]
