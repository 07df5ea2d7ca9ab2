"""A real IMAP server on loopback: Debian's dovecot, with a configuration, a mailbox and a certificate of its own."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = "/usr/sbin/dovecot"
USER, PASSWORD = "orders", "a mailbox's password"

_CONFIGURATION = """
base_dir = {run}
state_dir = {run}
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{home}/mail
mail_uid = {uid}
mail_gid = {gid}
mail_fsync = never
ssl = required
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass
class Dovecot:
    """The server, its ports and its mailbox on disk."""

    home: Path
    plain: int
    tls: int
    process: subprocess.Popen[bytes] | None = None
    ca: Path = field(init=False)

    def __post_init__(self) -> None:
        self.ca = self.home / "server.pem"

    def start(self) -> None:
        with (self.home / "out").open("ab") as out:
            self.process = subprocess.Popen(
                [PROGRAM, "-F", "-c", str(self.home / "dovecot.conf")], stdout=out, stderr=out, start_new_session=True
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError, imaplib.IMAP4.error), self.client():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError((self.home / "out").read_text() + self.log())

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            self.process.wait(30)
            self.process = None

    def log(self) -> str:
        path = self.home / "dovecot.log"
        return path.read_text() if path.exists() else ""

    @contextlib.contextmanager
    def client(self):
        """Somebody else who looks into the mailbox."""
        context = ssl.create_default_context(cafile=str(self.ca))
        server = imaplib.IMAP4_SSL("127.0.0.1", self.tls, ssl_context=context, timeout=20)
        try:
            server.login(USER, PASSWORD)
            yield server
        finally:
            server.shutdown()

    def deliver(self, message: bytes, at: str = '"23-Nov-2026 02:12:40 +0100"', folder: str = "INBOX") -> None:
        with self.client() as server:
            assert server.append(folder, None, at, message)[0] == "OK"

    def forget_the_numbers(self) -> None:
        """What a migration or a lost index does: every message gets a new number, under a new UIDVALIDITY."""
        for name in (
            "dovecot-uidlist",
            "dovecot-uidvalidity",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            for path in (self.home / "mail").glob(f"{name}*"):
                path.unlink()
        # Its second counts the new UIDVALIDITY.
        time.sleep(1.1)

    def marks(self, folder: str = "INBOX") -> list[str]:
        with self.client() as server:
            server.select(folder, readonly=True)
            found = server.uid("SEARCH", "ALL")[1][0].split()
            answers = [server.uid("FETCH", uid.decode(), "(FLAGS)")[1][0] for uid in found]
            return [answer.decode() for answer in answers if isinstance(answer, bytes)]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def make(home: Path) -> Dovecot:
    """Write everything that the server needs; it runs as whoever runs the tests."""
    for name in ("run", "mail", "home"):
        (home / name).mkdir()
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "30",
    ]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    files = ["-keyout", str(home / "server.key"), "-out", str(home / "server.pem")]
    subprocess.run([*command, *files], check=True, capture_output=True)
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    box = Dovecot(home, free_port(), free_port())
    # As root it insists on giving its rights away, to the users that its Debian package made.
    root = os.getuid() == 0
    mine = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    own = pwd.getpwuid(os.getuid()).pw_name
    if root:
        home.chmod(0o755)
        for name in ("mail", "home"):
            os.chown(home / name, mine.pw_uid, mine.pw_gid)
    settings = {
        "home": home,
        "run": home / "run",
        "user": "dovecot" if root else own,
        "login": "dovenull" if root else own,
        "group": "dovecot" if root else grp.getgrgid(os.getgid()).gr_name,
        "uid": mine.pw_uid,
        "gid": mine.pw_gid,
        "plain": box.plain,
        "tls": box.tls,
    }
    (home / "dovecot.conf").write_text(_CONFIGURATION.format(**settings))
    assert shutil.which(PROGRAM), "the tests need Debian's dovecot-imapd"
    return box
