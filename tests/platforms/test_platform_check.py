"""``comity platform check`` and the template: who keeps the contract passes, who breaks it anywhere is told where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from comity.platform.webhook.conformance import Conformance
from support.template import SOURCE, Template, running


def check(template: Template, *more: str, secret_file: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "comity.main", "platform", "check", template.url]
    command += ["--host", f"localhost:{template.port}"]
    command += ["--secret-file", str(secret_file or template.secret_file), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_template_is_short_and_keeps_the_contract(tmp_path: Path) -> None:
    assert len(SOURCE.read_text().splitlines()) <= 100
    with running(tmp_path) as template:
        done = check(template)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "FAIL" not in done.stdout
        assert done.stdout.rstrip().endswith("the contract is kept")
        assert template.look("/post/p1") == 200, "the sample is shown again"
        assert check(template, "--sample", f"http://localhost:{template.port}/picture/p1").returncode == 0


BROKEN = [
    ("not hmac.compare_digest(wanted.encode(), signature.encode()) or ", "", "an unsigned call is refused"),
    (" or nonce in NONCES", "", "a repeated call is refused"),
    ("fresh = stamp.isdigit() and abs(time.time() - int(stamp)) <= 300", "fresh = stamp", "an old call is refused"),
    ("- int(stamp)) <= 300", "- int(stamp)) <= 300 or int(stamp) > time.time()", "a call from the future is refused"),
    ("not hmac.compare_digest(", "not key and not hmac.compare_digest(", "a changed key is refused"),
    ("sha(body)))\n\n    do_POST", "sha(b'')))\n\n    do_POST", "it says which contract it keeps, signed"),
    ("if key not in KEYS:", "if True:", "the same key twice has one effect and one answer"),
    ("same = KEYS[key][:2] == (self.path, body)", "same = True", "the same key for another call is refused"),
    ("if not key or measure", "if measure", "an effect without a key is refused"),
    ("url[:2] == urlsplit(BASE)[:2]", "True", "a URL of another host is not ours"),
    ('"found" if item in ITEMS', '"found" if item in ITEMS or True', "an unknown URL of yours is absent"),
    ('return 404, {"code": "absent"', 'return 410, {"code": "absent"', "an unknown item or account is absent"),
    ('f"{BASE}/picture/{name}"', '"http://evil.example/picture"', "the item is described whole"),
    ('else {"parts": [small, picture]}', 'else {"parts": [small]}', "everything to preserve is given as announced"),
    ('if item["away"] or body is None', 'if kind == "post" and item["away"] or body is None', "page and every file"),
    ('self.send(404, b"Not found") if item', 'self.send(451 if name in ITEMS else 404, b"") if item', "never existed"),
    ("before - named)", "[])", "restoring elsewhere lifts nothing"),
    ('if measure == "disable" else before - named', 'if measure == "disable" else before', "shown again"),
]


@pytest.mark.parametrize(("old", "new", "told"), BROKEN)
def test_a_platform_that_breaks_the_contract_is_told_where(tmp_path: Path, old: str, new: str, told: str) -> None:
    with running(tmp_path, (old, new)) as template:
        results = list(Conformance(template.adapter()._settings).results())
    failed = {one.name: one for one in results if not one.ok}
    assert any(told in name for name in failed), results
    assert all(one.seen and one.mend for one in failed.values())


def test_what_cannot_be_checked_is_said_in_one_line(tmp_path: Path) -> None:
    with running(tmp_path) as template:
        assert check(template, "--sample", f"http://localhost:{template.port}/post/none").returncode == 1
        template.secret_file.chmod(0o640)
        readable = check(template)
        assert (readable.returncode, readable.stderr.count("\n")) == (2, 1)
        assert "chmod 600" in readable.stderr
        other = tmp_path / "other"
        other.touch(mode=0o600)
        other.write_text("x" * 40)
        assert check(template, secret_file=other).returncode == 1
    gone = check(template, secret_file=other)
    assert gone.returncode == 1
    assert "platform_unreachable" in gone.stdout
