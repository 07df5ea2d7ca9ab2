"""The pages of demands about users over the whole house: read, answered by two, looked at, let go, contested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.user_pages import as_, given, text_of

if TYPE_CHECKING:
    from support.asking import Office

FIRST = "/demands/1/"
COMPLY = {"answer": "comply", "pieces": ["1:TRAFFIC"]}


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=23).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(Instant.parse("2026-11-23T01:13:00Z"))


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    from support.asking import Office
    from support.night import Night

    opened = Office(Night(database, running_board, tmp_path, clock))
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def asked(office: Office, **changes: Any) -> None:
    from support.asking import JUDGE

    office.ask({**JUDGE, **changes})


def signed(office: Office) -> None:
    """Answered by one person, signed by another, collected."""
    given(as_("mia"), f"{FIRST}answer", COMPLY)
    given(as_("ben"), f"{FIRST}agree", {})
    office.night.work_on()


def test_a_demand_is_read_answered_by_two_looked_at_and_let_go(office: Office) -> None:
    asked(office)
    mia, ben = as_("mia"), as_("ben")
    assert 'href="/demands/1/"' in text_of(mia, "/")
    assert mia.get("/cases/1/")["Location"] == FIRST
    assert mia.get("/cases/1/decide")["Location"] == f"{FIRST}answer"
    page = text_of(mia, FIRST)
    for shown in (
        "Did the certificate come through the decentralised IT system?", "2023/1543 Art 19(5)", "What other laws say",
        "The provider is established in the Union and must follow the order.", "may be given", "ruled out by",
        "checked against the official text", "Would be given", "Holds on the platform",
    ):  # fmt: skip
        assert shown in page
    assert "style=" not in page
    form = text_of(mia, f"{FIRST}answer")
    assert re.search(r'value="comply"[^>]*checked', form)
    assert re.search(r'value="1:TRAFFIC"[^>]*checked', form)

    given(mia, f"{FIRST}answer", {**COMPLY, "left_out": ["user_agent"], "until": "2026-11-18T00:00:00+01:00"})
    second = text_of(ben, f"{FIRST}answer")
    for shown in ("exactly this was signed", "traffic, location and content are released by two", "alice",
                  "17 Nov 2026, 23:00:00 UTC", "reference 12 Js"):  # fmt: skip
        assert shown in second
    assert "program" not in second.split("Fields", 1)[1].split("</dd>", 1)[0]
    given(ben, f"{FIRST}agree", {})
    office.night.work_on()

    collected = text_of(mia, FIRST)
    for shown in ("It lies in custody: look before it leaves", "less time:", "rows outside of the period"):
        assert shown in collected
    (line,) = office.page.collections
    preview = text_of(mia, f"{FIRST}collections/{line.collection}/")
    assert "Exactly this would leave" in preview
    assert "2026-11-09T23:00:00Z" in preview
    assert "2026-11-18T22:59:59Z" not in preview
    given(mia, f"{FIRST}release", {"looked": "on", "seen": office.page.leaves, "because": "as ordered"})
    office.night.work_on(until=office.night.clock.now())
    office.watch.later(minutes=15)
    done = text_of(mia, FIRST)
    assert office.status == "in_effect"
    for shown in ("Looked at and let go", "available until", "encrypted to age", "letter-cover"):
        assert shown in done
    office.night.verify_log()


def test_nobody_signs_twice_and_nothing_is_given_where_nothing_is_ticked(office: Office) -> None:
    asked(office)
    mia, ben = as_("mia"), as_("ben")
    nothing = ben.post(f"{FIRST}answer", {"answer": "comply"})
    assert nothing.status_code == 422
    assert "nothing is ticked" in nothing.content.decode()
    strange = ben.post(f"{FIRST}answer", {"answer": "comply", "pieces": ["1:CONTENT"]})
    assert strange.status_code == 422
    wider = ben.post(f"{FIRST}answer", {**COMPLY, "since": "2026-11-01T00:00:00+01:00"})
    assert wider.status_code == 422
    assert "from 2026-10-31T23:00:00Z" in wider.content.decode()
    assert office.status == "waiting"

    given(ben, f"{FIRST}answer", COMPLY)
    own = text_of(ben, f"{FIRST}answer")
    assert "nobody is their own second person" in own
    assert f'action="{FIRST}agree"' not in own
    twice = ben.post(f"{FIRST}agree")
    assert twice.status_code == 409
    assert "another person than the first" in twice.content.decode()
    assert mia.post(f"{FIRST}agree").status_code == 403
    assert office.status == "second_person"
    carla = as_("carla")
    assert carla.post(f"{FIRST}disagree", {"because": " "}).status_code == 422
    given(carla, f"{FIRST}disagree", {"because": "the period is too long"})
    assert office.status == "waiting"


def test_an_auditor_reads_and_commands_nothing(office: Office) -> None:
    asked(office)
    dan = as_("dan")
    page = text_of(dan, FIRST)
    assert "Answer it" not in page
    assert "Enter what you found out" not in page
    assert "Nothing to decide here now" in text_of(dan, f"{FIRST}answer")
    for address, fields in (
        ("answer", {"answer": "refuse", "reasons": "x"}), ("agree", {}), ("disagree", {"because": "x"}),
        ("facts/other", {"fact": "circumstances.person=press", "source": "x"}),
        ("release", {"looked": "on", "seen": "0" * 64}),
        ("back", {"because": "x"}),
        ("contest", {"upheld": "yes", "received_at": "2026-11-23T02:00:00Z", "reasons": "x"}),
        ("steps/tell", {}),
    ):  # fmt: skip
        assert dan.post(f"{FIRST}{address}", fields).status_code == 403, address
    assert dan.post(f"{FIRST}steps/burn").status_code == 404
    assert dan.get("/demands/99/").status_code == 404
    assert office.status == "waiting"


def test_a_case_about_content_has_no_such_page(office: Office) -> None:
    office.watch.order(office.night.publish(), work=False)
    mia = as_("mia")
    assert mia.get(FIRST).status_code == 409
    assert mia.get("/cases/1/").status_code == 200


def test_what_somebody_found_out_is_weighed_and_unknown_facts_are_refused(office: Office) -> None:
    asked(office)
    mia = as_("mia")
    fields = {"fact": "content.protected=press", "source": "their public page"}
    for wrong in (
        {},
        {"fact": "content.protected=king", "source": "x"},
        {"fact": "events.no_refusal_confirmed_at", "source": "x"},
    ):
        assert mia.post(f"{FIRST}facts/other", wrong).status_code == 422
    given(mia, f"{FIRST}facts/other", fields)
    office.night.work_on()
    page = text_of(mia, FIRST)
    assert office.page.facts == {"content.protected": "press"}
    assert "What people found out" in page
    assert "Found out: protected: press (their public page)" in page


def test_rows_and_fields_are_left_out_before_they_leave_and_it_is_sent_back(office: Office) -> None:
    asked(office)
    signed(office)
    mia = as_("mia")
    (line,) = office.page.collections
    address = f"{FIRST}collections/{line.collection}/"
    for wrong, why in (
        ({"because": "x"}, "Tick a field or a row."), ({"rows_out": ["1"]}, "required"),
        ({"rows_out": ["99"], "because": "x"}, "not one of the available choices"),
        ({"rows_out": ["1"], "because": "x", "form": "0" * 64}, "What leaves was changed since you looked"),
    ):  # fmt: skip
        answer = mia.post(f"{address}redact", wrong)
        assert answer.status_code == 422
        assert why in answer.content.decode()
    left_out = {"rows_out": ["1"], "fields_out": ["event"], "because": "not of this user", "form": line.data}
    given(mia, f"{address}redact", left_out)
    preview = text_of(mia, address)
    assert "2026-11-09T23:00:00Z</td>" not in preview
    assert "192.0.2.2" in preview
    assert "login" not in preview
    assert mia.get(f"{FIRST}collections/{'ab' * 16}/").status_code == 404
    assert mia.post(f"{address}undo", {"form": line.data, "because": "it is of this user"}).status_code == 422
    newest = office.page.collections[0].data
    given(mia, f"{address}undo", {"form": newest, "because": "it is of this user"})
    assert "2026-11-09T23:00:00Z" in text_of(mia, address)
    assert office.page.collections[0].data == line.data
    unlooked = mia.post(f"{FIRST}release", {})
    assert unlooked.status_code == 422
    given(mia, f"{FIRST}back", {"because": "the wrong account"})
    assert office.status == "waiting"
    assert "Sent back, it must not leave: the wrong account" in text_of(mia, FIRST)


def test_what_may_not_leave_is_said_and_stays(office: Office) -> None:
    changes = {"C": {"deadline": "END_OF_10_DAYS"}, "K": {"authority": "Parquet de Paris"}}
    asked(office, **changes)
    pieces = [one.key for one in office.page.pieces if not one.why_not]
    office.answer("comply", pieces=tuple(pieces), reasons="kept until the period ends")
    office.agree()
    if office.status != "collected":
        pytest.fail(f"it stands at {office.status}")
    mia = as_("mia")
    assert "It may not leave now:" in text_of(mia, FIRST)
    refused = mia.post(f"{FIRST}release", {"looked": "on", "seen": office.page.leaves})
    assert refused.status_code == 422
    assert "does not let the data be transmitted now" in refused.content.decode()
    assert office.status == "collected"


def test_an_objection_is_written_on_section_e_and_its_outcome_ends_it(office: Office) -> None:
    asked(office)
    mia, ben = as_("mia"), as_("ben")
    said = {"answer": "object", "reasons": "A law forbids it.", "E__title_of_law": "Stored Communications Act",
            "E__provisions": "18 U.S.C. 2702", "questions": "this belongs to another letter"}  # fmt: skip
    half = mia.post(f"{FIRST}answer", said)
    assert half.status_code == 422
    assert half.content.decode().count("The letter cannot be made without it.") == 3
    said |= {"E__nature": "FUNDAMENTAL_RIGHTS", "E__why_applicable": "It holds.", "E__why_conflicting": "It forbids."}
    given(mia, f"{FIRST}answer", said)
    assert office.page.draft is not None
    assert {"E.title_of_law", "E.nature"} < set(office.page.draft.letter)
    assert "questions" not in office.page.draft.letter
    second = text_of(ben, f"{FIRST}answer")
    assert "18 U.S.C. 2702" in second
    assert "Nothing is granted." in second
    given(ben, f"{FIRST}agree", {})
    office.night.work_on()
    page = text_of(mia, FIRST)
    assert "The order is contested: nothing leaves" in page
    early = {"upheld": "yes", "received_at": "2026-11-01T00:00:00Z", "reasons": "x"}
    assert mia.post(f"{FIRST}contest", early).status_code == 422
    now = str(office.night.clock.now())
    given(mia, f"{FIRST}contest", {"upheld": "yes", "received_at": now, "reference": "X 1", "reasons": "set aside"})
    office.night.work_on()
    assert office.status == "refused"
    assert "the order was set aside" in text_of(mia, FIRST)


def test_an_emergency_says_in_big_words_what_bars_it(office: Office) -> None:
    asked(office, C={"deadline": "IMMINENT_THREAT_TO_LIFE", "emergency_reasons": "a bomb"})
    assert office.page.emergency
    assert office.page.bars
    mia = as_("mia")
    for address in (FIRST, f"{FIRST}answer"):
        page = text_of(mia, address)
        assert "It says that it is an emergency" in page
        assert "It may not be released as one" in page
        assert page.index("It may not be released as one") < page.index("</main>")
    assert 'name="emergency"' not in text_of(mia, f"{FIRST}answer")
    call = office.page.call_back
    assert call is not None
    said = {"number": call.number, "officer": "A. Martin", "supervisor": "B. Durand", "confirmed": "yes"}
    given(mia, f"{FIRST}steps/supervisor", said)
    assert "Supervisor called at" in text_of(mia, FIRST)
    wrong = mia.post(f"{FIRST}steps/supervisor", {**said, "number": "+33199999999"})
    assert wrong.status_code in (409, 422)


def test_a_key_for_packages_is_enrolled_by_two(office: Office) -> None:
    import pyrage
    from django.core.files.uploadedfile import SimpleUploadedFile

    authority = f"/authorities/{office.watch.authority}/"
    anna, ben = as_("anna"), as_("ben")

    def posted(body: bytes) -> dict[str, Any]:
        return {"label": "age", "key": SimpleUploadedFile("key.txt", body)}

    secret = anna.post(f"{authority}keys", posted(str(pyrage.x25519.Identity.generate()).encode()))
    assert secret.status_code == 422
    assert "It is a secret key" in secret.content.decode()
    assert as_("dan").post(f"{authority}keys", posted(b"age1")).status_code in (403, 422)
    public = str(pyrage.x25519.Identity.generate().to_public()).encode()
    given(anna, f"{authority}keys", posted(public))
    page = text_of(ben, authority)
    assert "key for packages: age" in page
    confirm = re.search(rf'"({authority}certificates/[^"]+/confirm)"', page)
    assert confirm is not None
    assert anna.post(confirm.group(1)).status_code == 409
    given(ben, confirm.group(1), {})


def test_strangers_see_nothing(office: Office) -> None:
    from django.test import Client

    asked(office)
    for address in ("", "answer", f"collections/{'ab' * 16}/"):
        assert Client().get(f"{FIRST}{address}").status_code == 302


def test_what_an_identifier_says_stays_text_on_every_page(office: Office) -> None:
    from support.console_shapes import HOSTILE

    identifiers = {"identifiers": [{"id": "1", "type": "USER_ID", "value": HOSTILE}], "time_range": {
        "start": "2026-11-10T00:00:00+01:00", "end": "2026-11-19T00:00:00+01:00"}}  # fmt: skip
    asked(office, E=identifiers, **{"G.offence": HOSTILE, "I.representative": HOSTILE})
    mia = as_("mia")
    for address in (FIRST, f"{FIRST}answer", "/"):
        page = text_of(mia, address)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in text_of(mia, FIRST)
