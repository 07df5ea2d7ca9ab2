"""The provider profile, and what is wrong with one."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.law import Provider, instrument, parse_provider
from comity.law.errors import InvalidProviderError
from comity.law.states import MEMBER_STATES, state_code

PROFILE: dict[str, Any] = instrument("eu-tco").vectors["provider"]


def changed(**fields: Any) -> bytes:
    return yaml.safe_dump({**PROFILE, **fields}).encode()


def test_a_profile_is_read_and_frozen() -> None:
    provider = parse_provider(changed())
    assert provider.hosts_for_public
    assert provider.offers_in_union
    assert provider.main_establishment_in_union
    assert not provider.represented_in_union
    assert provider.host_set == {"board.example", "img.board.example"}
    with pytest.raises(ValidationError):
        provider.name = "Another"  # type: ignore[misc]


def test_a_firm_outside_the_union_with_a_representative() -> None:
    places = [{"state": "US", "kind": "main"}, {"state": "IE", "kind": "representative"}]
    provider = parse_provider(changed(home_state="IE", establishments=places, offers_services_in=["US", "IE"]))
    assert provider.represented_in_union
    assert provider.offers_in_union
    assert not provider.main_establishment_in_union


def test_a_firm_that_offers_nothing_in_the_union_or_nothing_public() -> None:
    provider = parse_provider(changed(offers_services_in=["US"], services=["communications"]))
    assert not provider.offers_in_union
    assert not provider.hosts_for_public


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hosts", ["https://board.example/"], "hosts: Value error, 'https://board.example/' is not a host name"),
        ("hosts", ["127.0.0.1"], "is not a host name"),
        ("hosts", [], "hosts: Tuple should have at least 1 item"),
        ("home_state", "France", "home_state: String should match"),
        ("home_state", None, "home_state: Input should be a valid string"),
        ("languages", ["french"], "languages.0: String should match"),
        ("services", ["mail"], "services.0: Input should be 'hosting'"),
        ("retention", {"traffic": "a year"}, "retention: Value error, traffic: 'a year' is not a duration"),
        ("establishments", [{"state": "FR"}], "establishments.0.kind: Field required"),
        ("homestate", "FR", "homestate: Extra inputs are not permitted"),
        ("name", " ", "name: String should have at least 1 character"),
    ],
)
def test_each_fault_names_its_field_and_rule(field: str, value: object, said: str) -> None:
    with pytest.raises(InvalidProviderError) as caught:
        parse_provider(changed(**{field: value}))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"name: [", "not YAML"),
        (b"- a\n- b", "does not hold fields"),
        (b"", "does not hold fields"),
        (b"x: !!python/object:os.system {}", "not YAML"),
        (b"\xff\xfe\xfd", "not YAML"),
        (b"[" * 5000, "not YAML"),
        (b"a" * 70_000, "longer than"),
    ],
)
def test_what_is_no_profile_is_refused_in_words(text: bytes, said: str) -> None:
    with pytest.raises(InvalidProviderError, match=said):
        parse_provider(text)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_no_bytes_raise_anything_else(text: bytes | str) -> None:
    with contextlib.suppress(InvalidProviderError):
        assert isinstance(parse_provider(text), Provider)


def test_state_codes() -> None:
    assert len(MEMBER_STATES) == 27
    assert [state_code(text) for text in ("el", " fr ", "XX", "FRA", 5, "é1", "ÉÉ")] == [
        "GR", "FR", "XX", None, None, None, None,
    ]  # fmt: skip
    assert "XX" not in MEMBER_STATES


def test_a_profile_in_a_file_of_the_interface(tmp_path: Path) -> None:
    path = tmp_path / "provider.yaml"
    path.write_text(
        "name: Example Board\nlegal_name: Example Board SAS\nhome_state: FR\n"
        "establishments: [{state: FR, kind: main}, {state: IE, kind: designated}]\nsubject_to: [FR, EU]\n"
        "offers_services_in: [EU]\nhosts: [board.example]\nlanguages: [fr, en]\nservices: [hosting, public]\n"
        "retention: {traffic: P12M, subscriber: P12M}\n",
        encoding="utf-8",
    )
    assert parse_provider(path.read_bytes()).retention["traffic"] == "P12M"
