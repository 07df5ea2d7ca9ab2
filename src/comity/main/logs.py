"""How programs log: one JSON object a line on standard error, and nothing in it that says who.

The guard is the last step before a line is written, so that no room and no library can pass it: of a failure only its
class and place go out, and a text that could name a person, an address or a page does not.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

Line = MutableMapping[str, Any]
_PLAIN = re.compile(r"[A-Za-z0-9_.:+\-/ ,;()'’`…%=*#\[\]<>]{0,160}", re.ASCII)
_TELLING = re.compile(r"@|://|www\.|/complaint/")
_HIDDEN = "(left out)"
_OWN = frozenset({"event", "level", "timestamp", "logger"})


def configure(level: str) -> None:
    """Let structlog and the standard library's logging write guarded lines of this level and above."""
    number = logging.getLevelName(level)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            guard,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Guarded())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def guard(_logger: object, _method: str, line: Line) -> Line:
    """Leave out of a line whatever could tell of a person."""
    failure = line.pop("exc_info", None)
    if failure:
        line["failure"] = _failure(failure if isinstance(failure, BaseException) else sys.exc_info()[1])
    return {name: _harmless(value) for name, value in line.items()}


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if _PLAIN.fullmatch(text) and not _TELLING.search(text) else _HIDDEN


def _failure(failure: BaseException | None) -> str | None:
    """A failure's class and where it happened; its words may repeat what somebody wrote."""
    if failure is None:
        return None
    steps = traceback.extract_tb(failure.__traceback__)
    place = f"{Path(steps[-1].filename).name}:{steps[-1].lineno}" if steps else "unknown"
    return f"{type(failure).__name__} at {place}"


class _Guarded(logging.Formatter):
    """A library's record as a guarded line: its words without the values that were to be put into them."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: Line = {"event": str(record.msg), "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            line["exc_info"] = record.exc_info[1]
        return str(structlog.processors.JSONRenderer()(None, "", dict(guard(None, "", line))))
