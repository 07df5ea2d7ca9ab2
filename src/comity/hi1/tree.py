"""One shape for both encodings: objects of members by local name, lists where a member may repeat, text at the leaves.

XML says nothing about what may repeat, so the names that may are listed here, and JSON that disagrees is mended to the
same shape. ``@type`` holds the object's type (``xsi:type``) without its prefix: prefixes are the sender's own choice.
"""

from __future__ import annotations

from typing import Any

from comity.hi1.errors import ErrorCode, Hi1Error

Tree = dict[str, Any]
TYPE = "@type"
REPEATED = frozenset(
    {
        "ActionRequest",
        "ActionResponse",
        "ApprovalDetails",
        "ApproverDetails",
        "AssociatedObject",
        "AssociatedObjectStatus",
        "AuthorisationApprovalDetails",
        "AuthorisationFlag",
        "AuthorisationCSPID",
        "DocumentProperty",
        "HI1Object",
        "LDDeliveryDestination",
        "LDTaskFlag",
        "Language",
        "ListResponseRecord",
        "RequestSubtype",
        "RequestValue",
    }
)
"""Members that may stand more than once beside one another."""


def shaped(value: Any) -> Any:
    """The same with every repeatable member as a list and every attribute of JSON spelled as XML's are kept."""
    if isinstance(value, list):
        return [shaped(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: Tree = {}
    for key, item in value.items():
        name = _name(key)
        if name is None:
            continue
        if name == TYPE:
            found[TYPE] = str(item).rpartition(":")[2]
            continue
        inner = shaped(item)
        if name not in REPEATED and isinstance(inner, list):
            inner = _the_only(name, inner)
        found[name] = [inner] if name in REPEATED and not isinstance(inner, list) else inner
    return found


def _the_only(name: str, items: list[Any]) -> Any:
    """JSON may write one as a list of one; what may not stand twice in XML may not do so here."""
    if len(items) > 1:
        raise Hi1Error(ErrorCode.VALIDATION, name, "stands twice where it may stand once")
    return items[0] if items else None


def _name(key: str) -> str | None:
    """The member's local name; nothing for declarations of namespaces, which mean nothing once names are local."""
    if key.startswith("@xmlns") or key == "@xsi:schemaLocation":
        return None
    if key in ("@xsi:type", TYPE):
        return TYPE
    return key.rpartition(":")[2]


def text_at(tree: Any, *path: str) -> str:
    """The text under a path of members; empty where it is missing or no text."""
    found = at(tree, *path)
    return found.strip() if isinstance(found, str) else ""


def at(tree: Any, *path: str) -> Any:
    """What stands under a path of members; ``None`` where a member is missing."""
    for name in path:
        if isinstance(tree, list) and len(tree) == 1:
            tree = tree[0]
        if not isinstance(tree, dict):
            return None
        tree = tree.get(name)
    return tree


def all_at(tree: Any, *path: str) -> list[Any]:
    """Everything under a path whose last member may repeat; nothing where it is missing."""
    found = at(tree, *path)
    return found if isinstance(found, list) else [] if found is None else [found]
