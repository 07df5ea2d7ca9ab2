"""A package, opened and checked with tools that are not ours; and what must not be found in it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import bagit
import lxml.etree
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from comity.casefile.documents.collection import DisclosurePackage, Region
from comity.casefile.documents.disclosure import Category
from comity.casefile.documents.identifiers import new_id
from comity.execution.disclosure import container, dataset, encrypting, pulling, store
from comity.execution.disclosure.archive import Archive
from comity.execution.disclosure.certifying import Custodian
from comity.execution.disclosure.encrypting import KeyKind, Recipient
from comity.execution.disclosure.errors import NoSuchCollection, NotPacked, UnusableRecipient
from comity.execution.disclosure.packaging import Addressee, Packing, Part, make
from comity.execution.disclosure.redacting import Subject, Why, redact_regions, redact_rows
from support.board import picture
from support.grants import ADA, terms
from support.receiving import Authority
from support.records import Shelf, login, person, upload

INSIDE = "2026-11-12T00:00:00Z"
PICTURE = picture((10, 200, 30), "PNG")
CUSTODIAN = Custodian("C. Ustodian", "head of records", "Example Board SAS")


@pytest.fixture
def seal(room, tmp_path):
    from comity.delivery import Seal, make_seal_file

    make_seal_file(tmp_path / "seal.pem", legal_name="Example Board SAS", country="FR", at=room.clock.now())
    return Seal.from_file(tmp_path / "seal.pem")


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


def collected(room, *categories: Category, rows=None) -> str:
    (collection,) = room.decided(terms(*(categories or (Category.TRAFFIC, Category.CONTENT))))
    room.collect(Shelf(lambda: iter(rows or [login(INSIDE), login(INSIDE, ip="=1+1"), upload(INSIDE, PICTURE)])))
    return collection


def packed(room, seal, recipient: Recipient, *parts: Part, state: str = "FR", **means) -> DisclosurePackage:
    addressee = Addressee("authority-1", state, "REF 2026/7", recipient)
    packing = Packing(room.vault, seal, CUSTODIAN, **means)
    return make(parts, addressee, packing, room.work, case=room.case, at=room.clock.now()).document


def whole(collection: str) -> Part:
    return Part(collection, store.collection(collection).exhibits[0])


def package_of(room, made: DisclosurePackage) -> bytes:
    return room.read(made.file.name.partition(".")[0], made.exhibit)


SORTS = [(KeyKind.X509, "rsa"), (KeyKind.X509, "ec"), (KeyKind.AGE, ""), (KeyKind.OPENPGP, "")]


@pytest.mark.parametrize(("kind", "sort"), SORTS, ids=["rsa", "ecdh", "age", "openpgp"])
def test_foreign_tools_open_and_verify_it(room, seal, authority, tmp_path, kind, sort) -> None:
    collection = collected(room)
    made = packed(room, seal, authority.recipient(kind, sort), whole(collection))
    body = package_of(room, made)
    assert hashlib.sha512(body).hexdigest() == made.file.sha512
    assert b"192.0.2.1" not in body
    folder = authority.unpacked(authority.decrypted(kind, body, sort))
    bagit.Bag(str(folder / "bag")).validate()
    verify_signature(folder, tmp_path / "seal.pem")
    assert {one.name for one in made.contents} | {"mimetype"} == {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    }
    data = folder / "bag" / "data"
    head, *rows = dataset.read([(data / "1" / "records.jsonl").read_bytes()])
    assert (head.collection, len(rows)) == (collection, 3)
    table = list(csv.reader(io.StringIO((data / "1" / "records.csv").read_text(), newline="")))
    assert len(table) == 4
    assert "'=1+1" in table[2]
    (file,) = (data / "1" / "files").iterdir()
    assert file.read_bytes() == PICTURE
    assert pypdf.PdfReader(data / "1" / "records.pdf").pages
    assert (data / "decision.tlog-proof").read_text().startswith("c2sp.org/tlog-proof@v1")


def verify_signature(folder: Path, certificate: Path) -> None:
    """``openssl cms`` says that the list was signed; the list says what every file is."""
    manifest = folder / "META-INF" / "ASiCManifest.xml"
    command = ["openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-content", str(manifest)]
    trust = ["-in", str(folder / "META-INF" / "signature.p7s"), "-CAfile", str(certificate), "-purpose", "any"]
    subprocess.run(
        [*command, *trust, "-partial_chain", "-no_check_time", "-out", "/dev/null"], check=True, capture_output=True
    )
    listed = {}
    for row in lxml.etree.parse(manifest).getroot().iter("{http://uri.etsi.org/02918/v1.2.1#}DataObjectReference"):
        value = row.find("{http://www.w3.org/2000/09/xmldsig#}DigestValue").text
        listed[row.get("URI")] = base64.b64decode(value)
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "META-INF"]
    for path in files:
        name = str(path.relative_to(folder))
        if name != "mimetype":
            assert hashlib.sha512(path.read_bytes()).digest() == listed.pop(name), name
    assert listed == {}


def test_a_changed_list_is_not_what_was_signed(room, seal, authority, tmp_path) -> None:
    made = packed(room, seal, authority.recipient(KeyKind.AGE), whole(collected(room)))
    folder = authority.unpacked(authority.decrypted(KeyKind.AGE, package_of(room, made)))
    manifest = folder / "META-INF" / "ASiCManifest.xml"
    manifest.write_bytes(manifest.read_bytes().replace(b"bag/", b"bog/", 1))
    with pytest.raises(subprocess.CalledProcessError):
        verify_signature(folder, tmp_path / "seal.pem")


@pytest.mark.parametrize("state", ["FR", "US"])
def test_the_certificate_is_sealed_and_names_the_digests(room, seal, authority, state) -> None:
    made = packed(room, seal, authority.recipient(KeyKind.AGE), whole(collected(room)), state=state)
    data = authority.unpacked(authority.decrypted(KeyKind.AGE, package_of(room, made))) / "bag" / "data"
    body = (data / "certificate.pdf").read_bytes()
    signature = PdfFileReader(io.BytesIO(body)).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
    text = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    digests = (data / container.DIGESTS).read_bytes()
    assert hashlib.sha512(digests).hexdigest() in text
    for line in digests.decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha512((data / name).read_bytes()).hexdigest() == digest
    assert ("902(11)" in text) == ("902(13)" in text) == ("902(14)" in text) == (state == "US")
    assert ("Unconfirmed" in text) == (state == "US"), "what nobody checked says so"
    assert "C.Ustodian" in text


def test_what_was_redacted_cannot_be_found_in_the_package(room, seal, authority) -> None:
    secret = "Bernadette"
    rows = [login(INSIDE, user_agent=secret), login(INSIDE, ip="198.51.100.7"), upload(INSIDE, PICTURE)]
    collection = collected(room, rows=rows)
    data, original = store.collection(collection).exhibits
    why = Why(ADA, "third person")
    said = redact_rows(
        room.vault,
        room.work,
        Subject(room.case, collection, data),
        why,
        fields=frozenset({"user_agent"}),
        rows=frozenset({2}),
    ).document
    black = redact_regions(
        room.vault,
        room.work,
        Subject(room.case, collection, original),
        why,
        (Region(page=1, left=0, top=0, right=0.5, bottom=1),),
    ).document
    part = Part(collection, said.redacted, {original: black.redacted})
    made = packed(room, seal, authority.recipient(KeyKind.AGE), part)
    folder = authority.unpacked(authority.decrypted(KeyKind.AGE, package_of(room, made)))
    found = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    text = "".join(page.extract_text() for page in pypdf.PdfReader(folder / "bag/data/1/records.pdf").pages)
    for gone in (secret.encode(), b"198.51.100.7", original.encode(), data.encode(), PICTURE):
        assert gone not in found
    assert secret not in text
    assert black.redacted.encode() in found
    certificate = pypdf.PdfReader(folder / "bag/data/certificate.pdf").pages[0].extract_text()
    assert "fields user_agent; 1 rows; 1 files in parts" in " ".join(certificate.split())


@pytest.mark.parametrize("what", ["another's data", "an original for a file", "a file of nobody", "not collected"])
def test_only_what_was_collected_and_its_redacted_forms_are_packed(room, seal, authority, what) -> None:
    first, second = collected(room), collected(room, Category.SUBSCRIBER, rows=[person()])
    data, file = store.collection(first).exhibits
    part = {
        "another's data": Part(first, store.collection(second).exhibits[0]),
        "an original for a file": Part(first, data, {file: file}),
        "a file of nobody": Part(first, data, {"0" * 64: file}),
        "not collected": Part(new_id(), data),
    }[what]
    with pytest.raises((NotPacked, NoSuchCollection)):
        packed(room, seal, authority.recipient(KeyKind.AGE), part)
    assert room.entered(DisclosurePackage) == []


def test_collections_of_two_decisions_are_two_packages(room, seal, authority) -> None:
    parts = [whole(collected(room)), whole(collected(room, Category.SUBSCRIBER, rows=[person()]))]
    with pytest.raises(NotPacked):
        packed(room, seal, authority.recipient(KeyKind.AGE), *parts)
    with pytest.raises(NotPacked):
        packed(room, seal, authority.recipient(KeyKind.AGE))


def test_a_collection_that_was_not_performed_is_not_packed(room, seal, authority) -> None:
    (collection,) = room.decided(terms())
    with pytest.raises(NoSuchCollection):
        packed(room, seal, authority.recipient(KeyKind.AGE), Part(collection, "0" * 64))


@pytest.mark.parametrize(
    "make_key",
    [
        lambda _: Recipient(KeyKind.X509, b"nonsense"),
        lambda who: Recipient(KeyKind.X509, who.certificate("ed").read_bytes()),
        lambda who: Recipient(KeyKind.X509, who.certificate("rsa", "digital_signature").read_bytes()),
        lambda who: Recipient(KeyKind.X509, who.certificate("rsa", "", "2026-11-01T00:00:00Z").read_bytes()),
        lambda _: Recipient(KeyKind.AGE, b"age1nonsense"),
        lambda _: Recipient(KeyKind.AGE, "agé1".encode()),
        lambda _: Recipient(KeyKind.OPENPGP, b"nonsense"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_before_anything_is_opened(room, seal, authority, make_key) -> None:
    collection = collected(room)
    before = len(room.vault.exhibits(collection))
    with pytest.raises(UnusableRecipient):
        packed(room, seal, make_key(authority), whole(collection))
    assert (len(room.vault.exhibits(collection)), room.entered(DisclosurePackage)) == (before, [])


@pytest.mark.parametrize("usage", ["key_encipherment", "data_encipherment", "key_agreement"])
def test_a_certificate_that_is_meant_for_it_is_taken(room, authority, usage) -> None:
    encrypting.check(Recipient(KeyKind.X509, authority.certificate("ec", usage).read_bytes()), room.clock.now())


def test_a_stream_that_breaks_off_is_no_package(authority) -> None:
    def broken():
        yield b"x" * 5_000_000
        raise NotPacked("broken")

    for kind, sort in SORTS:
        with pytest.raises(NotPacked, match="broken"):
            list(encrypting.encrypt(authority.recipient(kind, sort), broken()))


def test_large_packages_are_announced_and_small_ones_sent(room, seal, authority) -> None:
    part, recipient = whole(collected(room)), authority.recipient(KeyKind.AGE)
    assert packed(room, seal, recipient, part).pulled is False
    made = packed(room, seal, recipient, part, most_sent=1000)
    assert made.pulled
    said = pulling.manifest(made, sender="us", recipient="them", reference="REF", means="portal")
    assert said["available_until"] == str(made.available_until)
    assert said["files"][0]["digests"] == [{"algorithm": "SHA-512", "value": made.file.sha512}]
    assert (said["files"][0]["size"], said["files"][0]["name"]) == (made.file.size, made.file.name)


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="ascii"), max_size=90), st.lists(st.binary(max_size=3000))), max_size=5
    )
)
def test_the_archive_is_what_it_was_given(files) -> None:
    archive = Archive()
    out = b"".join(archive.first("mimetype", b"a type"))
    given_files = {}
    for number, (name, chunks) in enumerate(files):
        shown = f"{number}/{container.safe(name)}"
        given_files[shown] = b"".join(chunks)
        out += b"".join(archive.file(shown, chunks))
    out += b"".join(archive.end())
    assert out[30:44] == b"mimetypea type"
    with zipfile.ZipFile(io.BytesIO(out)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == {"mimetype": b"a type", **given_files}
    assert [one.sha512 for one in archive.files] == [hashlib.sha512(body).hexdigest() for body in given_files.values()]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("a\nb", "a_b"),
        ("..", "file"),
        ("", "file"),
        ("é" * 9, "file"),
        ("x" * 99, "x" * 80),
    ],
)
def test_a_name_stays_in_its_folder(name: str, made: str) -> None:
    assert container.safe(name) == made
