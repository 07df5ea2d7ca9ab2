"""The way to an object store: its address, our credentials, and what its library's failures mean here."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from comity.casefile.evidence.errors import StoreAway, StoreUnfit
from comity.casefile.records.private import read_private


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """Bucket, prefix and server: ``s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME``."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, uri: str, credentials: Path | None = None) -> ObjectPlace:
        """Read the address, and key and secret from the two lines of a private file; raises ``StoreUnfit``."""
        parts = urlsplit(uri)
        asked = dict(parse_qsl(parts.query))
        if parts.scheme != "s3" or not parts.netloc or set(asked) - {"endpoint", "region"} or parts.fragment:
            raise StoreUnfit("exhibits are at s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME")
        endpoint = asked.get("endpoint")
        if endpoint and not _is_safe(endpoint):
            raise StoreUnfit("an object store is asked over https, or on this machine")
        prefix = parts.path.strip("/")
        pair = _pair(credentials) if credentials else None
        return cls(parts.netloc, f"{prefix}/" if prefix else "", endpoint, asked.get("region"), pair)


class LockedError(Exception):
    """A lock keeps the object."""


@contextmanager
def told(locked: frozenset[str] = frozenset()) -> Iterator[None]:
    """Whatever the library raises, as a failure of this room that names no object."""
    import botocore.exceptions as theirs  # noqa: PLC0415 -- the extra `s3`

    try:
        yield
    except theirs.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in locked:
            raise LockedError from error
        raise StoreAway(code) from error
    except (theirs.BotoCoreError, theirs.HTTPClientError, OSError) as error:
        raise StoreAway(type(error).__name__) from error


def client_of(place: ObjectPlace) -> Any:
    """The library's client; raises ``StoreUnfit`` where the library is missing."""
    try:
        import boto3  # noqa: PLC0415 -- the extra `s3`
        from botocore.config import Config  # noqa: PLC0415 -- the same
    except ImportError as error:
        raise StoreUnfit("the package boto3 is not installed: pip install 'comity[s3]'") from error
    key, secret = place.credentials or (None, None)
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path" if place.endpoint else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = boto3.session.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=place.region)
    return session.client("s3", endpoint_url=place.endpoint, config=config)


def _pair(path: Path) -> tuple[str, str]:
    try:
        lines = read_private(path).decode("ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnfit(f"the credentials cannot be read: {error}") from error
    if len(lines) != 2:
        raise StoreUnfit("the credentials are two lines: key and secret")
    return lines[0], lines[1]


def _is_safe(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
