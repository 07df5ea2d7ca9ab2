"""The adapter ``webhook``: against the template as it is, attacked, failing; and the contract as a document."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
import yaml
from hypothesis import given
from hypothesis import strategies as st

from comity.platform import LegalNote, NoticeText, Outcome
from comity.platform.errors import (
    Absent,
    Cannot,
    Faulty,
    KeyReused,
    Misconfigured,
    NotTrusted,
    PlatformFailure,
    Unintelligible,
    Unreachable,
    Unsendable,
)
from comity.platform.protocols import State
from comity.platform.webhook import WebhookSettings, signing
from comity.platform.webhook.attacks import fresh_key
from comity.platform.webhook.client import Client
from support.faulty import Fault, before
from support.template import Template, running

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "platform-webhook.yaml"
UNION, NOTE = ("EU",), LegalNote("https://c.example/contact", "REF-1")
TEST = NoticeText("Subject", "Text", "en")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory):
    with running(tmp_path_factory.mktemp("template")) as started:
        yield started


def test_the_contract_is_valid_and_what_is_spoken_keeps_to_it(template: Template) -> None:
    schemathesis.openapi.from_path(CONTRACT).validate()
    contract = yaml.safe_load(CONTRACT.read_text())
    client = Client(template.adapter()._settings)
    shapes = {
        "about": "About",
        "resolve?url=https%3A%2F%2Fa.example%2F": "Resolved",
        "items/p1": "Item",
        "items/p1/parts": "Parts",
        "items/none": "Refusal",
    }
    bodies = {where: client.tried(client.signed("GET", where))[1] for where in shapes}
    told = {"subject": "a", "text": "b", "language": "en", "link": None}
    posts = {
        ("items/p1/disable", "Disable", "Effect"): {
            "territories": ["EU"],
            "legal": {"blocked_by": "https://c.example", "reference": None},
        },
        ("items/p1/restore", "Restore", "Effect"): {"territories": ["EU"]},
        ("accounts/ada/messages", "Notice", "Message"): told,
    }
    for (where, asked, answered), body in posts.items():
        _fits(contract, asked, body)
        request = client.signed("POST", where, content=json.dumps(body).encode(), key=fresh_key())
        _fits(contract, answered, json.loads(client.tried(request)[1]))
    for where, shape in shapes.items():
        _fits(contract, shape, json.loads(bodies[where]))
    client.close()


def _fits(contract: dict[str, object], name: str, value: object) -> None:
    schema = {**contract, "$ref": f"#/components/schemas/{name}"}
    jsonschema_rs.Draft202012Validator(schema).validate(value)


def test_an_item_is_found_kept_disabled_looked_at_and_restored(template: Template) -> None:
    with template.adapter() as platform:
        assert platform.resolve(template.page).item == "p1"
        assert platform.resolve(template.page + "x").outcome is Outcome.ABSENT
        assert platform.resolve(template.page.replace("localhost", "1ocalhost")).outcome is Outcome.NOT_OURS
        assert platform.resolve(template.page.replace("//", "//localhost@")).outcome is Outcome.UNKNOWN
        assert {part.name: b"".join(part.chunks) for part in platform.fetch("p1")}["picture.gif"] == b"GIF89a;"
        effect = platform.disable("p1", territories=UNION, key=fresh_key(), legal=NOTE)
        assert (effect.state, effect.disabled_in) == (State.DISABLED, UNION)
        assert platform.seen_by_stranger(template.page, "EU").gone is True
        assert platform.restore("p1", territories=UNION, key=fresh_key()).state is State.AVAILABLE
        assert platform.seen_by_stranger(template.page, "EU").gone is False


def test_one_key_has_one_effect(template: Template) -> None:
    with template.adapter() as platform:
        key = fresh_key()
        first = platform.notify("ada", TEST, key=key)
        assert platform.notify("ada", TEST, key=key) == first
        with pytest.raises(KeyReused):
            platform.notify("ada", NoticeText("Other", "text", "en"), key=key)
        with pytest.raises(Absent):
            platform.notify("nobody", TEST, key=fresh_key())
        for name in ("", "..", "a b", "ü", "x" * 201):
            with pytest.raises(Unsendable):
                platform.describe(name)


@pytest.mark.parametrize(
    ("how", "after"), [("error", False), ("error", True), ("limit", False), ("close", False), ("close", True)]
)
def test_what_breaks_on_the_way_is_repeated_and_done_once(template: Template, how: str, after: bool) -> None:
    with before(template.port) as proxy, template.adapter(f"{proxy.url}/comity") as platform:
        proxy.faults = [Fault("messages", how, after, times=2)]
        first = platform.notify("ada", TEST, key=(key := fresh_key()))
        assert proxy.faults[0].times == 0
        with template.adapter() as beside:
            assert beside.notify("ada", TEST, key=key) == first


def test_what_stays_broken_says_whether_to_come_again(template: Template) -> None:
    with before(template.port) as proxy, template.adapter(f"{proxy.url}/comity", timeout=1.0) as platform:
        for how, failure in (("error", Faulty), ("limit", Faulty), ("close", Unreachable), ("hang", Unreachable)):
            proxy.faults = [Fault("about", how, times=3)]
            with pytest.raises(failure) as caught:
                platform.about()
            assert caught.value.retry
            assert template.secret_file.read_text() not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "failure"),
    [
        ("sha(body)))\n\n    do_POST", "sha(body + b' ')))\n\n    do_POST", Unintelligible),
        ('sign("comity-1 answer", nonce', 'sign("comity-1 answer", "0" * 32', Unintelligible),
        ('sign("comity-1 answer", nonce', 'sign("comity-1 call", nonce', Unintelligible),
        ("signature)\n        self.end_headers", "'')\n        self.end_headers", Unintelligible),
        ('"contract": "1"', '"contract": "2"', Unintelligible),
        ('return 200, {"contract"', 'return 302, {"contract"', Unintelligible),
        ('return 200, {"contract"', 'return 422, {"contract"', Cannot),
        ('return 200, {"contract"', 'return 503, {"contract"', Faulty),
        ("not fresh or", "fresh or", NotTrusted),
    ],
)
def test_an_answer_is_believed_only_by_its_signature_and_shape(
    tmp_path: Path, old: str, new: str, failure: type[PlatformFailure]
) -> None:
    with running(tmp_path, (old, new)) as liar, liar.adapter() as platform:
        with pytest.raises(failure) as caught:
            platform.about()
        assert caught.value.retry is (failure is Faulty)


def test_nobody_is_told_that_something_is_absent_by_what_is_not_the_platform(tmp_path: Path) -> None:
    change = ("signature)\n        self.end_headers", "'')\n        self.end_headers")
    with running(tmp_path, change) as unsigned, unsigned.adapter() as platform:
        assert platform.resolve(unsigned.page + "x").outcome is Outcome.UNKNOWN
        with pytest.raises(Unintelligible):
            platform.describe("none")


def test_a_confirmation_that_names_too_little_is_not_believed(tmp_path: Path) -> None:
    with running(tmp_path, ("sorted(before | named", "sorted({'FR'}")) as liar, liar.adapter() as platform:
        with pytest.raises(Unintelligible):
            platform.disable("p1", territories=UNION, key=fresh_key(), legal=None)
        wide = platform.disable("p1", territories=("FR",), key=fresh_key(), legal=None)
        assert wide.disabled_in == ("FR",)


def test_a_large_original_is_streamed_and_compared(tmp_path: Path) -> None:
    large = ('b"GIF89a;"', 'b"GIF89a;" * 4_000_000')
    with running(tmp_path / "whole", large) as whole, whole.adapter() as platform:
        sizes = [len(chunk) for part in platform.fetch("p1") for chunk in part.chunks if part.name == "picture.gif"]
        assert (sum(sizes), len(sizes) > 10, max(sizes) < 2_000_000) == (28_000_000, True, True)
    cut = ('return 200, ITEMS[name]["picture"]', 'return 200, ITEMS[name]["picture"][:-1] + b"!"')
    with running(tmp_path / "cut", large, cut) as liar, liar.adapter() as platform, pytest.raises(Unintelligible):
        [b"".join(part.chunks) for part in platform.fetch("p1")]
    with whole.adapter(max_part=5) as careful, pytest.raises(PlatformFailure):
        [b"".join(part.chunks) for part in careful.fetch("p1")]


def test_a_file_that_stays_elsewhere_is_never_called_gone(tmp_path: Path) -> None:
    elsewhere = ('f"{BASE}/picture/{name}"', '"https://cdn.evil.example/p1"')
    with running(tmp_path, elsewhere) as template, template.adapter() as platform:
        platform.disable("p1", territories=UNION, key=fresh_key(), legal=None)
        view = platform.seen_by_stranger(template.page, "EU")
        assert view.gone is None
        assert "not on a host of this provider" in view.detail


LINE = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(LINE, min_size=7, max_size=7), st.integers(0, 6), LINE)
def test_whatever_of_a_call_is_changed_changes_its_signature(parts: list[str], which: int, other: str) -> None:
    def signed(values: list[str]) -> str:
        secret, method, target, stamp, nonce, key, digest = values
        headers = {signing.TIMESTAMP: stamp, signing.NONCE: nonce, signing.KEY: key}
        return signing.of_call(b"s" * 32 + secret.encode(), method, target, headers, digest)

    changed = [*parts[:which], other, *parts[which + 1 :]]
    assert signing.same(signed(parts), signed(changed)) is (parts == changed)


def test_a_call_is_never_an_answer_nor_an_answer_to_another_call() -> None:
    secret = secrets.token_bytes(32)
    answers = {signing.of_answer(secret, nonce, status, "d") for nonce in ("a", "b") for status in (200, 404)}
    headers = {signing.TIMESTAMP: "200", signing.NONCE: "d"}
    assert len(answers | {signing.of_call(secret, "a", "", headers, "")}) == 5
    assert not signing.same("ü", "u")


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "short"},
        {"base_url": "http://platform.example/comity"},
        {"base_url": "https://platform.example/comity?a=b"},
        {"base_url": "ftp://127.0.0.1/"},
        {"base_url": "HTTP://10.0.0.1/"},
        {"public_urls": ("https://platform.example/path",)},
    ],
)
def test_unsafe_settings_are_refused(changes: dict[str, object]) -> None:
    given_settings: dict[str, object] = {"base_url": "https://platform.example/comity", "secret": "s" * 40, **changes}
    with pytest.raises(Misconfigured) as caught:
        WebhookSettings(**given_settings)  # type: ignore[arg-type]
    assert "s" * 40 not in str(caught.value)
    assert "s" * 40 not in repr(WebhookSettings("https://platform.example/comity", "s" * 40))
