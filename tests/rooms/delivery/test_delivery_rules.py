"""The mark by which a letter names the form that it answers, and the reference by which its reader knows it."""

from __future__ import annotations

import hashlib

import pytest

from comity.delivery.rules import reference_of, thread_mark


def test_a_forms_mark_is_the_beginning_of_its_digest_and_no_others():
    one, two = (hashlib.sha256(pdf).hexdigest() for pdf in (b"%PDF-1", b"%PDF-2"))
    assert one.startswith(thread_mark(one))
    assert len(thread_mark(one)) == 16
    assert thread_mark(one) != thread_mark(two)


@pytest.mark.parametrize(
    ("fields", "reference"),
    [
        ({"issuer_file_ref": "12 Js 3/26", "B.file_no_issuing": "4", "our_reference": "5"}, "12 Js 3/26"),
        ({"issuer_file_ref": "", "B.file_no_issuing": "4", "our_reference": "5"}, "4"),
        ({"our_reference": "5"}, "5"),
    ],
)
def test_a_form_goes_by_the_authority_s_reference_before_ours(fields, reference):
    assert reference_of(fields) == reference


def test_a_form_without_any_reference_is_not_sent():
    with pytest.raises(KeyError):
        reference_of({"issuer_file_ref": ""})
