"""The mark by which a letter names the form that it answers."""

from __future__ import annotations

import hashlib

from comity.delivery.rules import thread_mark


def test_a_forms_mark_is_the_beginning_of_its_digest_and_no_others():
    one, two = (hashlib.sha256(pdf).hexdigest() for pdf in (b"%PDF-1", b"%PDF-2"))
    assert one.startswith(thread_mark(one))
    assert len(thread_mark(one)) == 16
    assert thread_mark(one) != thread_mark(two)
