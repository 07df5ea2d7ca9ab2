"""Types of incidents as data: ours are sound and marked, a provider's own file is read or refused with its field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.docket.incident_types import Types, UnusableTypes, from_file, ours, parse

SOUND = """
legal_basis: our terms
confirm_within: PT30M
shortest: PT1M
longest: P1D
pace: 60
types: [{id: storm, label: Storm, labels: {fr: Tempête}, meaning: A storm., certainty: unconfirmed}]
"""


def test_ours_name_only_one_programme_and_mark_the_rest() -> None:
    found = ours()
    marked = {one.id: (one.programme is not None, one.certainty.value) for one in found.types}
    assert marked.pop("perpetrator_content") == (True, "official")
    assert set(marked.values()) == {(False, "unconfirmed")}
    assert {"bombing", "vehicle_attack", "live_streamed_attack"} <= set(marked)
    assert all({"fr", "de"} <= set(one.labels) for one in found.types)
    assert not {"cip", "ci", "i"} & set(marked)


def test_a_provider_may_have_its_own(tmp_path: Path) -> None:
    (tmp_path / "types.yaml").write_text(SOUND, encoding="utf-8")
    found = from_file(tmp_path / "types.yaml")
    storm = found.named("storm")
    assert storm is not None
    assert (storm.named("fr"), storm.named("de"), found.named("bombing")) == ("Tempête", "Storm", None)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("PT30M", "soon", "confirm_within"),
        ("PT1M", "P0D", "shortest"),
        ("pace: 60", "pace: 1", "pace"),
        ("pace: 60", "pace: 60\nbudget: 1", "budget"),
        ("certainty: unconfirmed", "certainty: sure", "types.0.certainty"),
        ("id: storm", "id: 'A storm'", "types.0.id"),
        ("legal_basis: our terms", "legal_basis: ''", "legal_basis"),
    ],
)
def test_what_cannot_be_used_is_named(old: str, new: str, field: str) -> None:
    with pytest.raises(UnusableTypes, match=field.replace(".", r"\.")):
        parse(SOUND.replace(old, new))


def test_an_identifier_names_one_type() -> None:
    one = "{id: storm, label: Storm, meaning: A storm., certainty: unconfirmed}"
    with pytest.raises(UnusableTypes, match="two types"):
        parse(SOUND.replace("types: [", f"types: [{one}, "))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except UnusableTypes:
        return
    assert isinstance(found, Types)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnusableTypes, match="cannot be read"):
        from_file(tmp_path / "none.yaml")
    (tmp_path / "latin").write_bytes(b"types: \xff")
    with pytest.raises(UnusableTypes, match="UTF-8"):
        from_file(tmp_path / "latin")
    (tmp_path / "long").write_bytes(b"#" * (256 * 1024 + 1))
    with pytest.raises(UnusableTypes, match="longer"):
        from_file(tmp_path / "long")
