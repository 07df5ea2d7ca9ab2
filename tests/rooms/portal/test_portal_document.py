"""The typed form beside a document: what is the same is never a difference, what differs always is one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.documents.demand import Reading
from support import orders

PLACES = (
    "order_reference", "additional_reasons", "contact_point", "issuer.name", "issuer.file_no", "redress.body",
)  # fmt: skip


def read(form: dict[str, Any], reading: Reading = Reading.FORM) -> Any:
    from comity.intake.reading import Read

    return Read(form=form, reading=reading)


def changed(name: str, value: str) -> dict[str, Any]:
    return orders.order(**{name.replace(".", "__"): value})


@given(st.sampled_from(PLACES), st.text(min_size=1).filter(str.strip))
def test_what_differs_is_named_by_its_field(name: str, value: str) -> None:
    from comity.intake.portal import differences

    form = orders.order()
    other = changed(name, value)
    found = [one.field for one in differences(form, read(other))]
    assert set(found) <= {name}
    assert differences(other, read(other)) == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_document_breaks_the_comparison(value: Any) -> None:
    from comity.intake.portal import differences

    for form in ({"order_reference": value}, {"issuer": value}, value if isinstance(value, dict) else {}):
        assert len(differences(orders.order(), read(form))) <= 20
        assert len(differences(form, read(orders.order(), Reading.LAYOUT))) <= 20


def test_white_space_case_and_offsets_are_no_difference() -> None:
    from comity.intake.portal import differences

    form = orders.order(issued_at="2026-11-23T02:10:00+01:00", order_reference="OFAC 417")
    same = orders.order(issued_at="2026-11-23T01:10:00Z", order_reference="ofac  417\n")
    assert differences(form, read(same)) == ()


def test_a_document_that_says_nothing_and_a_printed_one() -> None:
    from comity.intake.portal import differences

    (nothing,) = differences(orders.order(), read({}, Reading.NONE))
    assert nothing.code == "form_differs_document"
    printed = {"order_reference": "OFAC-9"}
    assert [one.field for one in differences(orders.order(), read(printed, Reading.LAYOUT))] == ["order_reference"]
    urls = [{"url": "https://board.example/b"}, {"url": "https://board.example/a"}]
    turned = orders.order(content_locations=urls)
    assert differences(turned, read(orders.order(content_locations=urls[::-1]))) == ()
