"""The life of one order, from receipt to erasure, with the whole log verified at every step."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from comity.casefile.clock import Instant
from comity.casefile.evidence.errors import ExhibitErased
from comity.docket.errors import NotExtensible
from support.board import User, picture
from support.watch import Watch

SECOND, WEEK = timedelta(seconds=1), timedelta(weeks=1)
ISSUED = Instant.parse("2026-11-23T02:10:00+01:00")


@dataclass
class Author:
    """Somebody who wrote a post, and their browser."""

    user: User
    url: str
    path: str

    @classmethod
    def of(cls, watch: Watch) -> Author:
        user = watch.night.board.user(f"vera{secrets.token_hex(4)}").join()
        path = user.posted("A call", "What was ordered away", ("one.jpg", picture()))
        return cls(user, f"https://board.example{path}", path)

    def letters(self) -> list[str]:
        """The texts of the messages in the author's inbox, newest first."""
        paths = re.findall(r'href="(/inbox/[^"]+)"', self.user.browser.get("/inbox").text)
        return [self.user.browser.get(path).text for path in paths]

    def sees(self) -> int:
        """The status of the author's own page."""
        return self.user.browser.get(self.path).status_code


def _stranger(watch: Watch, author: Author) -> int:
    return watch.night.board.look(author.path, "DE").status_code


def _secret_and_body(entry: str) -> tuple[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(salt, 'hex'), body FROM document WHERE id = %s", [entry])
        salt, body = cursor.fetchone()
    return salt, None if body is None else bytes(body)


def _extend(watch: Watch) -> Instant:
    return watch.night.docket.extend_nondisclosure(
        watch.case().line.case,
        watch.staff.carla,
        decided_at=watch.night.clock.now(),
        basis="letter of 28 December",
        document=b"%PDF-1.7 their letter",
    )


def test_one_order_lives_for_twelve_months(watch, tmp_path: Path):
    night, author = watch.night, Author.of(watch)
    watch.rule()

    # 02:13. Received, carried out, answered; secret.
    watch.order(author.url, nondisclosure=True, issued_at=str(ISSUED))
    assert (watch.status(), watch.forms()) == ("in_effect", ["annex-2"])
    assert watch.clock("remove_or_disable")[0] == "met"
    _nothing_shows(watch, author)
    night.verify_log()

    # Five weeks later the authority extends, once.
    watch.later(days=35)
    assert _extend(watch) == ISSUED.plus(WEEK * 12)
    with pytest.raises(NotExtensible):
        _extend(watch)
    night.verify_log()

    # The first end passes in silence; so does the last second before the second one.
    for moment in (ISSUED.plus(WEEK * 6), ISSUED.plus(WEEK * 12).plus(SECOND * -1)):
        night.pass_time(moment)
        _nothing_shows(watch, author)
    night.verify_log()

    # Non-disclosure ends: the notice goes by itself, and visitors see why the post is gone.
    night.pass_time(ISSUED.plus(WEEK * 12))
    (letter,) = author.letters()
    assert "Office central de test" in letter
    assert (author.sees(), _stranger(watch, author)) == (451, 451)
    with pytest.raises(NotExtensible):
        _extend(watch)
    night.verify_log()

    # The author complains, by the link in the notice; an order binds us, so the answer shows the way to others.
    _complain(watch, letter)
    watch.later(days=13)
    assert watch.clock("complaint_outcome")[0] == "running"
    (complaint,) = night.docket.complaints()
    night.docket.decide_complaint(watch.staff.carla, complaint.complaint, outcome="refer", reasons="An order binds us.")
    night.work_on()
    assert watch.clock("complaint_outcome")[0] == "met"
    assert any("Tribunal administratif de Test" in text and "An order binds us." in text for text in author.letters())
    assert len(author.letters()) == 2
    night.verify_log()

    # The home authority finds an infringement: it stands again, for strangers too, and what was kept is still kept.
    watch.found_wrong()
    assert (watch.status(), author.sees(), _stranger(watch, author)) == ("reinstated", 200, 200)
    night.verify_log()
    _erased_after_six_months(watch, tmp_path)


def _nothing_shows(watch: Watch, author: Author) -> None:
    """To everybody outside, the author too, there never was such a post, and nobody says why."""
    missing = watch.night.board.look("/p/pzzzzzzzzzzzzzzzz", "DE")
    gone = watch.night.board.look(author.path, "DE")
    assert (gone.status_code, gone.text) == (missing.status_code, missing.text) == (404, missing.text)
    assert (author.sees(), author.letters()) == (404, [])


def _complain(watch: Watch, letter: str) -> None:
    found = re.search(r"https://comity\.board\.example/complaint/([A-Za-z0-9_-]{43})", letter)
    assert found is not None
    docket = watch.night.docket
    assert docket.complaint_form(found[1]) is not None
    assert docket.complaint_form("x" * 43) is None
    docket.file_complaint(found[1], "It was a news report.", "en")


def _erased_after_six_months(watch: Watch, tmp_path: Path) -> None:
    night, case = watch.night, watch.case()
    notice = next(line for line in case.timeline if line.kind == "notice")
    salt, body = _secret_and_body(notice.entry)
    assert body is not None
    kept = tmp_path / "notice.json"
    kept.write_bytes(body)
    digests = [exhibit.digest for exhibit in case.exhibits]
    assert b"".join(night.docket.exhibit(case.line.case, watch.staff.mia, digests[0], "a last look")[1])

    disabled = case.items[0].disabled_at
    assert disabled is not None
    night.pass_time(Instant(disabled.utc.replace(year=2027, month=5)).plus(SECOND * -1))
    assert not any(exhibit.erased for exhibit in watch.case().exhibits)
    night.pass_time(Instant(disabled.utc.replace(year=2027, month=5)))

    assert watch.status() == "closed"
    (certificate,) = watch.bodies("erasure")
    assert sorted(certificate["exhibits"]) == sorted(digests)
    assert notice.entry in certificate["documents"]
    for digest in digests:
        with pytest.raises(ExhibitErased):
            b"".join(night.docket.exhibit(case.line.case, watch.staff.mia, digest, "one more look")[1])
    assert _secret_and_body(notice.entry) == (None, None)
    # Whoever kept the notice can still show that it was entered; nobody else can read it any more.
    night.verify_log("--entry", str(notice.index), "--document", str(kept), "--salt", salt)
    assert next(line for line in watch.case().timeline if line.entry == notice.entry).erased

    watch.later(days=190)  # twelve months after receipt nothing has stirred any more
    assert (watch.status(), night.docket.complaints()[0].text) == ("closed", "(erased)")
    night.verify_log()
