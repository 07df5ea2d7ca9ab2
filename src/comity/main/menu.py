"""The programs of the ``comity`` command by name, each reading the settings only when it is started."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from comity.main import nighttime, operating, programs, supervise
from comity.main.failures import told


def with_settings() -> dict[str, Callable[..., object]]:
    """Every program, and the reader of PDF that ``comity assess`` uses."""
    known: dict[str, Callable[..., int]] = {
        "init": operating.init,
        "run": supervise.run,
        "worker": programs.worker,
        "record": programs.record,
        "mail": programs.mail,
        "nights": nighttime.nights,
        "web": programs.web,
        "match": supervise.match,
        "match_token": _late("matching", "match_token"),
        "exchange_list": _late("exchanging", "exchange_list"),
        "exchange_import": _late("exchanging", "exchange_import"),
        "exchange_export": _late("exchanging", "exchange_export"),
        "catalogue_scan": _late("cataloguing", "catalogue_scan"),
        "catalogue_status": _late("cataloguing", "catalogue_status"),
        "catalogue_compact": _late("cataloguing", "catalogue_compact"),
        "hunt_start": _late("hunting", "hunt_start"),
        "hunt_show": _late("hunting", "hunt_show"),
        "hunt_list": _late("hunting", "hunt_list"),
        "log_fsck": operating.log_fsck,
        "log_export": operating.log_export,
        "log_head": operating.log_head,
        "log_stamps": operating.log_stamps,
        "staff_found": operating.staff_found,
        "keys_list": _late("key_commands", "keys_list"),
        "keys_rotate": _late("key_commands", "keys_rotate"),
        "keys_retire": _late("key_commands", "keys_retire"),
        "migrate": _late("key_commands", "migrate"),
        "doctor": _late("doctor", "doctor"),
        "drill": _late("drilling", "drill"),
        "backup": _late("backup", "backup"),
        "restore": _late("restore", "restore"),
    }
    return {name: _started(program) for name, program in known.items()} | {"read_pdf": read_pdf}


def read_pdf(data: bytes) -> dict[str, object]:
    """The fields of an order in a PDF, read in the confined process; for `comity assess`."""
    from comity.docket.offline import fields_of_pdf  # noqa: PLC0415 -- only when a PDF is given

    return fields_of_pdf(data)


def _late(module: str, name: str) -> Callable[..., int]:
    """A program whose module is imported only when it is asked for."""

    def program(*arguments: object) -> int:
        return int(getattr(import_module(f"comity.main.{module}"), name)(*arguments))

    return program


def _started(program: Callable[..., int]) -> Callable[..., int]:
    return lambda *arguments: told(program, *arguments)
