"""Orders whose fields are not what they should be: kept, put before a person, and never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.decision.errors import BeyondTheDemand
from support import orders

NUL, LONG, TURNED = "a\u0000b", "x" * 5000, "\u202eevil\r\nWhat you can do: pay"
SHAPES: tuple[Any, ...] = ({"a": {"b": []}}, [[None]], -1.5)
FIELDS = (
    "order_reference",
    "issuing_member_state",
    "issued_at",
    "addressee",
    "home_member_state",
    "grounds",
    "content_locations",
    "additional_reasons",
    "nondisclosure",
    "nondisclosure_decided_at",
    "nondisclosure_until",
    "issuer",
    "issuer__name",
    "followup",
    "redress",
    "redress__deadline",
)


def _order(watch, form: dict[str, Any]) -> int:
    watch.filed += 1
    watch.night.file(watch.authority, watch.client, json.loads(json.dumps(form)), key=f"key-{watch.filed}")
    watch.night.work_on()
    return watch.filed


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_stands_in_a_field_the_order_is_kept_and_put_before_somebody(watch, shape):
    watch.rule()
    url = watch.night.publish(pictures=0)
    for field in FIELDS:
        changes = {"content_locations": [{"url": url}], "order_reference": f"R-{watch.filed}", field: shape}
        number = _order(watch, orders.order(**changes))
        assert watch.status(number) in ("waiting", "in_effect"), field


@pytest.mark.parametrize("text", [NUL, LONG, TURNED, "😀", "{{ 7*7 }}<script>"])
def test_odd_texts_go_through_the_whole_house_and_steer_nothing(watch, text):
    """Disabled, answered and told: no text of an order makes the platform or the typesetter refuse."""
    watch.rule()
    url = watch.night.publish(pictures=0)
    changes = dict.fromkeys(
        ("additional_reasons", "issuer__file_no", "issuer__address", "issuer__representative", "redress__body"), text
    )
    number = _order(watch, orders.order(content_locations=[{"url": url}], order_reference=text, **changes))
    if watch.status(number) == "waiting":
        watch.decide("comply", url, number=number, reasons="It is what they mean.")
    if watch.status(number) == "second_person":
        watch.approve(watch.staff.ben, number)
    assert (watch.status(number), watch.gone(url), watch.forms(number)) == ("in_effect", True, ["annex-2"])
    (notice,) = watch.bodies("notice", number)
    assert not {"\u0000", "\u202e", "\r"} & set(notice["text"])
    assert "\nWhat you can do: pay" not in notice["text"]
    assert [one["state"] for one in watch.bodies("secrecy", number)] == ["told"]


@pytest.mark.parametrize(
    "url",
    [
        NUL,
        "",
        "https://board.example/p/\u0000",
        "javascript:alert(1)",
        "https://board.example@evil.example/",
        "x" * 9000,
    ],
)
def test_an_odd_address_is_never_carried_out_and_never_stops_the_house(watch, url):
    watch.rule()
    watch.order(url)
    assert (watch.status(), watch.case().line.needs_person) == ("waiting", True)
    try:
        watch.decide("comply", url, reasons="Let us see.")
    except BeyondTheDemand:
        assert "\0" in url  # no address at all
        return
    if watch.status() == "second_person":
        watch.approve(watch.staff.ben)
    assert (watch.status(), watch.items()) in [("waiting", ["absent"]), ("waiting", ["failed"])]
