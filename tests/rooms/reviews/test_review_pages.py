"""The console's pages of reviews over the whole house: who sees what, what is veiled, what a decision does."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.test import Client, override_settings
from PIL import Image

from comity.docket.care import Care
from support.films import film
from support.gazing import DISABLE, STAND, addresses, as_, bytes_of, is_clear, post, shown
from support.reviewing import FAR, PDQ, bits

if TYPE_CHECKING:
    from support.reviewing import Gallery

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def console(gallery: Gallery) -> Iterator[None]:
    with override_settings(COMITY_DOCKET=gallery.night.docket):
        yield


def page(client: Client, address: str = "/reviews/1/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


# -- who ---------------------------------------------------------------------------------------------------------------


def test_a_stranger_sees_nothing(gallery: Gallery) -> None:
    _url, case = post(gallery)
    for address in ("/reviews/", "/reviews/1/", f"/reviews/1/media/{case}/", "/matching-rules/"):
        assert Client().get(address).status_code == 302
    assert Client().post(f"/reviews/1/look/{case}").status_code == 302
    assert gallery.review().claimed_by == ""


def test_an_auditor_reads_that_there_is_one_and_touches_nothing(gallery: Gallery) -> None:
    _url, case = post(gallery, "Do not show this")
    dan = as_("dan")
    assert 'href="/reviews/1/"' in page(dan, "/reviews/")
    text = page(dan)
    assert "Do not show this" not in text
    assert addresses(text) == []
    assert "Claim it" not in text
    for step in ("claim", "release", "ask", "advise", "repeat"):
        said = {"question": "?", "outcome": "disable", "opinion": "x", "upto": "1"}
        assert dan.post(f"/reviews/1/{step}", said).status_code == 403
    assert dan.post("/reviews/1/decide", DISABLE).status_code in (403, 422)
    assert dan.post(f"/reviews/1/look/{case}").status_code == 403
    assert dan.get(f"/reviews/1/media/{case}/media-1").status_code == 403
    assert dan.post(f"/reviews/failed/{case}").status_code == 403
    assert (gallery.review().state, gallery.review().claimed_by) == ("open", "")


def test_an_old_log_in_is_proven_again_before_anything_is_claimed(gallery: Gallery) -> None:
    from support.console_staff import log_in

    post(gallery)
    mia = as_("mia")
    from django.contrib.auth.models import User

    log_in(mia, User.objects.get(username="mia"), seconds_ago=7200)
    assert mia.post("/reviews/1/claim").status_code == 302
    assert gallery.review().claimed_by == ""


def test_what_a_colleague_has_claimed_is_theirs(gallery: Gallery) -> None:
    _url, case = post(gallery)
    mia, ben = as_("mia"), as_("ben")
    assert mia.post("/reviews/1/claim").status_code == 302
    assert ben.post("/reviews/1/claim").status_code == 409
    assert ben.post("/reviews/1/decide", DISABLE).status_code == 422
    assert ben.post(f"/reviews/1/look/{case}").status_code == 409
    text = page(ben)
    assert "Mia" in text
    assert addresses(text) == []
    gallery.clock.advance(timedelta(minutes=31))
    assert ben.post("/reviews/1/claim").status_code == 302
    assert mia.post("/reviews/1/decide", DISABLE).status_code == 422
    assert gallery.review().state == "open"


# -- the veil ----------------------------------------------------------------------------------------------------------


def test_no_clear_byte_leaves_the_server_before_somebody_chose_to_look(gallery: Gallery) -> None:
    _url, case = post(gallery, "A plain title")
    mia, ben = as_("mia"), as_("ben")
    mia.post("/reviews/1/claim")
    text = page(mia)
    assert "A plain title" not in text
    (address,) = addresses(text)
    veiled = mia.get(address)
    assert veiled.status_code == 200
    assert not is_clear(bytes_of(veiled))
    assert Image.open(io.BytesIO(veiled.content)).mode == "L"
    assert is_clear(shown())
    refused = mia.get(f"{address}?clear=yes")
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, "text/html; charset=utf-8")
    assert ben.get(address).status_code == 409

    assert mia.post(f"/reviews/1/look/{case}").status_code == 302
    text = page(mia, f"/reviews/1/?item={case}")
    assert "A plain title" in text
    (clear,) = addresses(text)
    assert is_clear(bytes_of(mia.get(clear)))
    assert not is_clear(bytes_of(mia.get(address)))
    assert ben.get(clear).status_code == 409

    mia.post("/reviews/1/away", {"item": case})
    assert mia.get(clear).status_code == 409
    assert "A plain title" not in page(mia, f"/reviews/1/?item={case}")


def test_a_look_that_nobody_ends_is_over_by_itself(gallery: Gallery) -> None:
    _url, case = post(gallery, "A plain title")
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    mia.post(f"/reviews/1/look/{case}")
    text = page(mia, f"/reviews/1/?item={case}")
    assert 'hx-trigger="load delay:120s"' in text
    (clear,) = addresses(text)
    gallery.clock.advance(timedelta(seconds=121))
    assert mia.get(clear).status_code == 409
    text = page(mia, f"/reviews/1/?item={case}")
    assert "A plain title" not in text
    assert "clear=yes" not in text


def test_a_look_is_at_one_thing_only_and_entered_there(gallery: Gallery) -> None:
    from comity.casefile import audit

    _url, first = post(gallery, "The first")
    _url, second = post(gallery, "The second", seed=2)
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    mia.post(f"/reviews/1/look/{first}")
    assert "The second" not in page(mia, f"/reviews/1/?item={second}")
    (other,) = addresses(page(mia, f"/reviews/1/?item={second}"))
    assert mia.get(f"{other}?clear=yes").status_code == 409
    assert [one.kind for one in audit.entries_of(first)].count("access") == 1
    assert [one.kind for one in audit.entries_of(second)].count("access") == 0


def test_after_so_long_nothing_is_shown_until_the_pause_and_then_the_day_is_over(gallery: Gallery) -> None:
    from comity.docket.desk import Docket

    night = gallery.night
    care = Care(run=timedelta(minutes=2), pause=timedelta(minutes=10), day=timedelta(minutes=4))
    night.parts = dataclasses.replace(night.parts, care=dataclasses.replace(care, longest_look=timedelta(minutes=1)))
    night.docket = Docket(night.parts)
    _url, case = post(gallery)
    with override_settings(COMITY_DOCKET=night.docket):
        mia = as_("mia")
        assert mia.post("/reviews/1/claim").status_code == 302
        for _ in range(2):
            looked_for_a_minute(gallery, mia, case)
        assert mia.post(f"/reviews/1/look/{case}").status_code == 409
        text = page(mia, f"/reviews/1/?item={case}")
        assert "Nothing is shown to you until" in text
        assert "Look at it" not in text
        gallery.clock.advance(timedelta(minutes=10))
        for _ in range(2):
            looked_for_a_minute(gallery, mia, case)
        gallery.clock.advance(timedelta(minutes=11))
        assert mia.post(f"/reviews/1/look/{case}").status_code == 409
        assert "Nothing is shown to you before tomorrow" in page(mia, f"/reviews/1/?item={case}")
        ben = as_("ben")
        mia.post("/reviews/1/release")
        ben.post("/reviews/1/claim")
        assert ben.post(f"/reviews/1/look/{case}").status_code == 302


def looked_for_a_minute(gallery: Gallery, client: Client, case: str) -> None:
    assert client.post(f"/reviews/1/look/{case}").status_code == 302
    gallery.clock.advance(timedelta(minutes=1))
    client.post("/reviews/1/away", {"item": case})


def test_metadata_of_a_picture_goes_to_nobody(gallery: Gallery) -> None:
    exif = Image.Exif()
    exif[0x010E] = HOSTILE
    out = io.BytesIO()
    Image.open(io.BytesIO(shown())).convert("RGB").save(out, "JPEG", exif=exif, comment=HOSTILE.encode())
    night = gallery.night
    item = night.board.publish("ada", title="x", body="y", pictures=(out.getvalue(),))
    case = gallery.detect(item, night.board_adapter.describe(item).urls[0])
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    mia.post(f"/reviews/1/look/{case}")
    (clear,) = addresses(page(mia, f"/reviews/1/?item={case}"))
    answer = mia.get(clear)
    assert b"alert(1)" not in answer.content
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert b"alert(1)" not in mia.get(clear.removesuffix("?clear=yes")).content


def kept(gallery: Gallery, case: str, name: str, media_type: str, body: bytes) -> None:
    """Something more of a detection in custody."""
    with gallery.night.parts.work("system:test") as work:
        gallery.night.parts.vault.take_in(work, case, [body], media_type=media_type, name=name, purpose="preservation")


def test_a_film_is_given_out_as_a_file_and_only_to_whoever_looks(gallery: Gallery) -> None:
    _url, case = post(gallery)
    kept(gallery, case, "film", "video/mp4", b"\0\0\0\x18ftypmp42 a film")
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    text = page(mia, f"/reviews/1/?item={case}")
    assert "<video" not in text
    assert "autoplay" not in text
    address = f"/reviews/1/media/{case}/film"
    assert address not in text
    for given in (address, f"{address}?clear=yes"):
        assert mia.get(given).status_code == 409
    mia.post(f"/reviews/1/look/{case}")
    assert f"{address}?clear=yes" in page(mia, f"/reviews/1/?item={case}")
    answer = mia.get(f"{address}?clear=yes")
    assert bytes_of(answer).endswith(b"a film")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert mia.get(address).status_code == 409


def looking_at(gallery: Gallery, name: str, media_type: str, body: bytes) -> tuple[Client, str]:
    """Mia, who looks at a detection with this in it, and the address of the moments of it."""
    _url, case = post(gallery)
    kept(gallery, case, name, media_type, body)
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    mia.post(f"/reviews/1/look/{case}")
    return mia, f"/reviews/1/media/{case}/{name}?clear=yes&moments=yes"


def test_moments_of_a_film_are_shown_while_somebody_looks_and_nothing_plays(gallery: Gallery) -> None:
    mia, address = looking_at(gallery, "film", "video/mp4", film(75))
    case = address.split("/")[4]
    text = page(mia, f"/reviews/1/?item={case}")
    assert address.replace("&", "&amp;") in text
    assert "<video" not in text
    answer = mia.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    with Image.open(io.BytesIO(answer.content)) as sheet:
        assert sheet.width > sheet.height > 100
    mia.post("/reviews/1/away")
    assert mia.get(address).status_code == 409
    assert address.replace("&", "&amp;") not in page(mia, f"/reviews/1/?item={case}")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("video/mp4", b"\0\0\0\x18ftypmp42 no film"),
        ("video/mp4", b"#EXTM3U\nhttp://127.0.0.1/a.ts\n"),
        ("audio/ogg", b"a"),
    ],
    ids=["broken", "playlist", "sound"],
)
def test_what_has_no_moments_is_no_picture_and_stays_a_download(gallery: Gallery, media_type: str, body: bytes) -> None:
    mia, address = looking_at(gallery, "film", media_type, body)
    assert mia.get(address).status_code in (404, 409)
    assert bytes_of(mia.get(address.removesuffix("&moments=yes"))) == body


def test_moments_are_never_given_out_veiled_or_to_a_colleague(gallery: Gallery) -> None:
    mia, address = looking_at(gallery, "film", "video/mp4", film(25))
    assert mia.get(address.replace("clear=yes&", "")).status_code == 409
    assert as_("ben").get(address).status_code in (403, 409)


def test_a_film_larger_than_a_process_keeps_in_memory_has_no_moments(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.docket.reviews import stills

    monkeypatch.setattr(stills, "MOST_BYTES", 1000)
    mia, address = looking_at(gallery, "film", "video/mp4", film(25))
    assert mia.get(address).status_code == 409


def test_a_drawing_with_a_script_in_it_is_a_file_and_no_page(gallery: Gallery) -> None:
    _url, case = post(gallery)
    kept(gallery, case, "drawing", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    kept(gallery, case, "lie", "image/png", b"<svg   xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    mia.post(f"/reviews/1/look/{case}")
    answer = mia.get(f"/reviews/1/media/{case}/drawing?clear=yes")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert mia.get(f"/reviews/1/media/{case}/lie?clear=yes").status_code == 409
    assert mia.get(f"/reviews/1/media/{case}/lie").status_code == 409


# -- hostile content ---------------------------------------------------------------------------------------------------


class Inert(HTMLParser):
    """Refuses a page on which a script, a handler or a foreign address came to life."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not [name for name in given if name.startswith("on")], tag
        assert tag not in ("iframe", "object", "embed", "video", "audio", "style")
        assert "style" not in given
        if tag == "script":
            assert str(given.get("src", "")).startswith("/assets/")
        for name in ("href", "action", "src"):
            if name in given:
                assert str(given[name]).startswith(("/", "#", "?")), given[name]


def test_what_somebody_published_attacks_the_page_of_a_review(gallery: Gallery) -> None:
    night = gallery.night
    item = night.board.publish("ada", title=HOSTILE[:60], body=HOSTILE, pictures=())
    match = gallery.match()
    match = match.model_copy(update={"member": HOSTILE})
    said = {"url": f"javascript:{HOSTILE}", "account": HOSTILE, "matches": (match,)}
    case = gallery.detect(item, **said)
    mia = as_("mia")
    Inert().feed(page(mia, "/reviews/"))
    mia.post("/reviews/1/claim")
    mia.post(f"/reviews/1/look/{case}")
    text = page(mia, f"/reviews/1/?item={case}")
    Inert().feed(text)
    assert "&lt;script&gt;alert(1)" in text
    assert "{{ 7|add:7 }}" in text
    refused = mia.post("/reviews/1/decide", {"outcome": HOSTILE, "reasons": HOSTILE, "without": HOSTILE, "upto": "1"})
    assert refused.status_code == 422
    Inert().feed(refused.content.decode())


def test_odd_addresses_are_answered_and_show_nothing(gallery: Gallery) -> None:
    _url, case = post(gallery)
    mia = as_("mia")
    assert mia.get("/reviews/99/").status_code == 404
    for query in (
        "item=../../x",
        f"item={'0' * 32}",
        "item=%00",
        "after=-1",
        "after=1e9",
        "after=99999999999",
        "item=",
    ):
        assert mia.get(f"/reviews/1/?{query}").status_code == 200, query
    mia.post("/reviews/1/claim")
    for name in ("nothing", "..%2f..%2fkeys", "account.json", "post.json"):
        assert mia.get(f"/reviews/1/media/{case}/{name}?clear=yes").status_code in (404, 409)
    for other in ("0" * 32, "zz"):
        assert mia.get(f"/reviews/1/media/{other}/media-1").status_code in (404, 409), other
        assert mia.post(f"/reviews/1/look/{other}").status_code in (404, 409), other
        assert mia.post(f"/reviews/failed/{other}").status_code in (404, 409), other


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_a_decision_from_the_page_disables_and_says_why(gallery: Gallery) -> None:
    url, case = post(gallery)
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    text = page(mia)
    assert "KNOWN" in text
    assert "version 1" in text
    assert "ESP 42" in text
    assert mia.post("/reviews/1/decide", DISABLE).status_code == 302
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)
    text = page(mia)
    assert "Disable" in text
    assert "(a) incites terrorist offences" in text
    (told,) = gallery.inbox(url)
    assert "As listed." in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limbs": []}, "names a ground"),
        ({"why": ""}, "education, journalism, art, research"),
        ({"doubtful": "on"}, "another person&#x27;s opinion"),
        ({"found": "art"}, "not disabled as terrorist content"),
        ({"outcome": "let_stand"}, "Say why it may stand."),
        ({"outcome": "let_stand", "standing": "purpose"}, "Name the purpose"),
        ({"outcome": "let_stand", "standing": "complaint"}, "Select a valid choice"),
        ({"outcome": ""}, "required"),
        ({"without": "one"}, "Numbers of detections"),
        ({"without": "1-99999"}, "too many"),
        ({"without": "1"}, "at least one detection"),
        ({"upto": "0"}, "at least one detection"),
        ({"left_out_account": True}, "at least one detection"),
    ],
)
def test_half_a_decision_is_none_and_nothing_written_is_lost(gallery: Gallery, changes: dict, said: str) -> None:
    _url, case = post(gallery)
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    if "left_out_account" in changes:
        changes = {"accounts": gallery.item(case).account}
    refused = mia.post("/reviews/1/decide", DISABLE | {"reasons": "Long thought about."} | changes)
    assert refused.status_code == 422
    assert said in refused.content.decode().replace("’", "&#x27;")
    assert "Long thought about." in refused.content.decode()
    assert gallery.review().state == "open"


def test_it_stands_for_journalism_and_the_bank_is_not_blamed(gallery: Gallery) -> None:
    url, case = post(gallery)
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    said = STAND | {
        "standing": "purpose",
        "claimed": ["journalism", "research"],
        "found": "journalism",
        "why": "A report.",
    }
    assert mia.post("/reviews/1/decide", said).status_code == 302
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("standing", False)
    assert "journalism" in page(mia)
    (bank,) = gallery.night.docket.matching_rules(gallery.staff.mia).banks
    assert (bank.figures.right, bank.figures.wrong) == (1, 0)


def test_a_second_opinion_is_asked_given_and_read(gallery: Gallery) -> None:
    _url, case = post(gallery)
    mia, ben = as_("mia"), as_("ben")
    mia.post("/reviews/1/claim")
    assert mia.post("/reviews/1/ask", {"question": " "}).status_code == 422
    assert mia.post("/reviews/1/ask", {"question": "Is it art?"}).status_code == 302
    mia.post("/reviews/1/claim")
    said = {"outcome": "let_stand", "opinion": "It is art."}
    refused = mia.post("/reviews/1/advise", said)
    assert refused.status_code == 422
    assert "second person" in refused.content.decode()
    mia.post("/reviews/1/release")
    ben.post("/reviews/1/claim")
    assert "Is it art?" in page(ben)
    assert ben.post("/reviews/1/advise", said | {"outcome": "perhaps"}).status_code == 422
    assert ben.post("/reviews/1/advise", said).status_code == 302
    mia.post("/reviews/1/claim")
    assert "It is art." in page(mia)
    doubtful = STAND | {"standing": "purpose", "found": "art", "why": "Ben says so too.", "doubtful": "on"}
    assert mia.post("/reviews/1/decide", doubtful).status_code == 302
    gallery.night.work_on()
    assert gallery.item(case).progress == "standing"


def test_who_gave_the_opinion_is_not_their_own_second_person(gallery: Gallery) -> None:
    post(gallery)
    mia, ben = as_("mia"), as_("ben")
    mia.post("/reviews/1/claim")
    mia.post("/reviews/1/ask", {"question": "?"})
    ben.post("/reviews/1/claim")
    ben.post("/reviews/1/advise", {"outcome": "disable", "opinion": "Yes."})
    ben.post("/reviews/1/claim")
    refused = ben.post("/reviews/1/decide", DISABLE | {"doubtful": "on"})
    assert refused.status_code == 422
    assert gallery.review().state == "open"


def test_what_was_decided_before_is_repeated_without_looking(gallery: Gallery) -> None:
    post(gallery)
    gallery.decide()
    url, case = post(gallery, seed=3)
    mia = as_("mia")
    text = page(mia, "/reviews/2/")
    assert "Decided before, in R-1" in text
    assert mia.post("/reviews/2/repeat", {"upto": "x"}).status_code == 409
    assert mia.post("/reviews/2/repeat", {"upto": "1"}).status_code == 302
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)
    assert gallery.night.docket.reviews(gallery.staff.mia).looked.looks == 0


def test_what_the_bank_lists_stands_beside_it_once_it_was_seen(gallery: Gallery) -> None:
    _url, first = post(gallery)
    gallery.decide()
    _url, case = post(gallery, seed=4, signal=bits(PDQ, 3))
    mia = as_("mia")
    mia.post("/reviews/2/claim")
    text = page(mia, "/reviews/2/")
    beside = f"/reviews/2/media/{first}/"
    assert set(addresses(text)) == {beside, f"/reviews/2/media/{case}/{addresses(text)[0].rsplit('/', 1)[1]}"}
    assert not is_clear(bytes_of(mia.get(beside)))
    assert mia.get(f"{beside}?clear=yes").status_code == 409
    mia.post(f"/reviews/2/look/{case}")
    assert is_clear(bytes_of(mia.get(f"{beside}?clear=yes")))
    _url, far = post(gallery, seed=5, signal=FAR, matches=(gallery.match(FAR),))
    assert mia.post("/reviews/3/claim").status_code == 302
    mia.post(f"/reviews/3/look/{far}")
    assert mia.get(f"/reviews/3/media/{first}/?clear=yes").status_code in (404, 409)


def test_what_failed_is_tried_again_by_a_person(gallery: Gallery) -> None:
    url, case = post(gallery)
    gallery.night.board.faults({"kind": "disable", "times": 999, "how": "error"})
    gallery.decide()
    for _ in range(40):
        gallery.clock.advance(timedelta(hours=1))
        gallery.night.work_on(rounds=3)
        if gallery.item(case).progress == "failed":
            break
    assert (gallery.item(case).progress, gallery.gone(url)) == ("failed", False)
    gallery.night.board.faults()
    mia = as_("mia")
    assert f"/reviews/failed/{case}" in page(mia, "/reviews/")
    assert mia.post(f"/reviews/failed/{case}").status_code == 302
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)
    assert mia.post(f"/reviews/failed/{case}").status_code == 409


# -- a hunt's review ---------------------------------------------------------------------------------------------------


def ordered_hunt(gallery: Gallery) -> str:
    """The entry of a hunt that somebody ordered."""
    from comity.casefile import audit
    from comity.casefile.documents import new_id
    from comity.casefile.documents.decision import Person
    from comity.casefile.documents.hunt import Hunt, HuntSource

    with gallery.night.parts.work() as work:
        ordered = Hunt(
            hunt=new_id(), number=1, source=HuntSource.SIGNALS, about="one", signals=1, digest="0" * 64,
            because="it came back", by=Person(id="mia", role="moderator"), at=work.at,
        )  # fmt: skip
        return audit.enter(work, ordered.hunt, ordered).entry


def test_a_hunts_thousands_are_counted_paged_and_decided_but_for_those_left_out(gallery: Gallery) -> None:
    hunt = ordered_hunt(gallery)
    cases = [
        gallery.detect(f"item{n}", hunt=hunt, account=f"account{n % 7}", source="hunt", work=False) for n in range(75)
    ]
    gallery.night.work_on(rounds=200)
    assert gallery.review().detections == 75
    mia = as_("mia")
    mia.post("/reviews/1/claim")
    text = page(mia)
    assert text.count('name="leave"') == 30
    assert 'account0 <span class="count">11</span>' in text
    assert "after=30" in text
    assert "after=60" in page(mia, "/reviews/1/?after=30")
    assert "From the first" in page(mia, "/reviews/1/?after=60")
    assert len(text.encode()) < 150_000
    said = STAND | {"upto": "75", "leave": [cases[0]], "without": "3, 10-12", "accounts": "account6\n"}
    assert mia.post("/reviews/1/decide", said).status_code == 302
    gallery.night.work_on(rounds=200)
    left = [n for n, case in enumerate(cases) if not gallery.item(case).outcome]
    assert left == sorted({0, 2, 9, 10, 11} | {n for n in range(75) if n % 7 == 6})
    assert gallery.review().state == "open"
    mia.post("/reviews/1/claim")
    assert mia.post("/reviews/1/decide", STAND | {"upto": "75"}).status_code == 302
    gallery.night.work_on(rounds=200)
    assert gallery.review().state == "decided"
