"""DKIM signatures of a mail (RFC 6376), checked with key records that the parent asked for: nothing is asked here."""

from __future__ import annotations

from typing import Any

import dkim

_MOST_SIGNATURES = 5


def check_dkim(message: bytes, records: dict[str, str]) -> dict[str, Any]:
    """``results``: domain, selector, result in the words of RFC 8601 section 2.7.1, and why, for each signature."""
    found = []
    for place in range(_MOST_SIGNATURES):
        checked = dkim.DKIM(message, minkey=1024)
        if place >= len([1 for name, _value in checked.headers if name.lower() == b"dkim-signature"]):
            break
        found.append(_result(checked, place, records))
    return {"results": found}


def _result(checked: Any, place: int, records: dict[str, str]) -> dict[str, str]:
    def key_record(name: bytes | str, timeout: int = 5) -> bytes | None:
        del timeout
        asked = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        record = records.get(asked.rstrip(".").lower())
        return record.encode() if record is not None else None

    try:
        valid = checked.verify(idx=place, dnsfunc=key_record)
        result, why = ("pass", "") if valid else ("fail", "the bytes were changed, or the key is another")
    except dkim.KeyFormatError as error:
        result, why = "permerror", str(error)
    except dkim.DKIMException as error:
        result, why = "neutral", str(error)
    except Exception as error:  # noqa: BLE001 -- whatever a hostile signature makes a library raise is one result
        result, why = "permerror", type(error).__name__
    fields = getattr(checked, "signature_fields", None) or {}
    if result == "pass" and b"l" in fields:
        # RFC 6376 section 8.2: what stands behind the signed length is anybody's.
        result, why = "policy", "it covers only the beginning of the body (l=)"
    return {"domain": _text(fields.get(b"d")), "selector": _text(fields.get(b"s")), "result": result, "why": why[:200]}


def _text(value: object) -> str:
    return value.decode("ascii", "replace").strip().lower()[:253] if isinstance(value, bytes) else ""
