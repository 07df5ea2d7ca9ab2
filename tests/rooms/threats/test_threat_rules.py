"""Who is told of a threat to life, by which provision; what the form takes; every branch, and any text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Certainty
from comity.casefile.documents.threat import Ground, Tell
from comity.docket.threat_contacts import ThreatContacts, UnusableContacts, parse
from comity.docket.threats import rules
from comity.docket.threats.errors import LookedAt, NotOpen, SamePersonLooks, UnusableForm
from comity.law.recipients import recipients

NOW = Instant.parse("2026-11-23T01:13:00Z")
CONTACTS = ThreatContacts({"DE": "a@de.example", "EUROPOL": "e@example.org", "HOME": "h@example.org"})
BOOK = recipients()
BOTH = (Ground.IMMINENT, Ground.SUSPICION)
SOUND: dict[str, Any] = {
    "hsp_name": "Board", "home_member_state": "FR", "our_reference": "T-1", "authorised_person": "Mia",
    "contact_email": "orders@board.example", "decided_at": "2026-11-23T01:13:00Z", "grounds": ["IMMINENT"],
    "known_at": "2026-11-23T01:10:00Z", "explanation": "A threat.", "content_description": "A film.",
    "told": ["Europol"],
}  # fmt: skip


def told(grounds: Any, states: tuple[str, ...], home: str = "FR") -> list[tuple[Tell, str, str]]:
    routes = rules.routes(grounds, states, NOW)
    return [(to.tell, to.state, to.citation) for to in rules.told(routes, states, home, BOOK, CONTACTS)]


@pytest.mark.parametrize(
    ("grounds", "states", "wanted"),
    [
        ([Ground.IMMINENT], ("DE",), [(Tell.STATE, "DE", "2021/784 Art 14(5)")]),
        ([Ground.SUSPICION], ("DE", "IT"),
         [(Tell.STATE, "DE", "2022/2065 Art 18(1)"), (Tell.STATE, "IT", "2022/2065 Art 18(1)")]),
        (BOTH, ("DE",), [(Tell.STATE, "DE", "2021/784 Art 14(5)")]),
        ([Ground.IMMINENT], (),
         [(Tell.HOME_CONTACT, "FR", "2021/784 Art 14(5)"), (Tell.EUROPOL, "", "2021/784 Art 14(5)")]),
        ([Ground.SUSPICION], (),
         [(Tell.HOME_STATE, "FR", "2022/2065 Art 18(2)"), (Tell.EUROPOL, "", "2022/2065 Art 18(2)")]),
        (BOTH, (), [(Tell.HOME_CONTACT, "FR", "2021/784 Art 14(5)"), (Tell.EUROPOL, "", "2021/784 Art 14(5)")]),
        ([], ("DE",), []),
        ([], (), []),
    ],
)  # fmt: skip
def test_whom_the_provisions_name(grounds: Any, states: tuple[str, ...], wanted: Any) -> None:
    assert told(grounds, states) == wanted


def test_what_is_not_sure_says_so() -> None:
    routes = rules.routes([Ground.IMMINENT], ("DE", "FR", "IT"), NOW)
    found = rules.told(routes, ("DE", "FR", "IT"), "FR", BOOK, CONTACTS)
    assert [(to.name != "", to.address, to.certainty) for to in found] == [
        (True, "a@de.example", Certainty.OFFICIAL),
        (True, "", Certainty.UNCONFIRMED),
        (False, "", Certainty.UNCONFIRMED),
    ]
    home = rules.told(rules.routes([Ground.IMMINENT], (), NOW), (), "DE", BOOK, CONTACTS)[0]
    assert (home.name, home.certainty) == ("Bundeskriminalamt (BKA)", Certainty.OFFICIAL)


@pytest.mark.parametrize("grounds", [[Ground.IMMINENT], [Ground.SUSPICION]])
def test_a_provider_outside_the_union_still_tells_europol(grounds: Any) -> None:
    found = rules.told(rules.routes(grounds, (), NOW), (), "CH", BOOK, CONTACTS)
    assert [to.name for to in found] == ["", "Europol"]


def test_every_member_state_has_a_row_and_only_marked_names() -> None:
    assert len(BOOK.states) == 27
    named = {state: row.state.certainty.value for state, row in BOOK.states.items() if row.state}
    assert named == {"DE": "official", "FR": "unconfirmed"}


@pytest.mark.parametrize(
    ("text", "wanted"), [("", ()), ("de", ("DE",)), ("FR, DE;de  el", ("DE", "FR", "GR")), (" , ", ())]
)
def test_states_as_people_write_them(text: str, wanted: tuple[str, ...]) -> None:
    assert rules.read_states(text) == wanted


@given(st.text(max_size=60))
def test_any_text_is_states_or_refused(text: str) -> None:
    try:
        found = rules.read_states(text)
    except UnusableForm:
        return
    assert set(found) <= set(BOOK.states)
    assert list(found) == sorted(set(found))


def test_a_sound_form_may_go_out_and_empty_fields_are_left_out() -> None:
    assert rules.checked({**SOUND, "account": "", "content_locations": [], "published_at": None}) == SOUND


@pytest.mark.parametrize("missing", sorted(SOUND))
def test_no_form_goes_out_without_a_mandatory_field(missing: str) -> None:
    with pytest.raises(UnusableForm, match=missing):
        rules.checked({**SOUND, missing: ""})


def test_a_field_that_the_form_does_not_know_goes_nowhere() -> None:
    with pytest.raises(UnusableForm, match="knows no field religion"):
        rules.checked({**SOUND, "religion": "none"})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*sorted(SOUND), "account", "states", "content_locations", "x"]), _JSON))
def test_any_values_are_read_or_refused(values: dict[str, Any]) -> None:
    try:
        kept = rules.checked({**SOUND, **values})
    except UnusableForm as refused:
        assert refused.code == "threats.unusable_form"  # noqa: PT017 -- any other failure fails the test
        return
    assert rules.checked(kept) == kept
    assert set(SOUND) <= set(kept)


def test_addresses_one_a_line() -> None:
    assert rules.read_locations(" https://a.example/1 \n\n") == [{"url": "https://a.example/1"}]
    with pytest.raises(UnusableForm, match="200"):
        rules.read_locations("x\n" * 201)


def test_who_may_decide_and_who_may_look() -> None:
    rules.check_open("raised")
    for state in ("telling", "informed", "no_threat", "closed"):
        with pytest.raises(NotOpen):
            rules.check_open(state)
    rules.check_second("mia", "", "ben")
    for decided, confirmed, person, failure in (
        ("", "", "ben", NotOpen),
        ("mia", "ben", "carla", LookedAt),
        ("mia", "", "mia", SamePersonLooks),
    ):
        with pytest.raises(failure):
            rules.check_second(decided, confirmed, person)


@pytest.mark.parametrize(
    ("progress", "all_told"),
    [([], False), (["delivered"], True), (["delivered", "by_hand"], False), (["ordered"], False)],
)
def test_nobody_is_never_everybody(progress: list[str], all_told: bool) -> None:
    assert rules.all_told(progress) is all_told


# -- the provider's own addresses --------------------------------------------------------------------------------------


def test_contacts_are_read() -> None:
    found = parse(" de=a@b.example ,EUROPOL=e@f.example,, home = h@i.example, EL=g@h.example")
    assert [found.of(one) for one in ("DE", "EUROPOL", "HOME", "GR", "FR")] == [
        "a@b.example", "e@f.example", "h@i.example", "g@h.example", "",
    ]  # fmt: skip
    assert parse("").addresses == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "DE",
        "DE=",
        "=a@b.example",
        "XX=a@b.example",
        "CH=a@b.example",
        "DE=nobody",
        "DE=a@b.example,DE=c@d.example",
        "DE=a@b.example\nBcc: x@y.example",
    ],
)
def test_contacts_that_cannot_be_used(wrong: str) -> None:
    with pytest.raises(UnusableContacts):
        parse(wrong)


@given(st.text(max_size=80))
def test_any_text_is_contacts_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except UnusableContacts:
        return
    assert all("@" in address and "\n" not in address for address in found.addresses.values())


def test_a_state_that_is_no_member_state_is_named() -> None:
    assert rules.read_states("DE, FR de") == ("DE", "FR")
    with pytest.raises(UnusableForm, match="US"):
        rules.read_states("FR; US")
