"""Records over signed calls: against the template as it is, broken, greedy and endless."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, Preservation
from comity.casefile.documents.identifiers import new_id
from comity.execution.disclosure import rules
from comity.platform.errors import Cannot, KeyReused, NotGranted, NotTrusted, Unintelligible
from comity.platform.webhook import WebhookRecords, WebhookSettings
from comity.platform.webhook.client import Client
from comity.platform.webhook.records import _terms
from support.grants import grant, terms
from support.template import Template, running

CONTRACT = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "platform-webhook.yaml").read_text())
ADA = grant(Category.TRAFFIC, of="ada")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory):
    with running(tmp_path_factory.mktemp("template")) as started:
        yield started


def settings(template: Template, secret: str = "") -> WebhookSettings:
    return WebhookSettings(template.url, secret or template.secret_file.read_text().strip())


@pytest.fixture
def records(template: Template):
    with WebhookRecords(settings(template)) as adapter:
        yield adapter


def kept(**changes) -> Preservation:
    return Preservation(basis=new_id(), terms=terms(of="ada", **changes))


def test_a_grant_gives_its_account_and_its_period_and_no_more(records: WebhookRecords) -> None:
    rows = list(records.traffic(ADA))
    assert [row.at for row in rows] == [Instant.parse(f"2026-11-{day}T12:00:00Z") for day in (12, 13)]
    assert all(not rules.cut(ADA.terms, rules.ASKED_FOR["traffic"], row).reasons for row in rows)
    (one,) = records.subscriber(grant(Category.SUBSCRIBER, of="ada", fields=("name",)))
    assert dict(one.fields) == {"name": "Ada L."}
    assert list(records.traffic(grant(Category.TRAFFIC, of="ad"))) == []
    assert list(records.content(grant(Category.CONTENT, of="ada"))) == []
    assert list(records.identification(grant(Category.USER_ID, of="ada"))) == []


def test_what_is_not_granted_is_not_asked(records: WebhookRecords) -> None:
    for ask in (records.subscriber, records.identification, records.content):
        with pytest.raises(NotGranted):
            ask(ADA)


def test_a_hold_is_placed_once_and_released(records: WebhookRecords) -> None:
    key, hold = new_id(), kept()
    first = records.hold(hold, key=key)
    assert first.holds
    assert records.hold(hold, key=key) == first
    with pytest.raises(KeyReused):
        records.hold(kept(fields=("ip",)), key=key)
    assert records.release(hold, key=key).holds is False


def test_what_is_spoken_keeps_to_the_contract(template: Template) -> None:
    client = Client(settings(template))
    question = {**_terms(ADA), "grant": {"decision": ADA.decision, "number": 0}, "after": None}
    hold = {"basis": new_id(), **_terms(kept())}
    release = {"basis": new_id(), "hold": new_id()}
    for where, asked, answered, body, key in (
        ("records/traffic", "Question", "Rows", question, ""),
        ("records/hold", "Hold", "Held", hold, new_id()),
        ("records/release", "Release", "Held", release, new_id()),
    ):
        fits(asked, body)
        request = client.signed("POST", where, content=json.dumps(body).encode(), key=key)
        fits(answered, json.loads(client.tried(request)[1]))
    client.close()


def fits(name: str, value: object) -> None:
    jsonschema_rs.Draft202012Validator({**CONTRACT, "$ref": f"#/components/schemas/{name}"}).validate(value)


def test_a_call_that_we_did_not_sign_gets_nothing(template: Template) -> None:
    with WebhookRecords(settings(template, "x" * 40)) as stranger, pytest.raises(NotTrusted):
        list(stranger.traffic(ADA))


GREEDY = ('identifier in wanted["identifiers"] and category in wanted["categories"] and inside', "True")


def test_a_greedy_platform_is_cut(tmp_path: Path) -> None:
    with running(tmp_path / "greedy", GREEDY) as template, WebhookRecords(settings(template)) as greedy:
        rows = [rules.cut(ADA.terms, rules.ASKED_FOR["traffic"], row) for row in greedy.traffic(ADA)]
        assert [one.reasons for one in rows] == [("other_category",), (), (), ("outside_period",)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('"next": None}', '"next": "again"}'), "no end"),
        (('"at": at, "fields"', '"at": "2026-11-12T12:00:00", "fields"'), "Rows"),
        (('{"event": "login"', '{"password": "x"'), "no field password"),
        (('"fields": granted}', '"fields": {"password": "x"}}'), "no field password"),
        (('"kind": "USER_ID", "value": account}', '"kind": "USER_ID", "value": "*"}'), "Rows"),
        (('"rows": list(', '"lines": list('), "Rows"),
    ],
)
def test_an_answer_that_is_none_is_not_taken(tmp_path: Path, monkeypatch, change: tuple[str, str], why: str) -> None:
    monkeypatch.setattr("comity.platform.webhook.records._MOST_PAGES", 3)
    wide = [GREEDY] if change[1].endswith('"*"}') else []
    if change[0].startswith('{"event"'):
        wide = [('if name in wanted["fields"]', "")]
    with running(tmp_path / "odd", change, *wide) as template, WebhookRecords(settings(template)) as odd:
        rows = odd.traffic(ADA)
        with pytest.raises(Unintelligible, match=why):
            list(rows)


def test_a_platform_without_holds_cannot(tmp_path: Path) -> None:
    without = ('name not in ("hold", "release")', "True")
    with running(tmp_path / "without", without) as template, WebhookRecords(settings(template)) as bare:
        for measure in (bare.hold, bare.release):
            with pytest.raises(Cannot):
                measure(kept(), key=new_id())


def test_a_platform_that_says_it_did_not_hold_is_not_believed(tmp_path: Path) -> None:
    liar = ('{"holds": name == "hold"', '{"holds": name != "hold"')
    with running(tmp_path / "liar", liar) as template, WebhookRecords(settings(template)) as lying:
        for measure in (lying.hold, lying.release):
            with pytest.raises(Unintelligible):
                measure(kept(), key=new_id())
