"""SeaweedFS on free ports of this machine: an S3 store with Object Lock, and somebody else's credentials to it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

KEY, SECRET = "AKCOMITY", "only-for-tests"
PATIENCE = 90.0


def _ports(count: int) -> list[int]:
    """Free ports whose counterpart 10,000 above (its gRPC) is free too."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            one, other = (held.enter_context(socket.socket()) for _ in range(2))
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 10_000))
                found.append(port)
    return found


class Weed:
    """A running server with a bucket ``exhibits`` (Object Lock) and one ``plain``."""

    def __init__(self, folder: Path) -> None:
        (folder / "data").mkdir()
        identity = {
            "name": "comity",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self.credentials = folder / "credentials"
        self.credentials.touch(mode=0o600)
        self.credentials.write_text(f"{KEY}\n{SECRET}\n")
        master, volume, filer, s3 = _ports(4)
        words = ["-ip=127.0.0.1", f"-dir={folder / 'data'}", f"-master.port={master}", f"-volume.port={volume}"]
        words += [f"-filer.port={filer}", "-s3", f"-s3.port={s3}", f"-s3.config={folder / 's3.json'}"]
        words += ["-master.volumeSizeLimitMB=64", "-volume.max=100", "-master.telemetry=false"]
        words += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # else fixed ports, on which a second server would end
        program = Path(sys.executable).parent / "weed"
        command = [program, "-logtostderr=true", "server", *words]
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        self.endpoint = f"http://127.0.0.1:{s3}"
        self._wait()

    @property
    def uri(self) -> str:
        return f"s3://exhibits/house?endpoint={self.endpoint}&region=us-east-1"

    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(60)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self._process.poll() is None, f"weed ended: {self._log.read_text(errors='replace')[-2000:]}"
            with suppress(ClientError, BotoCoreError):
                client = self.client()
                client.create_bucket(Bucket="exhibits", ObjectLockEnabledForBucket=True)
                client.create_bucket(Bucket="plain")
                client.put_object(Bucket="plain", Key="ready", Body=b"yes")
                return
            time.sleep(0.2)
        message = "weed does not answer"
        raise AssertionError(message)
