"""JSON from strangers has one meaning or is refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.documents.strict_json import UnusableJson, loads


def test_an_object_is_read() -> None:
    assert loads(b'{"a": [1, -2.5, true, null, "\\u00fc\\"[{"], "b": {}}') == {
        "a": [1, -2.5, True, None, 'ü"[{'],
        "b": {},
    }


@pytest.mark.parametrize(
    ("data", "rule", "field"),
    [
        (b'{"a": 1, "a": 1}', "duplicate_key", "a"),
        (b'{"x": {"b": 1, "\\u0062": 2}}', "duplicate_key", "b"),
        (b'{"a": NaN}', "number", "message"),
        (b'{"a": -Infinity}', "number", "message"),
        (b'{"a": 1e999}', "number", "message"),
        (b'{"a": 9007199254740993}', "number", "message"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number", "message"),
        (b"[1]", "not_an_object", "message"),
        (b'"a"', "not_an_object", "message"),
        (b'{"a": 1', "syntax", "message"),
        (b"", "syntax", "message"),
        (b'{"a": 1} {"b": 2}', "syntax", "message"),
        (b"{'a': 1}", "syntax", "message"),
        (b'{"a": "\xe9"}', "charset", "message"),
        ('{"a": "ü"}'.encode("utf-16"), "charset", "message"),
        (b'\xef\xbb\xbf{"a": 1}', "syntax", "message"),
        (b'{"a": "\\ud800"}', "charset", "a"),
        (b'{"\\udfff": 1}', "charset", "\\udfff"),
        (b'{"a": ["x", "\\ud800"]}', "charset", "a"),
        (b'{"a": [["x", "\\ud800"]]}', "charset", "a"),
        (b'{"a": ' + b"[" * 16 + b"]" * 16 + b"}", "too_deep", "message"),
        (b"[" * 900_000, "too_deep", "message"),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', "oversize", "message"),
    ],
)
def test_refused_by_rule_and_field(data: bytes, rule: str, field: str) -> None:
    with pytest.raises(UnusableJson) as caught:
        loads(data)
    assert (caught.value.rule, caught.value.field) == (rule, field)


def test_depth_counts_nesting_and_not_brackets_in_text() -> None:
    assert loads(b'{"a": "' + b"[{" * 500 + b'"}')
    assert loads(b'{"a": [[[[]]]], "b": [[[[]]]]}', max_depth=5)
    with pytest.raises(UnusableJson):
        loads(b'{"a": [[[[]]]]}', max_depth=4)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnusableJson):
        assert isinstance(loads(data), dict)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_what_a_strict_writer_wrote_is_read_back(value: dict[str, Any]) -> None:
    assert loads(json.dumps(value).encode(), max_depth=40) == value
