"""What becomes of an application: it ends with a certificate when it came to nothing; none is dropped in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from comity.casefile import audit
from comity.casefile.documents.record import ErasureCertificate
from comity.casefile.records import deadlines, unit_of_work
from comity.docket.recount_officers import recount_officers
from comity.registry import officers, officers_store
from comity.registry.errors import TooManyApplicationsError
from comity.registry.officers_means import Application, OfficerState
from support import portal
from support.portal import APPLICATION, browser


def applied(night: Any, staff: Any) -> str:
    night.docket.apply_for_access(Application(**APPLICATION))
    (held,) = night.docket.officers(staff.anna)
    return str(held.id)


def later(night: Any, **length: float) -> None:
    night.pass_time(night.clock.now().plus(timedelta(**length)))


def certificates(officer: str) -> list[ErasureCertificate]:
    rows = audit.entries_of(officer, kind=ErasureCertificate.kind)
    return [ErasureCertificate.from_canonical(one.body) for one in rows if one.body]


def left(officer: str) -> bytes:
    return b"".join(one.body or b"" for one in audit.entries_of(officer))


def test_a_refused_application_is_erased_when_the_provider_s_period_ends(night: Any, staff: Any) -> None:
    officer = applied(night, staff)
    later(night, days=100)
    night.docket.refuse_officer(staff.anna, officer, "Nobody there knows Alix Martin.")
    running = [one for one in deadlines.deadlines_of(officer) if one.state is deadlines.State.RUNNING]
    assert [one.name for one in running] == ["provider_retention"]  # anew from the refusal
    later(night, days=170)
    assert b"Alix Martin" in left(officer)

    later(night, days=20)
    held = officers_store.officer(officer)
    assert (held.state, held.name, held.post, held.address, held.claimed_authority) == (
        OfficerState.REFUSED, "", "", "", "",
    )  # fmt: skip
    assert b"Martin" not in left(officer)
    (certificate,) = certificates(officer)
    assert (len(certificate.documents), certificate.exhibits) == (2, ())
    assert "provider's own period" in certificate.because
    assert night.docket.officers(staff.anna) == ()
    assert list(recount_officers()) == []
    night.verify_log()


def test_an_application_that_nobody_settles_does_not_lie_for_ever(night: Any, staff: Any) -> None:
    officer = applied(night, staff)
    later(night, days=185)
    assert officers_store.officer(officer).state is OfficerState.REFUSED
    assert (officers_store.count_open(), b"Martin" in left(officer)) == (0, False)


def test_who_was_enrolled_is_not_forgotten(night: Any, staff: Any, authority: str) -> None:
    officer, _client, _key = portal.enrolled(night, staff, authority)
    later(night, days=400)
    night.jobs["advance"](case=officer)
    assert officers_store.officer(officer).name == APPLICATION["name"]
    assert certificates(officer) == []
    night.docket.suspend_officer(staff.anna, officer, "Left the office.")
    later(night, days=400)
    assert officers_store.officer(officer).name == APPLICATION["name"]


def test_the_database_forgets_nobody_without_a_certificate(night: Any, staff: Any) -> None:
    officer = applied(night, staff)
    with pytest.raises(DatabaseError, match="certificate"), unit_of_work(night.clock.now(), "system:test") as work:
        officers_store.forget(officer, entry=officers.note(work, officer, "officer_refused", "", {}))


def test_the_database_forgets_no_enrolled_officer(night: Any, staff: Any, authority: str) -> None:
    officer, _client, _key = portal.enrolled(night, staff, authority)

    def cheat(**fields: str) -> None:
        with unit_of_work(night.clock.now(), "system:test") as work:
            said = ErasureCertificate(
                case=officer, exhibits=(), documents=(), because="x", citations=(), at=night.clock.now()
            )
            entry = audit.enter(work, officer, said).entry
            officers_store.update(officer, entry=entry, **fields)

    gone = {"name": "", "post": "", "address": "", "claimed_authority": ""}
    for fields in (gone, gone | {"state": "refused"}, {"address": ""}):
        with pytest.raises(DatabaseError):
            cheat(**fields)


def test_a_name_taken_out_of_the_database_by_hand_is_found(night: Any, staff: Any) -> None:
    officer = applied(night, staff)
    with unit_of_work(night.clock.now(), "system:test") as work:
        said = ErasureCertificate(
            case=officer, exhibits=(), documents=(), because="x", citations=(), at=night.clock.now()
        )
        officers_store.forget(officer, entry=audit.enter(work, officer, said).entry)
    (fault,) = recount_officers()  # what was entered about this person is still there
    assert fault.where == f"registry_officer {officer}"


def test_where_too_many_wait_everybody_hears_that_nothing_was_written(
    night: Any, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(officers, "MOST_OPEN", 1)
    officer = applied(night, staff)
    with pytest.raises(TooManyApplicationsError):
        night.docket.apply_for_access(Application(**APPLICATION))
    answer = browser().post("/access/", APPLICATION)
    assert answer.status_code == 503
    assert "contact point" in answer.content.decode()
    assert officers_store.count_open() == 1

    night.docket.refuse_officer(staff.anna, officer, "Unknown there.")
    assert browser().post("/access/", APPLICATION).status_code == 302


def test_those_who_wait_are_never_cut_off_the_list(night: Any, staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held = officers_store.officers
    monkeypatch.setattr(officers_store, "officers", lambda **how: held(**{"most": 1} | how))
    for number in range(3):
        night.docket.apply_for_access(Application(**{**APPLICATION, "address": f"a{number}@authority.example"}))
    assert len(night.docket.officers(staff.anna)) == 3
