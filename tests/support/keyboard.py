"""A browser by keyboard, and the database beside it: the driver keeps an event loop, so that is asked from a thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def apart(work: Callable[[], Any]) -> Any:
    """Do something with the database in a thread of its own."""

    def closing() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


def tab_to(page: Any, selector: str, *, most: int = 30) -> int:
    """Press the tabulator until an element has the focus; gives how often it took."""
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"{selector} is not reached within {most} presses")
