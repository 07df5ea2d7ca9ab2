"""From names and texts on paper to the keys of Annex I, as the JSON interface has them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from comity.intake.labels import BOOLEANS, GROUNDS, boxes, folded
from comity.intake.recognising import asks_about_users

Form = dict[str, Any]
_MOST_LOCATIONS = 500
_DIGITS = 5
"""Signs of a number that places a child in a list are fewer."""
_URL = re.compile(r"^(?:[a-z][a-z0-9+.-]{1,20}:)?//\S+$|^[a-z][a-z0-9+.-]{1,20}://\S*$", re.IGNORECASE)
_DEADLINE = re.compile(
    r"^\s*(\d{1,4})\s*(day|week|month|year)s?\b[\s,]*(?:(?:starting )?from\s+)?(.*)$", re.IGNORECASE | re.DOTALL
)

# What an Annex I form cannot do without to be taken for one at all, so that an invoice is not taken for an order.
_TELLING = frozenset({"order_reference", "issued_at", "content_locations", "issuing_member_state", "grounds", "issuer"})


def from_fields(fields: Mapping[str, object]) -> Form:
    """Fields of an AcroForm, named by the keys of the schema with dots; names that it does not know are kept."""
    form: Form = {}
    for name, value in list(fields.items())[:2000]:
        _put(form, name, _typed(name, value))
    return _settled(_listed(form) if asks_about_users(form) else form)


def from_layout(values: Mapping[str, str], ticks: Mapping[str, Sequence[str]]) -> Form:
    """Values found beside printed labels, and the texts of ``ticked`` and ``empty`` boxes."""
    form: Form = {}
    for name, value in values.items():
        if name != "content_locations.0.url":
            _put(form, name, " ".join(value.split()))
    form["content_locations"] = _locations(values)
    for name, option in _boxes(ticks.get("ticked", ())):
        _tick(form, name, option)
    for name, option in _boxes(ticks.get("empty", ())):
        if option == "true":
            form.setdefault(name, False)
    return _settled(form)


def looks_like_an_order(form: Mapping[str, object]) -> bool:
    """Whether enough of Annex I, or of a form of another law, is there to call this an attempt at an order."""
    return len(_TELLING & form.keys()) >= 2 or asks_about_users(form)


def _locations(values: Mapping[str, str]) -> list[Form]:
    found: list[Form] = []
    for line in values.get("content_locations.0.url", "").splitlines():
        text = line.strip().removeprefix("-").strip()
        if _URL.match(text) and len(found) < _MOST_LOCATIONS:
            found.append({"url": text})
        elif text and found:
            found[-1]["additional_info"] = f"{found[-1].get('additional_info', '')} {text}".strip()
    further = values.get("content_locations.0.additional_info")
    if further and found:
        found[-1].setdefault("additional_info", " ".join(further.split()))
    return found


def _boxes(texts: Sequence[str]) -> list[tuple[str, str]]:
    known = boxes()
    found = (next((box for box in known if folded(text).startswith(box[2])), None) for text in texts)
    return [(box[0], box[1]) for box in found if box]


def _typed(name: str, value: object) -> object:
    if name in BOOLEANS or name.split(".", maxsplit=1)[0] == "grounds":
        return value is True or str(value).strip().lower() in {"true", "yes", "on", "1", "x", "/yes"}
    return value if isinstance(value, bool) else str(value).strip()


def _tick(form: Form, name: str, option: str) -> None:
    if name == "grounds":
        form.setdefault("grounds", []).append(option)
    else:
        _put(form, name, True if option == "true" else option)


def _put(form: Form, name: str, value: object) -> None:
    """Set a dotted name; a name that contradicts the shape already there is kept whole under itself."""
    steps = name.split(".")
    node = form
    for step in steps[:-1]:
        deeper = node.setdefault(step, {})
        if not isinstance(deeper, dict):
            form[name] = value
            return
        node = deeper
    if isinstance(node.get(steps[-1]), dict):
        form[name] = value
    else:
        node[steps[-1]] = value


def _settled(form: Form) -> Form:
    """Numbered children become lists, ticked grounds a list of codes, a deadline in words its parts."""
    locations = form.get("content_locations")
    if isinstance(locations, dict):
        numbered = sorted((key for key in locations if key.isascii() and key.isdigit()), key=int)
        form["content_locations"] = [locations[key] for key in numbered if _is_location(locations[key])]
    if not form.get("content_locations", True):
        del form["content_locations"]
    grounds = form.get("grounds")
    if isinstance(grounds, dict):
        form["grounds"] = [code for code in GROUNDS if grounds.get(code) is True] + [
            code for code, ticked in grounds.items() if ticked is True and code not in GROUNDS
        ]
    redress = form.get("redress")
    if isinstance(redress, dict):
        redress["deadline"] = _deadline(redress.get("deadline"))
        if redress["deadline"] is None:
            del redress["deadline"]
    return form


def _listed(value: Any) -> Any:
    """The same with lists in the place of children that are numbered, as forms about users have them at any depth."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(child) for key, child in value.items()}
    if inner and all(key.isascii() and key.isdigit() and len(key) < _DIGITS for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _is_location(value: object) -> bool:
    return isinstance(value, dict) and bool(value.get("url"))


def _deadline(value: object) -> object:
    if isinstance(value, dict) and str(value.get("n", "")).strip().isdigit():
        return value | {"n": int(str(value["n"])[:4])}
    match = _DEADLINE.match(value) if isinstance(value, str) else None
    if match:
        return {"n": int(match[1]), "unit": f"{match[2].lower()}s", "from": match[3].strip()}
    return value
