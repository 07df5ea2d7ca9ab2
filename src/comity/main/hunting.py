"""The programs behind ``comity hunt``: order one as a named person, follow it, show what it found."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from typing import Any

from comity.casefile.documents.base import Json
from comity.main.opened import opened
from comity.settings import Settings

_PAUSE = 0.25
_MOVING = frozenset({"ordered", "entering"})


def hunt_start(settings: Settings, wanted: Json) -> int:
    """Order a hunt; 0 when it is entered, or, with ``wait``, when it was searched."""
    with opened(settings):
        from comity.casefile.documents.hunt import HuntSource  # noqa: PLC0415 -- after Django
        from comity.docket.hunts.ordering import Wish  # noqa: PLC0415 -- the same
        from comity.main.compose import docket_of  # noqa: PLC0415 -- the same
        from comity.main.two_people import member_of  # noqa: PLC0415 -- the same

        person = member_of(str(wanted["by"]), str(wanted["password"]))
        docket, because = docket_of(settings), str(wanted["because"])
        if wanted.get("case"):
            number = docket.order_case_hunt(person.id, int(wanted["case"]), because)
        else:
            source = HuntSource.BANK if wanted.get("bank") else HuntSource.ITEM if wanted.get("item") else None
            threshold = wanted.get("threshold")
            wish = Wish(
                source=source or HuntSource.SIGNALS,
                about=str(wanted.get("bank") or wanted.get("item") or ""),
                text=str(wanted.get("text") or ""),
                kind=str(wanted["type"]),
                thresholds={} if threshold is None else {str(wanted["type"]): float(threshold)},
                content_types=tuple(wanted["only"]),
                because=because,
            )
            number = docket.order_hunt(person.id, wish)
        return _told(number, wanted)


def hunt_show(settings: Settings, wanted: Json) -> int:
    """Show one; 0 when it was searched, 1 when it waits for a person, failed or was ended."""
    with opened(settings):
        return _told(int(wanted["number"]), wanted)


def hunt_list(settings: Settings, wanted: Json) -> int:
    """One line for each of the hunts ordered last; 1 when one needs a person."""
    with opened(settings):
        from comity.docket.hunts import reading, store  # noqa: PLC0415 -- after Django

        lines = [reading.line(row) for row in store.newest()]
    if wanted["json"]:
        _say(json.dumps([_plain(dataclasses.asdict(line)) for line in lines], ensure_ascii=False))
    else:
        for line in lines:
            review = f"  R-{line.review}" if line.review else ""
            _say(f"H-{line.number}  {line.state}  {line.source} {line.about}  found {line.found:,}{review}")
    return int(any(line.state in ("held", "failed") for line in lines))


def _told(number: int, wanted: Json) -> int:
    from comity.docket.hunts import reading, store  # noqa: PLC0415 -- after Django

    said = ""
    while True:
        line = reading.line(store.by_number(number))
        if not (wanted["wait"] and line.state in _MOVING):
            break
        now = f"H-{number}  {line.state}  {line.share} %"
        if now != said and not wanted["json"]:
            _say(said := now)
        time.sleep(_PAUSE)
    found = _result(number, items=bool(wanted.get("items")))
    if wanted["json"]:
        _say(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)
    return int(line.state in ("held", "failed", "stopped"))


def _result(number: int, *, items: bool) -> Json:
    """A hunt in numbers; with ``items`` also what came into review."""
    from comity.docket.hunts import reading, store  # noqa: PLC0415 -- after Django
    from comity.docket.reviews import store as reviews  # noqa: PLC0415 -- the same

    row = store.by_number(number)
    line = reading.line(row)
    counts = {name: row.counts[name] for name in ("types", "content", "distances", "accounts") if name in row.counts}
    found = _plain(dataclasses.asdict(line)) | counts | {"became": row.became or store.became(row.id)}
    review = reviews.of_hunt(row.ordered)
    if items:
        held = reviews.items_of(review.id) if review is not None else []
        found["items"] = [{"item": one.item, "url": one.address, "progress": one.progress} for one in held]
    return found


def _print(found: Json) -> None:
    of = f" of about {found['stored']:,}" if found["stored"] else ""
    _say(f"H-{found['number']}  {found['state']}  found {found['found']:,}{of}")
    for kind, said in sorted(found.get("distances", {}).items()):
        _say(f"  {kind}, up to {said['most']:g}: {' '.join(str(count) for count in said['bins'])}")
    for name, count in sorted(found["became"].items()):
        _say(f"  {name}: {count:,}")
    if found["said"]:
        _say(f"  {found['said']}")
    if found["review"]:
        _say(f"  decided in review R-{found['review']}")
    for one in found.get("items", ()):
        _say(f"{one['progress']}  {one['url'] or one['item']}")


def _plain(said: dict[str, Any]) -> Json:
    """Instants as text."""
    return {name: value.z() if hasattr(value, "z") else value for name, value in said.items()}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
