"""A real Matrix homeserver with real rooms, users and pictures, for every test that needs one."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from comity.platform.synapse import Synapse, SynapseSettings
from support.board import NO_TLS

PYTHON = Path(__file__).resolve().parents[2] / ".cache" / "synapse" / "bin" / "python"
SERVER = "chat.example"
_CONFIG = """
server_name: chat.example
listeners: [{{port: {port}, type: http, bind_addresses: [127.0.0.1], resources: [{{names: [client]}}]}}]
database: {{name: sqlite3, args: {{database: "{here}/homeserver.db"}}}}
media_store_path: "{here}/media"
signing_key_path: "{here}/signing.key"
log_config: "{here}/log.yaml"
pid_file: "{here}/pid"
registration_shared_secret: {secret}
macaroon_secret_key: {secret}
form_secret: {secret}
report_stats: false
trusted_key_servers: []
bcrypt_rounds: 4
server_notices: {{system_mxid_localpart: notices, room_name: Notices}}
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_joins: {{local: {{per_second: 1000, burst_count: 1000}}}}
"""
# What the homeserver had begun when it was killed it takes up again within a minute; here within a second.
_PROGRAM = """
from synapse.util.duration import Duration
from synapse.util.task_scheduler import TaskScheduler
TaskScheduler.SCHEDULE_INTERVAL = Duration(seconds=1)
from synapse.app.homeserver import main
main()
"""
_LOG = "{version: 1, handlers: {console: {class: logging.StreamHandler, level: ERROR}}, root: {handlers: [console]}}"


def enc(identifier: str) -> str:
    return quote(identifier, safe="")


@dataclass
class RunningSynapse:
    """A homeserver that runs; ``kill`` and ``start`` it at will, its data stay."""

    directory: Path
    port: int
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    more: str = ""
    """Lines of its configuration beside ours."""
    modules: Path | None = None
    """Where it finds modules that it shall load."""
    process: subprocess.Popen[bytes] | None = None
    admin: User = field(init=False)
    stranger: User = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> RunningSynapse:
        new = not self.directory.exists()
        self.directory.mkdir(parents=True, exist_ok=True)
        config = self.directory / "homeserver.yaml"
        config.write_text(_CONFIG.format(port=self.port, here=self.directory, secret=self.secret) + self.more)
        (self.directory / "log.yaml").write_text(_LOG)
        command = [str(PYTHON), "-c", _PROGRAM, "-c", str(config)]
        if new:
            subprocess.run(
                [*command, "--generate-keys"],
                check=True,
                capture_output=True,
                cwd=self.directory,
                env=self._environment(),
            )
        with (self.directory / "out.log").open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, cwd=self.directory, env=self._environment()
            )
        self._wait()
        if new:
            self.admin, self.stranger = self.user("comity", admin=True), self.user("passer-by")
        return self

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **({} if self.modules is None else {"PYTHONPATH": str(self.modules)})}

    def _wait(self) -> None:
        assert self.process is not None
        for _ in range(1200):
            assert self.process.poll() is None, (self.directory / "out.log").read_text()[-2000:]
            try:
                httpx.get(f"{self.url}/_matrix/client/versions", timeout=5, verify=NO_TLS, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the homeserver does not answer")

    def kill(self, sign: int = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(30)
            self.process = None

    def stop(self) -> None:
        self.kill(signal.SIGTERM)

    def forget(self, event: str) -> None:
        """What the homeserver itself does a week after a redaction: the original is taken out of its database."""
        self.stop()
        with sqlite3.connect(self.directory / "homeserver.db") as database:
            row = database.execute("SELECT json FROM event_json WHERE event_id = ?", (event,)).fetchone()
            pruned = json.dumps({**json.loads(row[0]), "content": {}})
            database.execute("UPDATE event_json SET json = ? WHERE event_id = ?", (pruned, event))
        database.close()
        self.start()

    def user(self, name: str, *, admin: bool = False) -> User:
        url = f"{self.url}/_synapse/admin/v1/register"
        nonce = httpx.get(url, verify=NO_TLS, trust_env=False).json()["nonce"]
        words = "\0".join((nonce, name, "password", "admin" if admin else "notadmin"))
        mac = hmac.new(self.secret.encode(), words.encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "password", "admin": admin, "mac": mac}
        answer = httpx.post(url, json=body, verify=NO_TLS, trust_env=False, timeout=30)
        assert answer.status_code == 200, answer.text
        return User(self, f"@{name}:{SERVER}", answer.json()["access_token"])

    def someone(self) -> User:
        return self.user("u" + secrets.token_hex(5))

    def settings(self, **changes: Any) -> SynapseSettings:
        given: dict[str, Any] = {
            "base_url": self.url,
            "server_name": SERVER,
            "token": self.admin.token,
            "stranger_token": self.stranger.token,
            "hosts": ("matrix.chat.example",),
            **changes,
        }
        return SynapseSettings(**given)

    def adapter(self, **changes: Any) -> Synapse:
        return Synapse(self.settings(**changes))


@dataclass
class User:
    """Somebody with a Matrix client."""

    server: RunningSynapse
    name: str
    token: str

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        url = self.server.url + path
        return httpx.request(method, url, headers=headers, verify=NO_TLS, trust_env=False, timeout=30, **more)

    def done(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = self.call(method, path, **more)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def room(self, *, alias: str = "", preset: str = "public_chat", **more: Any) -> str:
        body = {"preset": preset, **({"room_alias_name": alias} if alias else {}), **more}
        return str(self.done("POST", "/_matrix/client/v3/createRoom", json=body)["room_id"])

    def join(self, room: str) -> None:
        self.done("POST", f"/_matrix/client/v3/join/{enc(room)}", json={})

    def leave(self, room: str) -> None:
        self.done("POST", f"/_matrix/client/v3/rooms/{enc(room)}/leave", json={})

    def send(self, room: str, content: dict[str, Any], kind: str = "m.room.message") -> str:
        where = f"/_matrix/client/v3/rooms/{enc(room)}/send/{kind}/{secrets.token_hex(8)}"
        return str(self.done("PUT", where, json=content)["event_id"])

    def say(self, room: str, text: str) -> str:
        return self.send(room, {"msgtype": "m.text", "body": text})

    def upload(self, body: bytes, media_type: str = "image/png") -> str:
        where = "/_matrix/media/v3/upload?filename=picture.png"
        return str(self.done("POST", where, content=body, headers={"Content-Type": media_type})["content_uri"])

    def show(self, room: str, mxc: str, text: str = "look at this") -> str:
        return self.send(room, {"msgtype": "m.image", "body": text, "url": mxc, "info": {"mimetype": "image/png"}})

    def sees(self, room: str, event: str) -> dict[str, Any] | None:
        """The content of a message; empty when it is redacted; ``None`` when it is not to be seen at all."""
        answer = self.call("GET", f"/_matrix/client/v3/rooms/{enc(room)}/event/{enc(event)}")
        return dict(answer.json()["content"]) if answer.status_code == 200 else None

    def gets(self, mxc: str) -> int:
        """The status with which a picture is answered."""
        return self.call("GET", f"/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}").status_code

    def notices(self) -> list[str]:
        """Every server notice, after accepting the invitation to their room."""
        invited = self.done("GET", "/_matrix/client/v3/sync?timeout=0")["rooms"].get("invite", {})
        for room in invited:
            self.join(room)
        joined = self.done("GET", "/_matrix/client/v3/joined_rooms")["joined_rooms"]
        pages = [self.done("GET", f"/_matrix/client/v3/rooms/{enc(room)}/messages?dir=b&limit=50") for room in joined]
        events = [event for page in pages for event in page["chunk"] if event["sender"] == f"@notices:{SERVER}"]
        return [str(one["content"].get("body")) for one in events if one["type"] == "m.room.message"]
