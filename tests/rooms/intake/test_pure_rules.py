from __future__ import annotations

import string
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from comity.casefile.clock import Instant
from comity.intake import rules
from comity.intake.faults import FAULTS, fault, under
from comity.intake.form import from_fields, from_layout, looks_like_an_order
from comity.intake.labels import layout_labels
from comity.intake.reading import Read, Signature, read_json
from comity.intake.rules import Earlier
from comity.law import article_text, instrument
from comity.law.asking import about_users
from comity.law.library import INSTRUMENTS
from comity.registry.means import AuthorityState, CredentialKind, HeldAuthority, HeldCredential
from comity.registry.roles import OLD, may_file, needed, roles
from support import orders

AT = Instant.parse("2026-11-23T01:13:00Z")
AUTHORITY = HeldAuthority(
    "a" * 32, "Office central de test", "FR", frozenset({"12(1)(a)"}), AuthorityState.CONFIRMED, (), "x@y.example"
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["content_locations", "addressee", "issuer", "order_reference", "issuing_member_state", "redress"]
)


def held(**changes) -> HeldCredential:
    values = {
        "id": "c", "kind": CredentialKind.CERTIFICATE, "mark": "ab" * 32, "authority": AUTHORITY, "proposed_by": "p",
        "confirmed_by": "q", "active_from": AT, "not_before": None, "not_after": None, "withdrawn": False,
    }  # fmt: skip
    return HeldCredential(**(values | changes))


def signature(**changes) -> Signature:
    values = {"method": "pades", "intact": True, "covers": "whole", "fingerprint": "ab" * 32, "signed_at": None}
    return Signature(**(values | changes))


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_names_its_field_its_rule_and_an_article(code):
    made = fault(code, "somewhere", "seen")
    assert made.message.startswith("somewhere: ")
    assert made.citations
    assert all(article in made.message for article in made.citations)
    assert all(article.startswith(("2021/784 Art ", "2023/1543 Art ")) for article in made.citations)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"issued_at": "2026-11-23T02:10:00"}, "no_offset", "issued_at"),
        ({"issued_at": "23.11.2026"}, "not_a_time", "issued_at"),
        ({"issued_at": None}, "missing", "issued_at"),
        ({"content_locations": []}, "empty", "content_locations"),
        (
            {"content_locations": [{"url": "https://board.example@evil.example/"}]},
            "not_a_url",
            "content_locations[0].url",
        ),
        ({"grounds": ["INSULTS"]}, "not_an_option", "grounds[0]"),
        ({"redress__deadline": "soon"}, "not_a_deadline", "redress.deadline"),
    ],
)
def test_what_is_wrong_with_the_form_itself_the_law_room_names(change, code, field):
    read = read_json(orders.as_json(orders.order(**change)))
    found = instrument("eu-tco").order_form.read(read.form).faults
    assert (code, field) in [(item.code, item.field) for item in found]
    assert all(item.citations and item.citations[0] in item.message for item in found)


def test_the_builders_orders_have_no_fault_at_all():
    for form in (orders.order(), orders.cross_border_order()):
        assert instrument("eu-tco").order_form.read(form).faults == []


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (None, "certificate_unknown"),
        (held(withdrawn=True), "certificate_withdrawn"),
        (held(not_after=Instant.parse("2026-11-23T01:12:59Z")), "certificate_expired"),
        (held(not_before=Instant.parse("2026-11-23T01:13:01Z")), "certificate_not_yet_valid"),
        (held(), None),
    ],
)
def test_a_certificate_counts_at_the_instant_of_receipt(found, code):
    wrong = rules.certificate_fault(signature(), found, AT)
    assert (wrong.code if wrong else None) == code


def test_a_claimed_time_never_revives_an_expired_certificate():
    expired = held(not_after=Instant.parse("2026-11-01T00:00:00Z"))
    claims = signature(signed_at=Instant.parse("2026-10-01T00:00:00Z"))
    wrong = rules.certificate_fault(claims, expired, AT)
    assert wrong is not None
    assert wrong.code == "certificate_expired"


@pytest.mark.parametrize(
    ("claimed", "code"), [("2026-11-23T01:17:00Z", None), ("2026-11-23T01:19:00Z", "signature_claimed_time")]
)
def test_a_signature_from_the_future_is_not_believed(claimed, code):
    wrong = rules.certificate_fault(signature(signed_at=Instant.parse(claimed)), held(), AT)
    assert (wrong.code if wrong else None) == code


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (signature(intact=False), "signature_broken"),
        (signature(covers="added_after"), "signature_added_after"),
        (signature(covers="part"), "signature_not_whole_file"),
    ],
)
def test_what_is_wrong_with_a_signature_is_named(found, code):
    assert [item.code for item in rules.signature_faults(Read(signatures=(found,)))] == [code]
    assert not found.sound


def test_a_sound_signature_has_no_fault():
    assert rules.signature_faults(Read(signatures=(signature(),))) == ()


@pytest.mark.parametrize(
    ("new", "old", "repeats"),
    [
        (("1", "r", "A", {"x"}), ("2", "r", "A", {"x"}), True),
        (("1", "r", "A", {"x"}), ("2", "r", "A", {"x", "y"}), True),
        (("1", "r", "A", {"x", "y"}), ("2", "r", "A", {"x"}), False),
        (("1", "r", "A", {"x"}), ("2", "r", "", {"x"}), False),
        (("1", "r", "A", {"x"}), ("2", "r", "B", {"x"}), False),
        (("1", "r", "A", {"x"}), ("2", "s", "A", {"x"}), False),
        (("1", "r", "", {"x"}), ("2", "r", "A", {"x"}), True),
        (("1", "", "A", set()), ("1", "", "A", set()), True),
        (("1", "", "A", set()), ("1", "", "", set()), False),
        (("1", "", "", set()), ("2", "", "", set()), False),
        (("1", "r", "A", set()), ("2", "r", "A", {"x"}), False),
    ],
)
def test_what_repeats_what(new, old, repeats):
    def earlier(case: str, parts) -> Earlier:
        return Earlier(case, parts[0], parts[1], parts[2], frozenset(parts[3]))

    assert (rules.repetition(earlier("new", new), [earlier("old", old)]) == "old") is repeats


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://board.example/posts/1", "https://BOARD.example/posts/1/"),
        ("https://board.example/posts/1", "http://board.example/posts/1#comments"),
    ],
)
def test_one_address_in_two_spellings(one, other):
    assert rules.address_key(one) == rules.address_key(other)


def test_an_address_without_a_host_is_compared_as_written():
    assert rules.address_key("board.example/posts/1") == "board.example/posts/1"


def test_addresses_that_differ_only_in_their_route_are_different_things() -> None:
    base = "https://matrix.to/#/!room:chat.example/"
    assert rules.address_key(f"{base}$one") != rules.address_key(f"{base}$two")
    same = {
        f"{base}$one",
        f"{base}$one?via=a.example",
        f"{base}%24one/",
        "https://matrix.to/#/%21room%3Achat.example/$one",
    }
    assert len({rules.address_key(url) for url in same}) == 1
    assert rules.address_key("https://board.example/p/1#comments") == rules.address_key("https://board.example/p/1")


def test_two_addresses_stay_two():
    keys = {
        rules.address_key(f"https://board.example{path}")
        for path in ("/posts/1", "/posts/2", "/posts/1?page=2", "/Posts/1")
    }
    assert len(keys) == 4


@pytest.mark.parametrize("language", ["fr", "de"])
def test_labels_of_other_languages_are_known(language):
    fields = instrument("eu-tco").order_form.form.fields
    wanted = next(field.labels[language] for field in fields if field.key == "order_reference")
    assert ("order_reference", wanted) in layout_labels()


@given(st.dictionaries(KEYS, ANYTHING))
def test_any_form_is_judged(form):
    rules.url_faults(form, ("board.example",))
    rules.addressee_fault(form, ("Example Board",))
    rules.issuer_fault(form, AUTHORITY)
    rules.reference_of(form)
    [rules.address_key(url) for _place, url in rules.locations(form)]
    looks_like_an_order(form)


@given(st.text(alphabet=string.printable + "аｅ@\\", max_size=60))
def test_any_address_is_judged(text):
    for url in (text, f"https://{text}", f"https://board.example{text}"):
        rules.url_faults({"content_locations": [{"url": url}]}, ("board.example",))
        rules.address_key(url)


@given(
    st.dictionaries(
        st.text(alphabet="abc.019", max_size=12)
        | st.sampled_from(["grounds.INCITES", "redress.deadline", "content_locations.0.url", "content_locations.0"]),
        st.text(max_size=9) | st.booleans(),
        max_size=12,
    )
)
def test_any_fields_become_a_form(fields):
    from_fields(fields)


@given(
    st.dictionaries(st.sampled_from([key for key, _label in layout_labels()]), st.text(max_size=40)),
    st.lists(st.text(max_size=30)),
)
def test_any_layout_becomes_a_form(values, texts):
    from_layout(values, {"ticked": texts, "empty": texts})


@pytest.mark.parametrize(
    ("authority", "old_authority", "codes"),
    [
        ("", "", {"bytes_repeated", "reference_repeated", "object_repeated"}),
        ("A", "A", {"bytes_repeated", "reference_repeated", "object_repeated"}),
        ("", "A", {"bytes_repeated", "reference_repeated", "object_repeated"}),
        ("A", "", set()),
    ],
)
def test_what_a_person_should_know_of_earlier_messages(authority, old_authority, codes):
    new = Earlier("new", "1", "r", authority, frozenset({"x"}))
    found = rules.repetition_faults(new, [Earlier("old", "1", "r", old_authority, frozenset({"x", "y"}))])
    assert {item.code for item in found} == codes
    assert all("case old" in item.message for item in found)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({}, ()),
        ({"content_locations": "https://board.example/1"}, ()),
        ({"content_locations": [{"url": "u"}, {"link": "v"}, "w", 7, {"url": ""}]}, ((0, "u"), (2, "w"))),
    ],
)
def test_addresses_keep_their_places_and_what_is_no_text_is_passed_over(form, found):
    assert rules.locations(form) == found


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://board.example/posts/1", None),
        ("https://board.example@evil.example/", "url_user_info"),
        ("https://bоard.example/posts/1", "url_lookalike"),
        ("https://example.com:8443/posts/1", "url_other_host"),
        ("https://bücher.example/", "url_punycode"),
        ("https://xn--bcher-kva.example/", "url_punycode"),
        ("https:///posts/1", "url_unreadable"),
        ("https://other.example", "url_other_host"),
    ],
)
def test_an_address_that_is_not_ours_is_told_by_its_trick(url, code):
    found = rules.url_faults({"content_locations": [{"url": url}]}, ("board.example",))
    assert [(item.code, item.field) for item in found] == ([(code, "content_locations[0].url")] if code else [])


@pytest.mark.parametrize(
    ("addressee", "another"),
    [
        (None, False),
        ("", False),
        ("Example Board S.A.S., Paris", False),
        ({"name": "Example Board", "place": "Paris"}, False),
        (["Other Board", 7], True),
        ("Other Board GmbH", True),
    ],
)
def test_an_order_to_another_provider_is_told(addressee, another):
    found = rules.addressee_fault({"addressee": addressee}, ("", "Example Board SAS"))
    assert (found is not None) is another


def test_no_signature_is_told_once_and_an_unknown_openpgp_key_by_its_end():
    assert [item.code for item in rules.signature_faults(Read())] == ["signature_absent"]
    drawn = Read(faults=(fault("signature_image", "issuer.stamp_signature"),))
    assert rules.signature_faults(drawn) == ()
    unknown = signature(method="openpgp", unknown=True, fingerprint="f" * 24 + "0123456789abcdef")
    (found,) = rules.signature_faults(Read(signatures=(unknown,)))
    assert found.code == "certificate_unknown"
    assert "0123456789abcdef" in found.message


@pytest.mark.parametrize(
    ("author", "domains", "another"),
    [
        (None, {"police.example"}, False),
        ("a@police.example.", {"police.example"}, False),
        ("a@gmail.example", set(), False),
        ("a@gmail.example", {"police.example"}, True),
        ("a@police.example@gmail.example", {"police.example"}, True),
    ],
)
def test_a_signed_mail_from_a_domain_that_is_not_the_authoritys_is_told(author, domains, another):
    authority = replace(AUTHORITY, mail_domains=frozenset(domains))
    assert [item.code for item in rules.author_faults(author, authority)] == (["mail_author_other"] if another else [])


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, None),
        ({"issuing_member_state": " fr "}, None),
        ({"issuing_member_state": "DE"}, "issuing_member_state"),
        ({"issuer": {"name": "Office Central de Test"}}, None),
        ({"issuer.name": "Office central de test, section 2"}, None),
        ({"issuer.name": "test"}, None),
        ({"issuer.name": "de"}, "issuer.name"),
        ({"issuer": {"name": "Bundeskriminalamt"}}, "issuer.name"),
        ({"issuer": {"name": 7}}, None),
        ({"A": {"issuing_state": "FR"}}, None),
        ({"A": {"issuing_state": "DE"}}, "A.issuing_state"),
        ({"A": {}, "issuing_member_state": "DE"}, "issuing_member_state"),
        ({"A": 7, "issuer": {"name": "Bundeskriminalamt"}}, "issuer.name"),
    ],
)
def test_an_order_in_another_authoritys_name_is_told(form, field):
    found = rules.issuer_fault(form, AUTHORITY)
    assert (found.field if found else None) == field


@pytest.mark.parametrize(("value", "same"), [("OFAC  2026\n-7", "ofac 2026 -7"), (7, ""), (None, "")])
def test_a_reference_is_compared_without_case_and_space(value, same):
    assert rules.reference_of({"order_reference": value}) == same


def test_what_shares_nothing_with_earlier_messages_has_no_fault():
    new = Earlier("new", "1", "r", "", frozenset({"x"}))
    assert rules.repetition_faults(new, [Earlier("old", "2", "s", "", frozenset({"y"}))]) == ()


LAWS = sorted(INSTRUMENTS)


@pytest.mark.parametrize("identifier", LAWS)
def test_every_law_has_a_role_under_which_one_files(identifier):
    assert len(needed(identifier)) >= 1
    assert all(row.certainty in ("official", "secondary") for row in needed(identifier))


@pytest.mark.parametrize("role", sorted(roles()))
def test_every_article_of_a_role_is_on_the_shelf(role):
    row = roles()[role]
    assert row.files <= INSTRUMENTS.keys()
    assert all(article_text(article) for article in row.citations)


@pytest.mark.parametrize("identifier", LAWS)
@pytest.mark.parametrize("role", sorted(roles()))
def test_a_demand_is_authenticated_only_by_a_role_that_names_its_law(identifier, role):
    found = rules.role_fault(identifier, replace(AUTHORITY, roles=frozenset({role})))
    assert (found is None) == (identifier in roles()[role].files)
    if found is not None:
        assert found.field == "sender"
        assert role in found.message
        assert set(found.citations) == {article for row in needed(identifier) for article in row.citations}


def test_an_authority_for_removal_orders_demands_no_data():
    assert may_file({"12(1)(a)"}) == {"eu-tco"}
    assert not may_file(OLD) & about_users()


@pytest.mark.parametrize("held", [(), ("12(1)(e)",), ("data:xx",), ("2023/1543:enforcing",), ("12(1)(b)", "12(1)(d)")])
def test_what_no_row_names_lets_nobody_file(held):
    assert may_file(held) == frozenset()


def test_a_law_that_nobody_may_demand_under_authenticates_nobody():
    found = rules.role_fault("xx-law", replace(AUTHORITY, roles=frozenset(roles())))
    assert found is not None
    assert "a role that nobody has" in found.message


def test_another_authority_without_the_role_is_told_both_under_that_law():
    form = {"instrument": "us-sca", "issuing_state": "US", "authority": "Another one"}
    found = rules.sender_faults(form, "us-sca", AUTHORITY)
    assert [one.code for one in found] == ["sender_is_another_authority", "authority_without_role"]
    assert {article for one in found for article in one.citations} == {"18 USC 2711(4)"}


@pytest.mark.parametrize("identifier", LAWS)
@pytest.mark.parametrize("code", sorted(FAULTS))
def test_a_fault_cites_the_law_of_the_demand(identifier, code):
    made = fault(code, "somewhere", "seen [in brackets]")
    read = under(made, identifier)
    assert (read.code, read.field) == (made.code, made.field)
    assert read.message.removesuffix(f"[{', '.join(read.citations)}]") == made.message.removesuffix(
        f"[{', '.join(made.citations)}]"
    )
    assert under(read, identifier) == read
    if identifier == "eu-tco":
        assert read == made
    else:
        assert not any(article.startswith("2021/784") for article in read.citations)
        assert all(article_text(article) for article in read.citations)


def test_a_fault_with_articles_of_its_own_keeps_them():
    made = fault("sender_not_verified", "sender", citations=("GDPR Art 32",))
    assert under(made, "us-sca") == made
    assert made.message.endswith("[GDPR Art 32]")
    assert under(made.model_copy(update={"code": "unknown"}), "us-sca").code == "unknown"
