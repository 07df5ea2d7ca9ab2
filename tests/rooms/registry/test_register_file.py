from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.registry.errors import UnusableRegisterError
from comity.registry.means import AuthorityRole, AuthorityState, HeldAuthority, HeldNumber
from comity.registry.register_file import FORMAT, ReadBy, differences, read_register

NOW = Instant.parse("2026-11-23T02:13:00Z")
BY = ReadBy("a" * 32, "https://register.example", NOW)
ROW = {
    "reference": "FR-1",
    "name": "Office central de test",
    "member_state": "FR",
    "roles": ["12(1)(a)"],
    "mail_domains": ["Authority.example"],
    "telephone": ["+33140000000"],
    "contact": "orders@authority.example",
}
CSV = (
    "reference,name,member_state,roles,mail_domains,telephone,contact\r\n"
    'FR-1,"Office central, de test",FR,12(1)(a) 12(1)(b),authority.example,+33140000000,orders@authority.example\r\n'
)


def as_json(*rows: object, **change: object) -> bytes:
    whole = {"format": FORMAT, "source": "https://register.example", "read_at": "2026-11-23T02:13:00Z"}
    return json.dumps({**whole, "authorities": list(rows), **change}).encode()


def test_json_and_csv_give_proposals() -> None:
    one = read_register(as_json(ROW), "application/json", BY).proposals[0]
    assert one.register_reference == "FR-1"
    assert one.mail_domains == ("authority.example",)
    assert one.numbers[0].sources[0].place == "https://register.example"
    two = read_register(CSV.encode(), "text/csv", BY).proposals[0]
    assert two.name == "Office central, de test"
    assert two.roles == {AuthorityRole.ISSUES, AuthorityRole.SCRUTINISES}


@pytest.mark.parametrize(
    ("data", "media_type", "says"),
    [
        (b"", "application/json", "not JSON"),
        (b"{}", "application/json", "format"),
        (as_json(ROW, format="other"), "application/json", "format"),
        (as_json(ROW, read_at="yesterday"), "application/json", "read_at"),
        (as_json(ROW, authorities=[1]), "application/json", "list of objects"),
        (as_json(), "application/json", "0 authorities"),
        (as_json(ROW, ROW), "application/json", "row 2: reference: stands twice"),
        (as_json({**ROW, "roles": ["12(1)(e)"]}), "application/json", "row 1: roles"),
        (as_json({**ROW, "roles": "12(1)(a)"}), "application/json", "row 1: roles: must be a list"),
        (as_json({**ROW, "name": 7}), "application/json", "row 1: name: must be a text"),
        (as_json({**ROW, "extra": ""}), "application/json", "row 1: extra: not a column"),
        (as_json({**ROW, "reference": ""}), "application/json", "row 1: reference"),
        (as_json({**ROW, "telephone": ["0140000000"]}), "application/json", "row 1: numbers"),
        (as_json(ROW)[:-1] + b', "format": "x"}', "application/json", "format"),
        (b"\xff\xfe", "text/csv", "CSV in UTF-8"),
        (b"", "text/csv", "first line"),
        (CSV.replace("reference,", "ref,").encode(), "text/csv", "first line"),
        (CSV.replace(",FR,", ",").encode(), "text/csv", "Row 1"),
        (CSV.replace('test"', 'test"x').encode(), "text/csv", "CSV in UTF-8"),
        (b"a" * 1_000_001, "text/csv", "more than"),
        (b"PK", "application/zip", "neither"),
    ],
)
def test_an_unusable_file_says_why_and_gives_nothing(data: bytes, media_type: str, says: str) -> None:
    with pytest.raises(UnusableRegisterError) as told:
        read_register(data, media_type, BY)
    assert says in str(told.value)


def test_every_fault_is_told_with_its_row() -> None:
    with pytest.raises(UnusableRegisterError) as told:
        read_register(as_json(*[{**ROW, "reference": str(n), "name": ""} for n in range(60)]), "application/json", BY)
    assert "row 1: name" in str(told.value)
    assert "row 50: name" in str(told.value)
    assert "10 more" in str(told.value)


@given(st.binary(max_size=400), st.sampled_from(["application/json", "text/csv", "text/html"]))
def test_any_bytes_are_read_or_refused(data: bytes, media_type: str) -> None:
    with pytest.raises(UnusableRegisterError):
        read_register(data, media_type, BY)


@given(st.dictionaries(st.sampled_from(list(ROW)), st.none() | st.text(max_size=5) | st.lists(st.text(max_size=3))))
def test_any_row_is_read_or_refused(change: dict[str, object]) -> None:
    try:
        assert len(read_register(as_json({**ROW, **change}), "application/json", BY).proposals) == 1
    except UnusableRegisterError as error:
        assert "row 1" in str(error) or "message" in str(error)  # noqa: PT017 -- either outcome is right here


HELD = HeldAuthority(
    id="a" * 32,
    name="Office central de test",
    member_state="FR",
    roles=frozenset({AuthorityRole.ISSUES}),
    state=AuthorityState.CONFIRMED,
    mail_domains=("authority.example",),
    feedback_contact="orders@authority.example",
    numbers=(HeldNumber("1" * 32, "+33140000000", NOW), HeldNumber("2" * 32, "+33150000000", NOW)),
    register_reference="FR-1",
)


def test_differences_are_new_changed_and_absent() -> None:
    same = read_register(as_json(ROW), "application/json", BY)
    assert differences(same, [HELD]) == []
    moved = read_register(as_json({**ROW, "contact": "evil@authorlty.example"}), "application/json", BY)
    (changed,) = differences(moved, [HELD])
    assert changed.change == "changed"
    assert list(changed.fields) == ["contact"]
    other = read_register(as_json({**ROW, "reference": "FR-2"}), "application/json", BY)
    assert [item.change for item in differences(other, [HELD])] == ["new", "absent"]


def test_an_authority_that_came_from_no_register_is_never_absent() -> None:
    own = HeldAuthority(**{**HELD.__dict__, "register_reference": None})
    assert [item.change for item in differences(read_register(as_json(ROW), "application/json", BY), [own])] == ["new"]
