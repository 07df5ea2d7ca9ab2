"""What a demand for data asks, as far as it can be read; what people may find out about it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from comity import law
from comity.casefile.clock import Instant
from comity.law.asking import about_users, recordable, request
from comity.law.library import instrument


def asked(identifier: str, **changes: Any) -> Any:
    vectors = instrument(identifier).vectors
    order = copy.deepcopy(vectors["order"])
    for key, value in changes.items():
        section, _, field = key.partition("__")
        if field:
            order.setdefault(section, {})[field] = value
        else:
            order[section] = value
    provider = law.parse_provider(yaml.safe_dump(vectors["provider"]).encode())
    received = Instant.parse(vectors["received"])
    return request(law.judge(order, received=received, provider=provider, identifier=identifier))


def test_the_instruments_about_users_are_those_whose_forms_name_identifiers() -> None:
    assert "eu-tco" not in about_users()
    assert "eu-dsa-art9" not in about_users()
    assert {"eu-eevidence-production", "us-sca", "gdpr-48"} <= about_users()


def test_a_certificate_is_read_by_its_sections() -> None:
    found = asked("eu-eevidence-production")
    assert [(one.number, one.type, one.value, one.tricky) for one in found.asked] == [("1", "USER_ID", "mira_k", False)]
    assert found.asked[0].interval.start.z() == "2026-07-31T22:00:00Z"
    assert found.categories == ("SUBSCRIBER",)
    assert found.boxes == {"SUBSCRIBER": ("USER_INFORMATION", "REGISTRATION_INFORMATION")}
    assert (found.mode, found.keeps, found.stored, found.emergency) == ("STORED", False, True, False)
    assert (found.reference, found.issuer, found.state) == ("12 Js 345/26", "Staatsanwaltschaft Musterstadt", "DE")


def test_an_identifiers_own_time_comes_before_that_of_the_whole() -> None:
    own = {"id": "7", "type": "USER_ID", "value": "a", "start": "2026-08-02T00:00:00Z", "end": "2026-08-03T00:00:00Z"}
    found = asked("eu-eevidence-production", E={"identifiers": [own, {"type": "USER_ID", "value": "b"}]})
    assert [(one.number, one.interval is not None) for one in found.asked] == [("7", True), ("2", False)]


@pytest.mark.parametrize("named", ["nobody", [], [{"type": "USER_ID"}]])
def test_what_cannot_be_read_names_nobody(named: object) -> None:
    assert asked("eu-eevidence-production", E={"identifiers": named}).asked == ()


def test_a_look_alike_is_marked() -> None:
    found = asked("eu-eevidence-production", E={"identifiers": [{"type": "USER_ID", "value": "mirа_k"}]})
    assert found.asked[0].tricky


@pytest.mark.parametrize(
    ("identifier", "changes", "mode", "stored"),
    [
        ("eu-eevidence-preservation", {}, "PRESERVE", True),
        ("us-sca", {"process": "PRESERVATION_2703F"}, "PRESERVE", True),
        ("us-sca", {"mode": "REALTIME_METADATA"}, "REALTIME_METADATA", False),
    ],
)
def test_what_is_only_kept_and_what_nobody_carries_out(
    identifier: str, changes: dict[str, str], mode: str, stored: bool
) -> None:
    found = asked(identifier, **changes)
    assert (found.mode, found.stored, found.keeps) == (mode, stored, mode == "PRESERVE")


@pytest.mark.parametrize(
    ("identifier", "changes", "urgent"),
    [
        ("eu-eevidence-production", {"C__deadline": "IMMINENT_THREAT_TO_LIFE"}, True),
        ("eu-eevidence-production", {"C__deadline": "AS_SOON_AS_POSSIBLE"}, False),
        ("us-sca", {"process": "EMERGENCY"}, True),
        ("us-sca", {"emergency": True}, True),
        ("us-sca", {"process": "WARRANT", "emergency": False}, False),
        ("emergency-voluntary", {}, True),
    ],
)
def test_an_emergency_is_claimed_in_many_words(identifier: str, changes: dict[str, object], urgent: bool) -> None:
    assert asked(identifier, **changes).emergency is urgent


def test_an_authority_may_be_named_in_parts_or_not_at_all() -> None:
    found = asked("eu-eevidence-production", A={"issuing_authority": {"name": "Parquet", "city": "Paris"}})
    assert "Parquet" in found.issuer
    assert (found.reference, found.state) == ("", "")


def test_what_people_find_out_has_its_key_and_its_answers() -> None:
    known = recordable("eu-eevidence-production")
    assert known["content.stored"].answers == ("all", "some", "none")
    assert known["content.withdrawn"].answers == (True, False)
    assert known["person.kind"].path == "circumstances.person"
    assert known["provider.us_reach"].answers == (True, False)
    assert not any(name.startswith("person.") for name in recordable("eu-dsa-art9"))
