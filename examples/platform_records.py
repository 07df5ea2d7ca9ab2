"""The records of a platform that speaks to Comity, beside platform_template.py: put your own queries in."""

from datetime import UTC, datetime

# What the platform knows of its users: category, account, when, what; and which accounts may not be deleted now.
KNOWN = [("SUBSCRIBER", "ada", "2020-01-01T00:00:00Z", {"account": "ada", "name": "Ada L."})]
KNOWN += [("TRAFFIC", "ada", f"2026-11-{day}T12:00:00Z", {"event": "login", "ip": "192.0.2.7"}) for day in (12, 13, 20)]
QUESTIONS, HOLDS = ("subscriber", "identification", "traffic", "content"), {}


def answered(kind, name, wanted, key, keys, call):
    """Answer a question, hold or release: status and body. The same key with the same call gets the same answer."""
    if kind == "records" and name in QUESTIONS:  # a question changes nothing, and has no key
        return 200, {"rows": list(rows(wanted)), "next": None}
    if kind != "records" or name not in ("hold", "release") or not key:
        return 404, {"code": "absent", "message": "there is nothing under this name"}
    if key not in keys:
        keys[key] = *call, held(name, wanted, key)
    same = keys[key][:2] == call
    return (200, keys[key][2]) if same else (409, {"code": "key_reused", "message": "it stands for another"})


def rows(wanted):
    """Exactly these accounts, categories and fields, from ``since`` up to and without ``until``."""
    for category, account, at, fields in KNOWN:
        identifier = {"kind": "USER_ID", "value": account}
        inside = category == "SUBSCRIBER" or wanted["since"] <= at < wanted["until"]
        if identifier in wanted["identifiers"] and category in wanted["categories"] and inside:
            granted = {name: value for name, value in fields.items() if name in wanted["fields"]}
            yield {"category": category, "identifier": identifier, "at": at, "fields": granted}


def held(name, wanted, key):
    """Keep these accounts from your deletion, or no longer; tell nobody."""
    if name == "hold":
        HOLDS[key] = wanted["identifiers"]
    else:
        HOLDS.pop(wanted["hold"], None)
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"holds": name == "hold", "at": now, "detail": name}
