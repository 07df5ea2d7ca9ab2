"""Exhibits in an object store that speaks S3, in a bucket with Object Lock: locked against everybody, us included.

What is stored is what a directory would hold: ciphertext under a random name. A legal period becomes a retention in
compliance mode until its end, a hold without end a legal hold; both are set before the hold commits here, so that a
lock may last too long and never too short. Erasure destroys the wrapped key; the object goes too, where a lock still
keeps it as soon as a ``sweep`` finds the lock ended. The oldest version is the exhibit: whoever has our credentials can
put a newer one or a delete marker on top, and changes nothing by it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, cast

import structlog

from comity.casefile.clock import Instant
from comity.casefile.documents.identifiers import new_id
from comity.casefile.evidence.errors import ExhibitMissing, StoreAway, StoreUnfit
from comity.casefile.evidence.files import WrittenFile, is_name
from comity.casefile.evidence.object_place import LockedError, ObjectPlace, client_of, told

log = structlog.get_logger("comity.evidence")
PART_BYTES = 8 << 20
"""Held in memory while one is sent; S3 allows 10,000 parts, so an exhibit of 80 GB."""
_UNCLAIMED = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LOCKED = frozenset({"AccessDenied", "ObjectLocked", "InvalidRequest", "MethodNotAllowed"})


class ObjectStore:
    """The exhibits of one bucket and prefix."""

    def __init__(self, place: ObjectPlace, *, unclaimed: timedelta = _UNCLAIMED) -> None:
        """``unclaimed``: how old an object without a row must be before it is what a crash left behind."""
        self._place = place
        self._unclaimed = unclaimed
        self._made: tuple[int, Any] | None = None

    def write(self, chunks: Iterable[bytes]) -> WrittenFile:
        """Send a new object in parts; on any failure nothing stays."""
        name = new_id()
        self._send(name, chunks)
        return WrittenFile(name, None)

    def put_back(self, name: str, chunks: Iterable[bytes]) -> None:
        """Send the object of that name from a backup; one that is there stays."""
        if not self._versions(name):
            self._send(name, chunks)

    def open(self, name: str) -> BinaryIO:
        """The object's bytes; raises ``ExhibitMissing``."""
        found = self._oldest(name)
        if found is None:
            raise ExhibitMissing
        place = {"Bucket": self._place.bucket, "Key": self._key(name), "VersionId": found["VersionId"]}
        body = self._ask("get_object", **place)
        return cast("BinaryIO", io.BufferedReader(_Body(body["Body"]), 1 << 20))

    def remove(self, name: str) -> None:
        """Delete every version; what a lock keeps stays until a later ``sweep``. Never fails: the key is destroyed."""
        try:
            self._remove(name)
        except StoreAway as failure:
            log.warning("an erased exhibit's object stays for now", failure=str(failure))

    def names(self) -> Iterator[str]:
        """The names of all objects there are, also those under a delete marker."""
        with told():
            pages = self._client.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=self._place.prefix):
                found = {one["Key"].removeprefix(self._place.prefix) for one in page.get("Versions", [])}
                yield from sorted(name for name in found if is_name(name))

    def remove_abandoned(self, name: str, wanted: Callable[[], bool]) -> bool:
        """Remove an object that has lain long enough without a row; one that a lock keeps stays."""
        found = self._oldest(name)
        if found is None or self._now() - found["LastModified"] < self._unclaimed or wanted():
            return False
        return self._remove(name)

    def keep(self, name: str, *, until: Instant | None) -> None:
        """Lock the object until an instant, never for less than it is locked already; or until ``let_go``."""
        place = self._at(name)
        if until is None:
            self._ask("put_object_legal_hold", **place, LegalHold={"Status": "ON"})
            return
        end = until.utc + _SECOND  # it is stored in whole seconds, cut off
        if until.utc > self._now() + _SECOND and end > self._locked_until(place):
            self._ask("put_object_retention", **place, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": end})

    def let_go(self, name: str) -> None:
        """End the legal hold; a retention stays."""
        self._ask("put_object_legal_hold", **self._at(name), LegalHold={"Status": "OFF"})

    # --- Within -----------------------------------------------------------------------------------------------------

    @property
    def _client(self) -> Any:
        """One client a process: a forked one makes its own. The bucket must lock what it is given."""
        if self._made is None or self._made[0] != os.getpid():
            client = client_of(self._place)
            with told():
                try:
                    found = client.get_object_lock_configuration(Bucket=self._place.bucket)
                except client.exceptions.ClientError as error:
                    raise StoreUnfit(f"the bucket {self._place.bucket} has no Object Lock") from error
            if found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
                raise StoreUnfit(f"the bucket {self._place.bucket} has no Object Lock")
            self._made = (os.getpid(), client)
        return self._made[1]

    def _send(self, name: str, chunks: Iterable[bytes]) -> None:
        place = {"Bucket": self._place.bucket, "Key": self._key(name)}
        parts = _parts(chunks)
        first = next(parts)
        if len(first) < PART_BYTES:
            self._ask("put_object", **place, Body=bytes(first))
            return
        place["UploadId"] = self._ask("create_multipart_upload", **place)["UploadId"]
        try:
            self._send_parts(place, first, parts)
        except BaseException:
            with suppress(StoreAway):  # what is left of it is never seen, and the bucket's rule may tidy it
                self._ask("abort_multipart_upload", **place)
            raise

    def _send_parts(self, place: dict[str, str], first: bytearray, rest: Iterator[bytearray]) -> None:
        sent: list[dict[str, Any]] = []
        part: bytearray | None = first
        while part:
            number = len(sent) + 1
            tag = self._ask("upload_part", **place, PartNumber=number, Body=bytes(part))["ETag"]
            sent.append({"PartNumber": number, "ETag": tag})
            part = next(rest, None)
        self._ask("complete_multipart_upload", **place, MultipartUpload={"Parts": sent})

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """One question to the store; a stream that breaks on our side is not its failure."""
        with told():
            return cast("dict[str, Any]", getattr(self._client, operation)(**arguments))

    def _remove(self, name: str) -> bool:
        gone = True
        for one in self._versions(name, markers=True):
            try:
                with told(_LOCKED):
                    place = {"Bucket": self._place.bucket, "Key": self._key(name)}
                    self._client.delete_object(**place, VersionId=one["VersionId"])
            except LockedError:
                gone = False
        return gone

    def _versions(self, name: str, *, markers: bool = False) -> list[dict[str, Any]]:
        key, every = self._key(name), list[dict[str, Any]]()
        with told():
            pages = self._client.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=key):
                every += [*page.get("Versions", []), *(page.get("DeleteMarkers", []) if markers else [])]
        return [one for one in every if one["Key"] == key]

    def _oldest(self, name: str) -> dict[str, Any] | None:
        """The first that was stored: S3 lists the newest first; some stores date a version anew when it is locked."""
        found = self._versions(name)
        return found[-1] if found else None

    def _at(self, name: str) -> dict[str, str]:
        found = self._oldest(name)
        if found is None:
            raise ExhibitMissing
        return {"Bucket": self._place.bucket, "Key": self._key(name), "VersionId": found["VersionId"]}

    def _locked_until(self, place: dict[str, str]) -> datetime:
        try:
            found = self._client.get_object_retention(**place)["Retention"]["RetainUntilDate"]
        except (KeyError, self._client.exceptions.ClientError):  # none yet
            return self._now()
        return cast("datetime", found)

    def _now(self) -> datetime:
        """The store's own time, by which it locks and stamps."""
        answer = self._ask("head_bucket", Bucket=self._place.bucket)
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])

    def _key(self, name: str) -> str:
        if not is_name(name):
            raise ExhibitMissing("not a name this vault gives")
        return self._place.prefix + name


class _Body(io.RawIOBase):
    """The stream of an answer as a file, so that a reader gets as many bytes as it asks for."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with told():
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()


def _parts(chunks: Iterable[bytes]) -> Iterator[bytearray]:
    """The same bytes in parts of equal size, the last one shorter or empty."""
    part = bytearray()
    for chunk in chunks:
        part += chunk
        while len(part) >= PART_BYTES:
            yield part[:PART_BYTES]
            del part[:PART_BYTES]
    yield part
