"""Section E of Annex III, filled beforehand: what an objection under Article 17 says about each law that bars
production. A person checks it, completes it and signs.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from comity.law.conflicts.picture import Way
from comity.law.conflicts.shelf import FOLDER
from comity.law.library import read_yaml

_ROUTE = "object_art17"


def section_e(way: Way) -> Mapping[str, str] | None:
    """The fields of section E for the first law that bars this way; ``None`` where the route is another one, or no law
    of the shelf bars it by itself: then a person writes the section.
    """
    if way.route is None or way.route.id != _ROUTE:
        return None
    known = prepared()
    return next((known[said.law] for said in way.laws if said.stance == "must_not" and said.law in known), None)


@functools.cache
def prepared() -> Mapping[str, Mapping[str, str]]:
    """Section E by the law that bars."""
    name = "objections.yaml"
    objections: Mapping[str, Mapping[str, str]] = read_yaml({name: (FOLDER / name).read_bytes()}, name)["objections"]
    return objections
