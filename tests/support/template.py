"""The template server of ``examples/``, in a process of its own, as it is or with something broken in it."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from comity.platform.webhook import Webhook, WebhookSettings
from support.board import NO_TLS, free_port

SOURCE = Path(__file__).resolve().parents[2] / "examples" / "platform_template.py"
RECORDS = SOURCE.with_name("platform_records.py")


@dataclass
class Template:
    """One running copy."""

    port: int
    secret_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/comity"

    @property
    def page(self) -> str:
        return f"http://localhost:{self.port}/post/p1"

    def look(self, path: str) -> int:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", verify=NO_TLS, trust_env=False).status_code

    def adapter(self, url: str = "", **more: object) -> Webhook:
        public = (f"http://localhost:{self.port}",)
        secret = self.secret_file.read_text().strip()
        return Webhook(WebhookSettings(url or self.url, secret, public, **more))  # type: ignore[arg-type]


@contextmanager
def running(folder: Path, *changes: tuple[str, str]) -> Iterator[Template]:
    """A copy with texts replaced; each must be there, so that no broken variant is whole by mistake."""
    texts = {"platform.py": SOURCE.read_text(), RECORDS.name: RECORDS.read_text()}
    for old, new in (("http://127.0.0.1:{PORT}", "http://localhost:{PORT}"), *changes):
        name = next((one for one, text in texts.items() if old in text), "")
        assert name, old
        texts[name] = texts[name].replace(old, new)
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    template = Template(free_port(), folder / "secret")
    template.secret_file.touch(mode=0o600)
    template.secret_file.write_text(secrets.token_urlsafe(32))
    command = [sys.executable, str(folder / "platform.py"), str(template.port), str(template.secret_file)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            assert process.poll() is None, "the template does not start"
            try:
                template.look("/")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                break
        yield template
    finally:
        process.terminate()
        process.wait(30)
