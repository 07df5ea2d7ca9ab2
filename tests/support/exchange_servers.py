"""Exchanges on this machine: small servers that speak each protocol as the published clients expect it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Call:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, bytes] | tuple[int, bytes, dict[str, str]]


@dataclass
class Server:
    """Answers as ``says`` says, and keeps what was asked."""

    says: Callable[[Call], Answer]
    calls: list[Call] = field(default_factory=list)
    url: str = ""

    def asked(self, part: str) -> list[Call]:
        """Calls whose path has this part."""
        return [call for call in self.calls if part in call.path]


@contextmanager
def serving(says: Callable[[Call], Answer]) -> Iterator[Server]:
    """A server at a free port of this machine."""
    server = Server(says)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            call = Call(self.command, parts.path, query, headers, body)
            server.calls.append(call)
            status, data, *more = server.says(call)
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                return

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 -- the names that the library calls

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        server.url = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        listening.shutdown()
        thread.join()


def as_json(found: object, status: int = 200) -> Answer:
    """An answer in JSON."""
    return status, json.dumps(found).encode()


@dataclass
class HashList:
    """Tech Against Terrorism's hash list: log-in, then pages after a checkpoint."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2

    def add(self, number: int, algorithm: str, digest: str, *, deleted: bool = False) -> None:
        """Say something of an entry; what is said last stands last."""
        self.entries.append(
            {
                "id": number, "hash_digest": digest, "algorithm": algorithm, "file_type": "mp4",
                "ideology": "islamist", "deleted": deleted, "updated_on": 1.0, "created_on": "2026-01-01T00:00:00Z",
            }
        )  # fmt: skip

    def __call__(self, call: Call) -> Answer:
        """Answer."""
        if call.path == "/token-auth/tcap/":
            right = call.method == "POST" and b"username=us" in call.body and b"password=pass%3Aword" in call.body
            return as_json({"token": "a-token"}) if right else as_json({"error": "no"}, 401)
        if call.path != "/api/hash-list/v2/all" or call.headers.get("authorization") != "Bearer a-token":
            return as_json({"error": "no"}, 403)
        start = int(call.query.get("after", "0").rpartition(",")[2] or 0)
        found = self.entries[start : start + self.page]
        end = start + len(found)
        more = f"http://elsewhere/?offset={end}" if end < len(self.entries) else None
        said = {"count": len(self.entries), "next": more, "previous": None, "checkpoint": f"1700000000,{end}"}
        return as_json(said | {"results": found})


@dataclass
class Group:
    """A privacy group of ThreatExchange: updates in the order of time, pages by a cursor, reactions."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2
    reactions: list[tuple[str, str]] = field(default_factory=list)
    base: str = ""

    def add(self, kind: str, indicator: str, *, deleted: bool = False, status: str = "MALICIOUS") -> None:
        """Say something of an indicator."""
        number = len(self.updates) + 1
        said: dict[str, Any] = {
            "id": str(number), "indicator": indicator, "type": kind, "last_updated": 1000 + number,
            "should_delete": deleted,
        }  # fmt: skip
        if not deleted:
            descriptor = {"id": str(500 + number), "owner": {"id": "77"}, "status": status, "tags": []}
            said["descriptors"] = {"data": [descriptor]}
        self.updates.append(said)

    def __call__(self, call: Call) -> Answer:
        """Answer."""
        if call.query.get("access_token") != f"12345678|{'s' * 24}":
            return as_json({"error": {"message": "no"}}, 401)
        if call.method == "POST":
            self.reactions.append((call.path.strip("/").split("/")[-1], call.query["reactions"]))
            return as_json({"success": True})
        if call.path.endswith("/threat_descriptors"):
            found = [
                one["descriptors"]["data"][0]
                for one in self.updates
                if one["indicator"] == call.query["text"] and "descriptors" in one
            ]
            return as_json({"data": found})
        assert call.path == "/4242/threat_updates/"
        since = int(call.query.get("start_time", "0"))
        rest = [one for one in self.updates if one["last_updated"] >= since]
        start = int(call.query.get("cursor", "0"))
        paging = {}
        if start + self.page < len(rest):
            token = f"access_token={call.query['access_token']}".replace("|", "%7C")
            paging["next"] = f"{self.base}{call.path}?{token}&start_time={since}&cursor={start + self.page}"
        return as_json({"data": rest[start : start + self.page], "paging": paging})


@dataclass
class Entries:
    """NCMEC's hash sharing: entries within a span, in pages; votes."""

    entries: list[tuple[int, str]] = field(default_factory=list)
    page: int = 2
    votes: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, at: int, number: str, *, tag: str = "image", deleted: bool = False, **prints: str) -> None:
        """Say something of an entry at a second."""
        inside = "".join(f"<{kind}>{escape(text)}</{kind}>" for kind, text in prints.items())
        name = f"deleted{tag.capitalize()}" if deleted else tag
        fingerprints = "" if deleted else f"<fingerprints>{inside}</fingerprints><classification>A1</classification>"
        said = f'<{name}><member id="42">Them</member><timestamp>x</timestamp><id>{number}</id>{fingerprints}</{name}>'
        self.entries.append((at, said))

    def __call__(self, call: Call) -> Answer:
        """Answer."""
        if call.headers.get("authorization") != "Basic " + base64.b64encode(b"us:pass").decode():
            return 401, b"<no/>"
        if call.method == "PUT":
            self.votes.append((call.path, call.body))
            return 200, b"<ok/>"
        if call.path.endswith("/reasons"):
            reasons = '<availableFeedbackReasons><reason guid="g-1" name="wrong"/></availableFeedbackReasons>'
            return 200, f"<getAvailableFeedbackReasonsResponse>{reasons}</getAvailableFeedbackReasonsResponse>".encode()
        assert call.path == "/v2/entries"
        since, until = (_seconds(call.query[name]) for name in ("from", "to"))
        found = [(at, said) for at, said in self.entries if since <= at < until]
        start = int(call.query.get("start", "0"))
        rows = found[start : start + self.page]
        newest = _written(max((at for at, _ in rows), default=since))
        paging = ""
        if start + self.page < len(found):
            query = f"from={call.query['from']}&to={call.query['to']}&start={start + self.page}"
            paging = f"<paging><next>/v2/entries?{escape(f'{query}&size={self.page}&max={len(found)}')}</next></paging>"
        images = "".join(said for _, said in rows)
        text = f'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">{paging}<images count="{len(rows)}"'
        return 200, f'{text} maxTimestamp="{newest}">{images}</images></queryResult>'.encode()


def _seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Hashes:
    """StopNCII: records since a time, in pages by a token; feedback."""

    records: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2
    told: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, value: str, status: str = "Active") -> None:
        """Say something of a hash."""
        self.records.append(
            {
                "lastModtimestamp": 100 + len(self.records), "signalType": kind, "hashValue": value,
                "hashStatus": status, "caseNumbers": {"1": status}, "CSPFeedbacks": [],
            }
        )  # fmt: skip

    def __call__(self, call: Call) -> Answer:
        """Answer."""
        if call.headers.get("ocp-apim-subscription-key") != "subscribed":
            return as_json({}, 401)
        if call.path == "/SubmitFeedback" and call.headers["x-functions-key"] == "feeding":
            self.told += json.loads(call.body)["hashFeedbacks"]
            return as_json({"ok": True})
        if call.path != "/FetchHashes" or call.headers["x-functions-key"] != "fetching":
            return as_json({}, 401)
        rest = [one for one in self.records if one["lastModtimestamp"] > int(call.query["startTimestamp"])]
        start = int(call.query.get("nextPageToken", "0"))
        found = rest[start : start + self.page]
        more = start + self.page < len(rest)
        newest = max((one["lastModtimestamp"] for one in rest), default=int(call.query["startTimestamp"]))
        said = {"count": len(found), "nextSetTimestamp": newest, "hasMoreRecords": more, "hashRecords": found}
        return as_json(said | {"nextPageToken": str(start + self.page) if more else None})
