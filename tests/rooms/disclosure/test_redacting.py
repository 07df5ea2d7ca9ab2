"""What was left out cannot be found in what is given: not beside, below, before or inside it."""

from __future__ import annotations

import hashlib
import io
import zlib

import pypdf
import pypdf.annotations
import pypdfium2
import pytest
import typst
from PIL import Image, ImageDraw

from comity.casefile.documents.collection import Redaction, Region
from comity.casefile.documents.disclosure import Category
from comity.casefile.documents.identifiers import new_id
from comity.execution.disclosure import dataset, drawing, standing, store
from comity.execution.disclosure.drawing import blacken
from comity.execution.disclosure.errors import NotRedacted
from comity.execution.disclosure.redacting import Subject, Why, redact_regions, redact_rows, undo
from support.grants import ADA, terms
from support.records import Shelf, login, upload

SECRET = "Bernadette Soubirous"
WHY = Why(ADA, "third person, not named in the order (2023/1543 Art 5)")
MIDDLE = Region(page=1, left=0.2, top=0.2, right=0.8, bottom=0.5)
INSIDE = "2026-11-12T00:00:00Z"


def pdf_with_everything() -> bytes:
    """The secret on the page, in the metadata, in an attachment, in an annotation and in an earlier revision."""
    source = (
        f"#set page(width: 200pt, height: 200pt, margin: 0pt)\n#place(dx: 50pt, dy: 60pt)[{SECRET}]\n#pagebreak()\nopen"
    )
    page = typst.compile(source.encode(), format="pdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page))
    writer.add_metadata({"/Title": SECRET, "/Subject": SECRET})
    writer.add_attachment("note.txt", SECRET.encode())
    writer.add_annotation(0, pypdf.annotations.FreeText(text=SECRET, rect=(60, 110, 150, 140)))
    first = io.BytesIO()
    writer.write(first)
    later = pypdf.PdfWriter(io.BytesIO(first.getvalue()), incremental=True)
    later.add_metadata({"/Title": "harmless"})
    second = io.BytesIO()
    later.write(second)
    return second.getvalue()


def everything_in(pdf: bytes) -> bytes:
    """The file's bytes, all its streams unpacked, and all its text."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    parts = [pdf, "".join(page.extract_text() for page in reader.pages).encode()]
    for number in range(1, int(reader.trailer["/Size"])):
        found = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        parts.append(repr(found).encode())
        if hasattr(found, "get_data") and "/DCTDecode" not in repr(found.get("/Filter")):
            parts.append(found.get_data())
    return b"\n".join(parts)


def test_the_secret_was_there() -> None:
    assert SECRET.encode() in everything_in(pdf_with_everything())


def test_of_a_pdf_nothing_is_left_but_pixels() -> None:
    drawn = blacken(pdf_with_everything(), "application/pdf", (MIDDLE,))
    whole = everything_in(drawn)
    for form in (
        SECRET.encode(),
        SECRET.encode("utf-16-be"),
        SECRET.encode().hex().encode(),
        b"Bernadette",
        b"harmless",
    ):
        assert form not in whole
    reader = pypdf.PdfReader(io.BytesIO(drawn))
    assert (len(reader.pages), reader.attachments, reader.pages[0].extract_text()) == (2, {}, "")
    assert drawn.count(b"%%EOF") == 1, "one revision"
    page = pypdfium2.PdfDocument(drawn)[0].render(scale=1).to_pil().convert("L")
    width, height = page.size
    inside = page.crop((int(width * 0.22), int(height * 0.22), int(width * 0.78), int(height * 0.48)))
    assert max(inside.tobytes()) < 8, "black, and evenly so"


def picture_with_everything(kind: str) -> bytes:
    """A picture that shows the secret, carries it in its metadata and has it in a thumbnail."""
    shown = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(shown).text((120, 90), SECRET, fill="red")
    exif = shown.getexif()
    exif[0x010E] = SECRET
    thumbnail = io.BytesIO()
    shown.resize((100, 75)).save(thumbnail, "JPEG", comment=SECRET)
    out = io.BytesIO()
    more = {"comment": SECRET} if kind == "JPEG" else {}
    shown.save(out, kind, exif=exif.tobytes() + thumbnail.getvalue() if kind == "JPEG" else exif, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_picture_nothing_is_left_but_pixels(kind: str) -> None:
    original = picture_with_everything(kind)
    drawn = blacken(original, f"image/{kind.lower()}", (MIDDLE,))
    with Image.open(io.BytesIO(drawn)) as shown:
        shown.load()
        assert (shown.format, shown.size, dict(shown.getexif()), shown.info) == ("PNG", (400, 300), {}, {})
        assert set(shown.crop((80, 60, 320, 150)).get_flattened_data()) == {(0, 0, 0)}
        left = set(shown.get_flattened_data())
    assert not any(red > green + 40 for red, green, _ in left), "not even at the border of a compressed block"
    assert SECRET.encode() not in drawn
    assert SECRET.encode() not in b"".join(_chunks(drawn))


def _chunks(png: bytes):
    place = 8
    while place < len(png):
        size = int.from_bytes(png[place : place + 4], "big")
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        assert kind in (b"IHDR", b"IDAT", b"IEND"), "pixels alone"
        yield body if kind != b"IDAT" else zlib.decompressobj().decompress(body)
        place += 12 + size


def test_a_turned_picture_is_blackened_as_it_is_seen() -> None:
    shown = Image.new("RGB", (400, 200), "white")
    exif = shown.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    shown.save(out, "JPEG", exif=exif)
    drawn = blacken(out.getvalue(), "image/jpeg", (Region(page=1, left=0, top=0, right=1, bottom=0.5),))
    with Image.open(io.BytesIO(drawn)) as seen:
        assert seen.size == (200, 400)
        assert (seen.getpixel((100, 10)), seen.getpixel((100, 390))) == ((0, 0, 0), (255, 255, 255))


def test_the_letters_below_a_transparent_pixel_are_gone() -> None:
    shown = Image.new("RGBA", (64, 64), (1, 2, 3, 0))
    out = io.BytesIO()
    shown.save(out, "PNG")
    with Image.open(io.BytesIO(blacken(out.getvalue(), "image/png", (MIDDLE,)))) as seen:
        assert set(seen.convert("RGB").get_flattened_data()) == {(0, 0, 0), (255, 255, 255)}


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), shade) for shade in ("white", "red")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "media_type", "regions"),
    [
        (b"", "application/pdf", (MIDDLE,)),
        (b"%PDF-1.7 nonsense", "application/pdf", (MIDDLE,)),
        (b"\x89PNG nonsense", "image/png", (MIDDLE,)),
        (b"text", "text/plain", (MIDDLE,)),
        (animated(), "image/gif", (MIDDLE,)),
        (picture_with_everything("PNG"), "image/png", ()),
        (picture_with_everything("PNG"), "image/png", (MIDDLE.model_copy(update={"page": 2}),)),
        (picture_with_everything("PNG"), "image/png", (MIDDLE.model_copy(update={"page": 0}),)),
        (picture_with_everything("PNG"), "image/png", (MIDDLE.model_copy(update={"left": 0.9}),)),
        (picture_with_everything("PNG"), "image/png", (MIDDLE.model_copy(update={"bottom": 1.5}),)),
        (pdf_with_everything(), "application/pdf", (MIDDLE.model_copy(update={"page": 3}),)),
    ],
)
def test_what_cannot_be_redacted_whole_is_not_redacted(body: bytes, media_type: str, regions) -> None:
    with pytest.raises(NotRedacted):
        blacken(body, media_type, regions)


# --- Data sets, and custody of both forms ---


def collected(room) -> str:
    (collection,) = room.decided(terms(Category.TRAFFIC, Category.CONTENT))
    rows = [login(INSIDE, user_agent=SECRET), login(INSIDE, ip="192.0.2.9"), upload(INSIDE, SECRET.encode() * 9)]
    room.collect(Shelf(lambda: iter(rows)))
    return collection


def redacted(room, collection: str, digest: str = "", **what):
    row = store.collection(collection)
    subject = Subject(room.case, collection, digest or row.exhibits[0])
    said = {"fields": frozenset(), "rows": frozenset(), **what}
    return redact_rows(room.vault, room.work, subject, WHY, **said).document


def test_rows_and_fields_are_left_out_and_both_forms_are_kept(room) -> None:
    collection = collected(room)
    said = redacted(room, collection, fields=frozenset({"user_agent"}), rows=frozenset({2, 3}))
    body = room.read(collection, said.redacted)
    assert SECRET.encode() not in body
    assert hashlib.sha256(SECRET.encode() * 9).hexdigest().encode() not in body, "not even its digest"
    head, row = dataset.read([body])
    assert (head.redacted.fields, head.redacted.rows, "user_agent" in head.fields) == (("user_agent",), 2, False)
    assert (row.number, row.fields["ip"]) == (1, "192.0.2.1")
    assert SECRET.encode() in room.read(collection, said.original)
    (entered,) = room.entered(Redaction)
    assert (entered.by, entered.because, entered.rows) == (ADA, WHY.because, 2)
    again = redacted(room, collection, said.redacted, fields=frozenset({"ip"}))
    head, row = dataset.read([room.read(collection, again.redacted)])
    assert (head.redacted.fields, head.redacted.rows, row.fields) == (("ip", "user_agent"), 2, {"event": "login"})


def test_the_bytes_of_a_file_can_be_left_out_by_their_field(room) -> None:
    collection = collected(room)
    said = redacted(room, collection, fields=frozenset({"file"}))
    assert all(one.file is None for one in list(dataset.read([room.read(collection, said.redacted)]))[1:])


@pytest.mark.parametrize(
    "what", [{}, {"fields": frozenset({"name"})}, {"rows": frozenset({4})}, {"rows": frozenset({0})}], ids=str
)
def test_what_is_not_there_cannot_be_left_out(room, what) -> None:
    collection = collected(room)
    with pytest.raises(NotRedacted):
        redacted(room, collection, **what)
    assert room.entered(Redaction) == []


def test_not_everything_is_left_out(room) -> None:
    (collection,) = room.decided(terms(fields=("ip",)))
    room.collect(Shelf(lambda: iter([login(INSIDE)])))
    with pytest.raises(NotRedacted):
        redacted(room, collection, fields=frozenset({"ip"}))


def test_a_blackened_file_lies_beside_its_original(room) -> None:
    number, body = new_id(), picture_with_everything("PNG")
    with room.work() as unit:
        held = room.vault.take_in(unit, number, [body], media_type="image/png", name="p.png", purpose="a test")
    subject = Subject(room.case, number, held.digest)
    said = redact_regions(room.vault, room.work, subject, WHY, (MIDDLE,)).document
    assert room.read(number, said.original) == body
    assert SECRET.encode() not in room.read(number, said.redacted)
    assert room.entered(Redaction)[0].regions == (MIDDLE,)
    with pytest.raises(NotRedacted):
        redact_regions(room.vault, room.work, Subject(room.case, number, "0" * 64), WHY, (MIDDLE,))


def blackened(room, number: str, digest: str, *, also: tuple[str, ...] = (), region: Region = MIDDLE):
    subject = Subject(room.case, number, digest)
    return redact_regions(room.vault, room.work, subject, WHY, (region,), also=also).document


def kept(room, number: str, body: bytes) -> str:
    with room.work() as unit:
        held = room.vault.take_in(unit, number, [body], media_type="image/png", name="p.png", purpose="a test")
    return held.digest


def test_the_same_file_of_two_collections_is_black_in_both_and_of_a_third_whole(room) -> None:
    one, other, third = new_id(), new_id(), new_id()
    digest = {kept(room, number, picture_with_everything("PNG")) for number in (one, other, third)}.pop()
    black = blackened(room, one, digest, also=(other,))
    forms = standing.Forms(room.case, room.vault)
    assert [forms.chain(number, digest)[-1] for number in (one, other, third)] == [
        black.redacted, black.redacted, digest
    ]  # fmt: skip
    assert forms.of(third, [digest]) == {}
    assert standing.lines(room.vault, other, {digest: black.redacted})[digest].name == "redacted.png"


def test_two_files_that_are_black_all_over_are_one_form_of_each(room) -> None:
    """The first one is given after all; the second one stays black."""
    number, all_over = new_id(), MIDDLE.model_copy(update={"left": 0, "top": 0, "right": 1, "bottom": 1})
    white, red = (Image.new("RGB", (64, 64), shade) for shade in ("white", "red"))
    digests = []
    for shown in (white, red):
        out = io.BytesIO()
        shown.save(out, "PNG")
        digests.append(kept(room, number, out.getvalue()))
    black = {blackened(room, number, digest, region=all_over).redacted for digest in digests}
    assert len(black) == 1
    assert all(standing.descend(room.case, digest) == {digest, *black} for digest in digests)
    undo(room.vault, room.work, Subject(room.case, number, digests[0]), WHY)
    assert standing.Forms(room.case, room.vault).of(number, digests) == {digests[1]: black.pop()}


def test_what_is_black_there_already_makes_no_form_and_what_was_undone_can_be_made_again(room) -> None:
    number = new_id()
    digest = kept(room, number, picture_with_everything("PNG"))
    black = blackened(room, number, digest).redacted
    with pytest.raises(NotRedacted):
        blackened(room, number, black)
    undo(room.vault, room.work, Subject(room.case, number, digest), WHY)
    with pytest.raises(NotRedacted):
        undo(room.vault, room.work, Subject(room.case, number, digest), WHY)
    assert standing.redactions(room.case) == ()
    assert blackened(room, number, digest).redacted == black
    assert standing.Forms(room.case, room.vault).chain(number, digest) == (digest, black)
    undo(room.vault, room.work, Subject(room.case, number, digest), WHY)
    assert standing.Forms(room.case, room.vault).chain(number, digest) == (digest,)
    assert len(standing.made(room.case)) == 2


def test_a_page_is_drawn_for_people_without_what_is_not_seen() -> None:
    body = pdf_with_everything()
    assert drawing.pages(body, drawing.PDF) == 2
    assert drawing.pages(b"whatever", "image/png") == 1
    for drawn in (drawing.page(body, drawing.PDF, 2), drawing.page(picture_with_everything("PNG"), "image/png", 1)):
        assert SECRET.encode() not in drawn
        with Image.open(io.BytesIO(drawn)) as seen:
            assert (seen.format, max(seen.size) <= 1600, dict(seen.getexif())) == ("JPEG", True, {})


@pytest.mark.parametrize(
    ("body", "media_type", "number"),
    [
        (pdf_with_everything(), "application/pdf", 3),
        (pdf_with_everything(), "application/pdf", 0),
        (picture_with_everything("PNG"), "image/png", 2),
        (b"%PDF-1.7 nonsense", "application/pdf", 1),
        (animated(), "image/gif", 1),
    ],
    ids=["third of two", "before the first", "second of a picture", "nonsense", "film"],
)
def test_what_is_no_page_is_not_drawn(body: bytes, media_type: str, number: int) -> None:
    with pytest.raises(NotRedacted):
        drawing.page(body, media_type, number)
    if media_type == "application/pdf" and b"nonsense" in body:
        with pytest.raises(NotRedacted):
            drawing.pages(body, media_type)
