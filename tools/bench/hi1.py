"""HI-1 messages a second on one core: read and mapped to a certificate's form; and taken by the docket, one after
another, on a real database with the log running: kept, entered, a case opened, answered.

No two messages name the same objects. Prints one JSON object.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from comity import hi1
from comity.casefile.clock import FixedClock, Instant
from comity.hi1.certificates import certificate as mapped
from comity.hi1.message import Encoding
from comity.main.web import django_options
from comity.settings import Settings
from support.hi1 import certificate, document, message

if TYPE_CHECKING:
    from support.machines import House

SECONDS = 3.0
_AT = Instant.parse("2026-11-23T01:13:00Z")
_NOWHERE = {"ENGINE": "django.db.backends.postgresql", "NAME": "none", "HOST": "/nonexistent"}
_PDF = base64.b64encode(b"%PDF-1.7\n" + b"% a page\n" * 40).decode()
_TEXT = {"Body": {"ContentType": "text/plain", "Contents": base64.b64encode(b"a certificate " * 200).decode()}}


def main() -> None:
    figures: dict[str, Any] = {}
    for encoding in Encoding:
        body = _numbered(1, encoding)
        name = encoding.value.rpartition("/")[2]
        figures[f"read_{name}_per_s"] = _a_second(lambda _n, b=body, e=encoding: _map(b, e))
        figures[f"{name}_bytes"] = len(body)
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder, _house(Path(folder)) as house:
        figures["taken_per_s"] = _a_second(_taker(house, _numbered))
        figures["taken_with_pdf_per_s"] = _a_second(_taker(house, _with_pdf, first=5_000))
        figures["looked_up_per_s"] = _a_second(_looker(house))
    json.dump(figures, sys.stdout, indent=1)
    print()


def _map(body: bytes, encoding: Encoding) -> None:
    mapped(hi1.read(body, encoding).created)


def _a_second(once: Callable[[int], None]) -> float:
    once(0)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        done += 1
        once(done)
    return round(done / (time.perf_counter() - began), 1)


def _numbered(number: int, encoding: Encoding = Encoding.XML) -> bytes:
    return message(*certificate(number, document() | _TEXT), encoding=encoding, transaction=number)


def _with_pdf(number: int) -> bytes:
    return message(*certificate(number, document(_PDF)), transaction=number)


def _taker(house: House, made: Callable[[int], bytes], first: int = 10) -> Callable[[int], None]:
    def take(number: int) -> None:
        answer = house.night.docket.take_message(_call(house, made(first + number)))
        assert b"CREATEResponse" in answer

    return take


def _looker(house: House) -> Callable[[int], None]:
    asked = message((0, "LIST", {"MaximumObjectCount": 20}), transaction=5)

    def look(_number: int) -> None:
        assert b"ListResponseRecord" in house.night.docket.take_message(_call(house, asked))

    return look


def _call(house: House, body: bytes) -> Any:
    from comity.docket.hi1.views import MachineCall

    court, now = house.court, house.night.clock.now()
    return MachineCall(court.authority, court.client, True, body, Encoding.XML, now, "192.0.2.7")


def _house(folder: Path) -> Any:
    import django
    from django.conf import settings

    options = django_options(Settings(), database=_NOWHERE, secret_key="only for the bench", door="none")  # noqa: S106 -- no secret
    settings.configure(**options)
    django.setup()
    return _opened(folder)


def _opened(folder: Path) -> Any:
    from contextlib import contextmanager

    from support.board import RunningBoard, free_port
    from support.databases import point_django_at, start_databases
    from support.machines import House

    @contextmanager
    def opened() -> Iterator[House]:
        databases = start_databases()
        (folder / "board").mkdir()
        board = RunningBoard(folder / "board", free_port(), seed=22).start()
        try:
            with databases.clone() as server:
                point_django_at(server)
                with House.opened(server, board, folder, FixedClock(_AT)) as house:
                    yield house
                from django.db import connections

                connections.close_all()
        finally:
            board.stop()
            databases.close()

    return opened()


if __name__ == "__main__":
    main()
