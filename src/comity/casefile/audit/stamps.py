"""RFC 3161 time stamps over checkpoints: once an hour an outside authority says when the log stood where it stood.

A stamp is verified before it is entered; its entry holds the whole answer; beside the published checkpoint lie the
stamped text and the answer, so that anybody verifies them with ``openssl ts``. An authority that fails holds nothing
up: the next attempt is made a minute later, and told once.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import structlog
from cryptography import x509
from django.db import DatabaseError, connection
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError
from rfc3161_client.tsp import TimeStampRequest, TimeStampResponse

from comity.casefile.audit import durable, store
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.entered import Entered
from comity.casefile.audit.errors import AuditFailure, StampRefused
from comity.casefile.audit.policy import policy
from comity.casefile.audit.service import enter, find
from comity.casefile.clock import Clock, Instant
from comity.casefile.documents.stamp import CheckpointStamp
from comity.casefile.records import unit_of_work

log = structlog.get_logger(__name__)

STAMPS = hashlib.sha256(b"the time stamps of this log").hexdigest()[:32]
"""The file in which stamps are entered; no case has this identifier."""
FOLDER = "stamps"
ACTOR = "system:stamps"
_MOST_BYTES = 256 * 1024
_SECONDS = 30.0
_AGAIN = 60.0


@dataclass(frozen=True, slots=True)
class Chain:
    """The certificates that a time-stamping authority is believed by: roots, intermediates, and its own if given."""

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    own: x509.Certificate | None = None

    @classmethod
    def parse(cls, pem: bytes) -> Chain:
        """Read certificates in PEM; raises ``StampRefused`` unless there is a root among them."""
        try:
            found = x509.load_pem_x509_certificates(pem)
        except ValueError as error:
            raise StampRefused("Its certificates are not PEM.") from error
        roots = tuple(one for one in found if one.issuer == one.subject)
        others = [one for one in found if one.issuer != one.subject]
        own = [one for one in others if not _may_issue(one)]
        if not roots or len(own) > 1:
            raise StampRefused(
                "A root, any intermediates and at most one certificate of the authority's own are needed."
            )
        return cls(roots, tuple(one for one in others if _may_issue(one)), own[0] if own else None)

    def verify(self, answer: TimeStampResponse, message: bytes, asked: TimeStampRequest | None = None) -> Instant:
        """Refuse (``StampRefused``) unless it stamps ``message``, and answers ``asked`` if given; gives its time."""
        verifier = VerifierBuilder(
            tsa_certificate=self.own,
            intermediates=list(self.intermediates),
            roots=list(self.roots),
            nonce=asked.nonce if asked else None,
        ).build()
        try:
            verifier.verify_message(answer, message)
        except (VerificationError, ValueError) as error:
            raise StampRefused(str(error)) from error
        return Instant(answer.tst_info.gen_time)


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def read(token: bytes) -> TimeStampResponse:
    """An authority's answer; raises ``StampRefused`` for anything else."""
    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise StampRefused("It is no time-stamp response.") from error


@dataclass(frozen=True, slots=True)
class Stamping:
    """Where stamps come from, how often, and where they are published."""

    url: str
    chain: Chain
    clock: Clock
    folder: Path
    """The published log's folder."""
    every: timedelta = timedelta(hours=1)

    def run(self, stop: threading.Event) -> None:
        """Stamp when it is time until ``stop``; failures are told when they begin or change."""
        told, complete = "", False
        while not stop.is_set():
            try:
                complete = complete or self.publish_all()
                self.step()
                told = ""
            except (AuditFailure, httpx.HTTPError, DatabaseError, OSError) as failure:
                why = str(failure) if isinstance(failure, AuditFailure) else type(failure).__name__
                if why != told:
                    log.warning("stamp_missing", authority=self.url, why=why)
                told = why
            finally:
                connection.close()
            stop.wait(_AGAIN)

    def publish_all(self) -> bool:
        """Write the files of every stamp that was entered: a crash may have come between; gives true."""
        for one in stamps():
            publish(one.document, self.folder)
        return True

    def step(self) -> Entered[CheckpointStamp] | None:
        """When the newest stamp is old enough and the log has grown, get, enter and publish another."""
        now, newest = self.clock.now(), newest_stamp()
        if newest is not None and now.since(newest.at) < self.every:
            return None
        asked = policy()
        with store.application() as conn:
            head = store.newest_cosigned(conn, asked.required, asked.key_ids)
        if head is None or (newest is not None and head.frontier.size <= newest.document.size):
            return None
        document = self._stamped(head.body)
        with unit_of_work(now, ACTOR) as work:
            entered = enter(work, STAMPS, document)
        publish(document, self.folder)
        return entered

    def _stamped(self, text: str) -> CheckpointStamp:
        # No certificate is asked for: OpenSSL 3.0 writes several of them unsorted, which strict readers refuse.
        wants = self.chain.own is None
        builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
        asked = builder.nonce(nonce=True).cert_request(cert_request=wants).build()
        token = self._ask(asked.as_bytes())
        at = self.chain.verify(read(token), text.encode(), asked)
        encoded = base64.b64encode(token).decode("ascii")
        size = Checkpoint.parse(text).size
        return CheckpointStamp(checkpoint=text, size=size, authority=self.url, stamped_at=at, token=encoded)

    def _ask(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", self.url, content=body, headers=headers) as response,
        ):
            data = b""
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > _MOST_BYTES:
                    raise StampRefused("The answer is too long.")
        if response.status_code != httpx.codes.OK:
            raise StampRefused(f"The authority answered {response.status_code}.")
        return data


def newest_stamp() -> Entered[CheckpointStamp] | None:
    """The stamp that was entered last."""
    with store.application() as conn:
        entry = store.newest_of(conn, STAMPS, CheckpointStamp.kind)
    return find(entry, CheckpointStamp) if entry else None


def stamps() -> Iterator[Entered[CheckpointStamp]]:
    """Every stamp that was entered, oldest first, compared with its leaf."""
    with store.application() as conn:
        entries = store.all_of(conn, STAMPS, CheckpointStamp.kind)
    for entry in entries:
        yield find(entry, CheckpointStamp)


def recent(count: int) -> list[Entered[CheckpointStamp]]:
    """The last so many, oldest first."""
    with store.application() as conn:
        entries = store.all_of(conn, STAMPS, CheckpointStamp.kind)
    return [find(entry, CheckpointStamp) for entry in entries[-count:]]


def publish(stamp: CheckpointStamp, folder: Path) -> None:
    """Write the stamped text and the answer beside the published checkpoint, once."""
    place = folder / FOLDER / str(stamp.size)
    durable.write_immutable(place.with_suffix(".txt"), stamp.checkpoint.encode())
    durable.write_immutable(place.with_suffix(".tsr"), base64.b64decode(stamp.token))


def verify_all(chain: Chain, known: Sequence[Entered[CheckpointStamp]]) -> Iterator[tuple[CheckpointStamp, str]]:
    """Each stamp with what is wrong with it: nothing, or why it does not hold. In a log, its time never goes back."""
    for one in known:
        document = one.document
        try:
            at = chain.verify(read(base64.b64decode(document.token)), document.checkpoint.encode())
            head = Checkpoint.parse(document.checkpoint)
            with store.application() as conn:
                stored = store.head_at(conn, head.size)
            same = stored is not None and stored.body == document.checkpoint
            if at != document.stamped_at or head.size != document.size or not same:
                raise StampRefused("It stamps something else than its entry says.")
        except AuditFailure as failure:
            yield document, str(failure)
        else:
            yield document, ""
