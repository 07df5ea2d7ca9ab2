"""Units, container file and compose example say what the program is: its commands, settings, ports and files.

Nothing here starts a container; `systemd-analyze` looks at the units where it is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from comity.casefile.records.private import ReadableByOthers, read_private
from comity.cli.command import _parser
from comity.main.menu import with_settings
from comity.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY, PAGE = ROOT / "deploy", ROOT / "docs" / "operating" / "running.md"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "comity"}
PORTS = {
    name: int(str(Settings.model_fields[f"{name}_address"].default).rpartition(":")[2])
    for name in ("api", "console", "public", "smtp")
}
INSTALLED = "/opt/comity/bin/comity"
GUARDS = {
    "User": "comity",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "SystemCallFilter": "@system-service",
    "RestrictNamespaces": "user net",
    "StateDirectory": "comity",
    "UMask": "0077",
}


def lines(text: str, key: str) -> list[str]:
    """Every value of a unit's key."""
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


def understood(words: list[str]) -> bool:
    """Whether `comity` takes these words."""
    try:
        _parser(with_settings()).parse_args(words)
    except SystemExit:
        return False
    return True


def unknown_settings(text: str) -> set[str]:
    """Names of settings in a text that are none of ours."""
    named = {name.removeprefix(PREFIX).lower() for name in re.findall(r"\bCOMITY_[A-Z0-9_]*[A-Z0-9]", text)}
    return named - set(Settings.model_fields) - {"settings"}


def test_what_does_not_exist_would_be_found():
    assert not understood(["serve"])
    assert not understood(["web", "kitchen"])
    assert unknown_settings("COMITY_WORKERS=3 COMITY_WROKERS=3") == {"wrokers"}


@pytest.mark.parametrize("file", [*sorted(DEPLOY.rglob("*.*")), DEPLOY / "Containerfile", PAGE], ids=lambda p: p.name)
def test_every_setting_that_is_named_is_one(file):
    assert unknown_settings(file.read_text()) == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_exists_and_may_do_little(unit):
    text = unit.read_text()
    started = [*lines(text, "ExecStart"), *lines(text, "ExecStartPre")]
    assert started
    for command in started:
        program, *words = command.replace("%i", "api").split()
        assert program == INSTALLED
        assert understood(words), command
    assert {key: lines(text, key)[-1:] for key in GUARDS} == {key: [value] for key, value in GUARDS.items()}
    kind = lines(text, "Type")
    assert kind == (["oneshot"] if unit.stem in ("comity-doctor", "comity-prepare") else ["exec"])  # it notifies nobody
    handed = {one.partition(":")[0] for one in lines(text, "LoadCredential")}
    assert {name for one in lines(text, "Environment") for name in re.findall(r"%d/(\w+)", one)} == handed
    assert not re.search(r"(?i)password=|secret=", text)


def test_the_units_name_only_units_that_exist():
    known = {path.name for path in DEPLOY.glob("systemd/*")} | {"network-online.target", "multi-user.target"}
    for unit in DEPLOY.glob("systemd/*.*"):
        for key in ("After", "Wants", "Requires", "PartOf", "Conflicts", "WantedBy"):
            named = {word for value in lines(unit.read_text(), key) for word in value.split()}
            assert named <= known, f"{unit.name}: {named - known}"
    assert set(lines((DEPLOY / "systemd" / "comity.sysusers").read_text(), "u")) == set()
    assert (DEPLOY / "systemd" / "comity.sysusers").read_text().startswith("u comity ")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands_the_units_and_finds_them_guarded(tmp_path):
    here = shutil.which("true") or "/bin/true"
    for unit in DEPLOY.glob("systemd/*.*"):
        (tmp_path / unit.name).write_text(unit.read_text().replace(INSTALLED, here))
    units = [str(tmp_path / unit.name) for unit in UNITS]
    target = str(tmp_path / "comity.target")
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:", "SYSTEMD_COLORS": "0"}
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units, target],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    about_ours = [line for line in checked.stderr.splitlines() if "comity" in line]
    assert about_ours == []
    for unit in units:
        looked = ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=25", unit]
        found = subprocess.run(looked, env=environment, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout[-200:] + found.stderr


def test_the_example_of_settings_can_be_used_and_starts_what_was_promised():
    file = DEPLOY / "comity.toml"
    found = Settings.from_environment({"COMITY_SETTINGS": str(file)})
    assert (found.workers, found.webs) == (3, 2)
    assert not [
        key for key in tomllib.loads(file.read_text()) if key.endswith("_file")
    ]  # secrets are the units' matter


def steps() -> list[tuple[str, str]]:
    """The container file as instructions."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in text.splitlines() if line.strip()]


def test_the_container_runs_as_nobody_and_holds_what_is_in_the_repository_and_no_secret():
    found = steps()
    stages = [number for number, (word, _) in enumerate(found) if word == "FROM"]
    assert len(stages) == 2
    assert all("python:3.11-slim" in found[number][1] for number in stages)
    last = dict(found[stages[-1] :])
    assert last["USER"] == "10001:10001"
    assert re.findall(r'"(\w+)"', last["ENTRYPOINT"]) == ["comity"]
    assert understood(re.findall(r'"(\w+)"', last["CMD"]))
    for word, rest in found:
        if word == "COPY" and "--from" not in rest:
            assert all((ROOT / source).exists() for source in rest.split()[:-1])
            allowed = (ROOT / ".dockerignore").read_text().splitlines()
            assert all(f"!{source}" in allowed for source in rest.split()[:-1])
    assert (ROOT / ".dockerignore").read_text().splitlines()[0] == "*"
    assert "--constraint constraints.txt" in " ".join(rest for _, rest in found)
    assert not re.search(r"(?i)password|token|secret", " ".join(rest for word, rest in found if word in ("ENV", "ARG")))


def test_the_container_s_ports_are_the_settings_ports():
    last = dict(steps())
    assert {int(port) for port in last["EXPOSE"].split()} == {*PORTS.values(), 8413, 8414}
    for name, port in PORTS.items():
        assert f"COMITY_{name.upper()}_ADDRESS=0.0.0.0:{port}" in last["ENV"]
    assert f"127.0.0.1:{PORTS['api']}/healthz" in last["HEALTHCHECK"]


def test_compose_runs_two_web_processes_and_three_workers():
    assert OURS["worker"]["deploy"]["replicas"] == 3
    assert {service["environment"]["COMITY_WEBS"] for service in OURS.values()} == {"2"}
    assert set(OURS) == {"prepare", "record", "worker", "mail", "api", "console", "public", "match"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_runs_a_command_that_exists_with_settings_and_secrets_that_exist(name):
    service: dict[str, Any] = OURS[name]
    command = service["command"]
    told = [part.split()[1:] for part in command[0].split("&&")] if "entrypoint" in service else [command]
    assert all(understood(words) for words in told)
    named = {key.removeprefix(PREFIX).lower(): value for key, value in service["environment"].items()}
    Settings.model_validate(named)
    given = {f"/run/secrets/{secret}" for secret in service["secrets"]}
    wanted = {value for key, value in named.items() if key.endswith("_file")}
    assert wanted <= given
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])
    assert not re.search(r"://[^/@]*:[^/@]*@", named["database_url"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "prepare" in service["depends_on"] or name == "prepare"


@pytest.mark.parametrize(("service", "setting"), [("api", "api"), ("console", "console"), ("public", "public")])
def test_a_door_is_published_on_this_machine_alone_and_asked_for_its_health(service, setting):
    (published,) = OURS[service]["ports"]
    assert published == f"127.0.0.1:{PORTS[setting]}:{PORTS[setting]}"
    assert f"127.0.0.1:{PORTS[setting]}/healthz" in OURS[service]["healthcheck"]["test"][-1]


def test_the_match_service_is_published_on_this_machine_alone_with_what_it_needs():
    service = OURS["match"]
    assert service["ports"] == ["127.0.0.1:8414:8414"]
    assert service["environment"]["COMITY_MATCH_ADDRESS"] == "0.0.0.0:8414"
    assert "127.0.0.1:8414/status" in service["healthcheck"]["test"][-1]
    assert re.search(r"'\.\[[a-z0-9,]*matching,films\]'", " ".join(rest for _, rest in steps()))


def test_only_what_prepares_the_database_sees_its_administrator():
    assert [name for name, service in OURS.items() if "database.pgpass" in service["secrets"]] == ["prepare"]
    assert OURS["prepare"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_the_page_tells_of_every_file_and_of_none_that_is_not_there():
    text = PAGE.read_text()
    for path in re.findall(r"(?:deploy|src)/[\w./*-]*\w", text):
        assert list(ROOT.glob(path)), path
    assert re.findall(r"\]\((\w+\.md)\)", text)
    for linked in re.findall(r"\]\((\w+\.md)\)", text):
        assert (PAGE.parent / linked).exists()
    for unit in UNITS:
        assert unit.stem.rstrip("@") in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a credential as systemd does")
def test_a_credential_as_systemd_hands_it_over_is_no_open_file(tmp_path):
    secret = tmp_path / "platform"
    secret.write_text("word")
    secret.chmod(0o440)
    assert read_private(secret) == b"word"
    for mode, owner, group in ((0o440, 0, 1), (0o440, 1, 0), (0o444, 0, 0), (0o640, 0, 0), (0o460, 0, 0)):
        os.chown(secret, owner, group)
        secret.chmod(mode)
        with pytest.raises(ReadableByOthers):
            read_private(secret)
