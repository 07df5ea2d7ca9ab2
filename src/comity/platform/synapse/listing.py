"""Everything that this homeserver's users uploaded, user by user. Messages are not listed: rooms may be encrypted."""

from __future__ import annotations

import json

from comity.platform.errors import Absent, Unsendable
from comity.platform.listings import ListedItem, Page
from comity.platform.synapse import answers
from comity.platform.synapse.client import ADMIN, Client, path

_USERS = "/_synapse/admin/v2/users"
_NO_PLACE = "this is no place in the list of uploads"


def listed(client: Client, cursor: str | None, most: int, server: str) -> Page:
    """Uploads of one user, oldest first; the cursor says which user, and how many uploads were given.

    An empty page is followed by the next user's.
    """
    place, given = _read(cursor)
    query = {"from": str(place), "limit": "1", "order_by": "creation_ts", "dir": "f", "deactivated": "true"}
    users = client.get(answers.Users, _USERS, query | {"guests": "true"})
    if not users.users:
        return Page((), None)
    try:
        where = path(f"{ADMIN}/users", users.users[0].name, "media")
        paging = {"from": str(given), "limit": str(most), "order_by": "created_ts", "dir": "f"}
        found = client.get(answers.Uploads, where, paging)
    except Absent:
        found = answers.Uploads(media=[])
    items = tuple(ListedItem(f"mxc://{server}/{one.media_id}", None) for one in found.media)
    if found.next_token is not None:
        return Page(items, json.dumps([place, found.next_token]))
    return Page(items, json.dumps([place + 1, 0]) if users.next_token is not None else None)


def _read(cursor: str | None) -> tuple[int, int]:
    try:
        place, given = json.loads(cursor) if cursor is not None else (0, 0)
        place, given = int(place), int(given)
    except (ValueError, TypeError) as error:
        raise Unsendable(_NO_PLACE) from error
    if place < 0 or given < 0:
        raise Unsendable(_NO_PLACE)
    return place, given
