"""A package as the DeliveryObject that carries or announces it. What it says of the package never changes.

A small package is enclosed, encrypted to its authority as it lies in custody; a larger one is announced by the address
from which it is fetched. Both name its digest. The members' names are data, all of them unconfirmed.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any
from uuid import UUID

import yaml

from comity.casefile.clock import Instant
from comity.docket.hi1 import rules, store
from comity.docket.hi1.models import NoticeRow
from comity.docket.parts import Parts
from comity.execution.disclosure import pulling
from comity.execution.disclosure import store as packages
from comity.execution.disclosure.errors import NotAvailable
from comity.execution.disclosure.models import PackageRow
from comity.hi1 import Party
from comity.hi1.tree import TYPE, Tree, text_at
from comity.hi1.writing import moment

_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Names:
    """The table of names."""

    members: Mapping[str, str]
    enclosed_most_bytes: int


@functools.cache
def names() -> Names:
    """What each thing that we say is called, and how much is enclosed."""
    held = yaml.safe_load((resources.files(__package__) / "deliveries.yaml").read_text("utf-8"))
    return Names(held["members"], held["enclosed_most_bytes"])


def shown(row: NoticeRow, party: Party, data: bytes | None = None) -> Tree:
    """A delivery as the object that shows it; ``data``: the package's bytes, where they are enclosed."""
    assert row.package is not None  # its caller looked
    held = packages.package(row.package.hex)
    assert held is not None  # packages' rows are never deleted
    objects = store.of_case(row.case_id.hex)
    about = [str(one.identifier) for one in objects if one.type in (rules.AUTHORISATION, rules.TASKS[0])]
    common: Tree = {
        TYPE: store.DELIVERY,
        "ObjectIdentifier": str(row.id),
        "CountryCode": party.country,
        "OwnerIdentifier": party.identifier,
        "Generation": 1,
        "AssociatedObjects": {"AssociatedObject": about},
        "LastChanged": moment(Instant(row.made_at)),
    }
    return {**common, **placed(_said(row, held, data), names().members)}


def enclosed(row: NoticeRow, parts: Parts, client: str) -> bytes | None:
    """The bytes of a package that is small enough to be enclosed; its opening is entered before it can be read."""
    assert row.package is not None  # its caller looked
    held = packages.package(row.package.hex)
    if held is None or held.size > names().enclosed_most_bytes:
        return None
    chunks = pulling.fetch(
        row.package.hex, row.authority, None, parts.vault, parts.work, by=f"us, to be enclosed for client {client}"
    )
    return b"".join(chunks)


def over(row: NoticeRow, at: Instant) -> bool:
    """Whether the package can be had no more: its time is over, or it was taken back."""
    assert row.package is not None  # its caller looked
    try:
        pulling.available(row.package.hex, row.authority, at)
    except NotAvailable:
        return True
    return False


def placed(said: Mapping[str, Any], members: Mapping[str, str]) -> Tree:
    """What is said under the names that the table gives, which may lie inside one another (``A.B``)."""
    found: Tree = {}
    for key, path in members.items():
        if key not in said or not path:
            continue
        *outer, last = path.split(".")
        into = found
        for name in outer:
            into = into.setdefault(name, {})
        into[last] = said[key]
    return found


def _said(row: NoticeRow, held: PackageRow, data: bytes | None) -> dict[str, Any]:
    package = held.package.hex
    said: dict[str, Any] = {
        "reference": _reference(row),
        "delivery": str(UUID(package)),
        "sequence": 1,
        "last": True,
        "manifest": f"/v1/packages/{package}/manifest",
        "name": held.name,
        "address": f"/v1/packages/{package}",
        "size": held.size,
        "content_type": _MEDIA_TYPE,
        "checksum_type": "SHA-256",
        "checksum": held.exhibit,
    }
    if held.available_until is not None:
        said["available_until"] = moment(Instant(held.available_until))
    return said if data is None else {**said, "data": base64.b64encode(data).decode()}


def _reference(row: NoticeRow) -> str:
    """The authority's own reference of what is answered (the Global Case ID)."""
    held = (store.content(one) or {} for one in store.of_case(row.case_id.hex) if one.type == rules.AUTHORISATION)
    return next((text_at(one, "AuthorisationReference") for one in held), "")
