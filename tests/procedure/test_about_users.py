"""Playbooks of demands about users, from the certificate to the package that its authority opens."""

from __future__ import annotations

import io
import json
import zipfile

import pyrage
import pytest

from support.asking import JUDGE, Office


@pytest.fixture
def office(night):
    return Office(night)


def opened(office: Office) -> zipfile.ZipFile:
    (package,) = office.page.packages
    chunks = office.docket.fetch_package(office.watch.authority, package.package, None, by=office.watch.client)
    return zipfile.ZipFile(io.BytesIO(pyrage.decrypt(b"".join(chunks.chunks), [office.identity])))


def test_a_certificate_is_kept_assessed_signed_collected_let_go_packed_and_fetched(office):
    office.ask(JUDGE)
    page = office.page
    assert (page.line.status, page.line.instrument, page.assessment.answer) == (
        "waiting", "eu-eevidence-production", "execute"
    )  # fmt: skip
    assert [(one.key, one.law, one.proposed) for one in page.pieces] == [("1:TRAFFIC", "holds", True)]
    assert [one.state for one in page.holds] == ["placed"]

    office.answer()
    assert office.status == "second_person"
    office.agree()
    assert office.status == "collected"
    (collected,) = office.page.collections
    assert (collected.rows, dict(collected.cut)) == (2, {"other_identifier": 1, "outside_period": 2})
    preview = office.docket.preview(office.case, office.staff.mia, collection=collected.collection)
    assert [row["at"]["utc"] for row in preview.rows] == ["2026-11-09T23:00:00Z", "2026-11-18T22:59:59Z"]

    office.let_go()
    assert office.status == "in_effect"
    assert [one.form for one in office.page.replies] == ["letter-cover"]
    with opened(office) as bag:
        lines = bag.read("bag/data/1/records.jsonl").splitlines()
    assert [json.loads(line)["fields"]["ip"] for line in lines[1:]] == ["192.0.2.1", "192.0.2.2"]
    office.night.verify_log()
