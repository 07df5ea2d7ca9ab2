"""Uploads to a real Matrix homeserver are compared by the module that it loads, and by a client of any platform."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.casefile import audit
from comity.casefile.documents.detection import Detection
from comity.cli.command import main
from comity.matching.hooks.client import About, MatchClient, QuestionRefused, ServiceAway
from support.board import free_port
from support.match_service import MatchService, a_hash, altered, match_service
from support.pictures import encoded, scene
from support.synapse import SERVER, RunningSynapse

_MODULES = """
modules: [{{module: comity_match.ComityMatch, config: {{url: "http://{address}", token_file: "{token}",
  when_away: {away}}}}}]
"""


@pytest.fixture(scope="module")
def service(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MatchService]:
    with databases.clone() as fresh, match_service(fresh, tmp_path_factory.mktemp("match")) as running:
        yield running


def the_module() -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["match", "synapse-module"], {"read_pdf": lambda _data: {}}) == 0
    return said.getvalue()


def homeserver_with(service: MatchService, folder: Path, away: str) -> RunningSynapse:
    folder.mkdir()
    (folder / "comity_match.py").write_text(the_module())
    (folder / "token").write_text(service.tokens["reader"])
    (folder / "token").chmod(0o600)
    more = _MODULES.format(address=service.address, token=folder / "token", away=away)
    return RunningSynapse(folder / "data", free_port(), more=more, modules=folder).start()


@pytest.fixture(scope="module")
def matrix_asks(service: MatchService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSynapse]:
    running = homeserver_with(service, tmp_path_factory.mktemp("asks") / "here", "accept")
    yield running
    running.stop()


def detections(service: MatchService, item: str) -> list[Detection]:
    from django.db import connection

    from support.databases import point_django_at

    point_django_at(service.server)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM document WHERE kind = %s", [Detection.kind])
        found = [audit.find(row[0].hex, Detection).document for row in cursor.fetchall()]
    return [one for one in found if one.item == item]


def test_an_upload_that_is_known_is_entered_under_its_own_name(
    service: MatchService, matrix_asks: RunningSynapse
) -> None:
    picture = encoded(scene(seed=21), "PNG")
    with MatchClient(f"http://{service.address}", service.tokens["reader"]) as client:
        service.bank("SEEN_BEFORE", {"pdq": client.hash(picture, "image/png")["pdq"][0]})
    someone = matrix_asks.someone()
    known = someone.upload(encoded(scene(seed=21), "JPEG", quality=70), "image/jpeg")
    (entered,) = detections(service, known)
    assert (entered.content_type, entered.signal_type) == ("photo", "pdq")
    assert known.startswith(f"mxc://{SERVER}/")
    assert someone.gets(known) == 200, "only the provider's rules may refuse an upload"
    assert detections(service, someone.upload(encoded(scene(seed=22), "PNG"))) == []


def test_a_message_that_is_known_is_entered(service: MatchService, matrix_asks: RunningSynapse) -> None:
    words = "Everybody shall come to the old mill on the hill this evening and bring whatever they can carry there."
    with MatchClient(f"http://{service.address}", service.tokens["all"]) as client:
        assert not client.match_text(words).matched
        service.bank(
            "SAID_BEFORE", {"text": client._asked("POST", "/v1/hash", json={"text": words})["signals"]["text"][0]}
        )
    someone = matrix_asks.someone()
    room = someone.room()
    event = someone.say(room, words.upper())
    (entered,) = detections(service, event)
    assert (entered.account, entered.content_type) == (someone.name, "text")
    assert detections(service, someone.say(room, "Hello there")) == []


def test_without_the_service_the_operators_choice_holds(databases: Any, tmp_path: Path) -> None:
    with databases.clone() as fresh, match_service(fresh, tmp_path) as lone:
        accepts, refuses = (homeserver_with(lone, tmp_path / away, away) for away in ("accept", "refuse"))
        try:
            one, other = accepts.someone(), refuses.someone()
            assert one.upload(b"first")
            assert other.upload(b"first")
            lone.kill_door()
            assert one.upload(b"second")
            body = {"content": b"second", "headers": {"Content-Type": "image/png"}}
            assert other.call("POST", "/_matrix/media/v3/upload", **body).status_code in (400, 403)
        finally:
            accepts.stop()
            refuses.stop()


def test_a_client_of_any_platform(service: MatchService) -> None:
    near = a_hash()
    (number,) = service.bank("BY_CLIENT", {"pdq": near})
    with MatchClient(f"http://{service.address}", service.tokens["reader"]) as client:
        assert client.ready()
        found = client.match_signals({"pdq": altered(near, 5)}, About(item="post/1", account="a", key="1"))
        assert [(one.entry, one.distance, one.bank) for one in found.matches] == [(number, 5.0, "BY_CLIENT")]
        assert len(found.cases) == 1
        assert client.match_signals({"pdq": near}, About(item="post/1", account="a", key="1")).cases == found.cases
        assert not client.match_signals({"pdq": a_hash()}).matched
        assert not client.match(b"anything", "application/octet-stream", About(item="post/2")).cases
        assert not client.match_url("https://nobody.example/").matched
        assert list(client.match_many("pdq", [a_hash(), near])) == [1]
        with pytest.raises(QuestionRefused, match="hexadecimal"):
            client.match_signals({"pdq": "short"})
    with MatchClient(f"http://{service.address}", "nobody's") as stranger, pytest.raises(QuestionRefused):
        stranger.match_text("hello")
    with MatchClient(f"http://127.0.0.1:{free_port()}", "x") as lost:
        assert not lost.ready()
        with pytest.raises(ServiceAway):
            lost.match_text("hello")


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({}, "url"),
        ({"url": "http://x"}, "token_file"),
        ({"url": "http://x", "token_file": "t", "when_away": "sometimes"}, "when_away"),
        ({"url": "http://x", "token_file": "t", "colour": "red"}, "colour"),
    ],
)
def test_a_mistake_in_the_homeservers_configuration_is_named(config: dict[str, Any], word: str, tmp_path: Path) -> None:
    import json
    import subprocess

    from support.synapse import PYTHON

    (tmp_path / "comity_match.py").write_text(the_module())
    program = f"import json, comity_match; comity_match.ComityMatch.parse_config(json.loads({json.dumps(config)!r}))"
    done = subprocess.run([str(PYTHON), "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"comity_match: {word}" in done.stderr or repr(word) in done.stderr


def test_a_token_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    import subprocess

    from support.synapse import PYTHON

    (tmp_path / "comity_match.py").write_text(the_module())
    token = tmp_path / "token"
    token.write_text("s" * 40)
    program = f"import comity_match, pathlib; print(len(comity_match._secret(pathlib.Path({str(token)!r}))))"
    for mode, said in ((0o640, "chmod 600"), (0o604, "chmod 600"), (0o600, "40")):
        token.chmod(mode)
        done = subprocess.run([str(PYTHON), "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert said in done.stdout + done.stderr
        assert (done.returncode == 0) is (mode == 0o600)
