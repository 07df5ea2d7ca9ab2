"""The seal's key changes or lies in a token: old answers stay what they are, and no answer is ever without a seal."""

from __future__ import annotations

import io
import os
import shutil
import threading
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfWriter

from comity.casefile.clock import Instant
from comity.delivery import Seal, make_seal_file
from comity.delivery.errors import SealAway, UnsafeSetting, UnusableSeal
from comity.delivery.token import TokenPlace
from support.token import MODULE, Token

AT = Instant.parse("2026-11-23T01:13:00Z")
with_softhsm = pytest.mark.skipif(not MODULE.exists(), reason="Debian's softhsm2 is not installed (tools/debian.sh)")


def page() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def sealed(seal: Seal) -> bytes:
    return seal.seal(page(), reason="Annex II", at=AT)


def verified(pdf: bytes) -> str:
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    roots = [signature.signer_cert]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=AT.utc, revocation_mode="soft-fail")
    assert validate_pdf_signature(signature, context).bottom_line
    return signature.signer_cert.subject.human_friendly


def made(path: Path, name: str) -> Path:
    make_seal_file(path, legal_name=name, country="FR", at=AT)
    return path


def test_a_new_seal_is_used_without_a_restart_and_old_answers_still_verify(tmp_path):
    seal = Seal.from_file(made(tmp_path / "seal.pem", "First"))
    before = sealed(seal)
    made(tmp_path / "next.pem", "Second").rename(tmp_path / "seal.pem")
    after = sealed(seal)
    assert "First" in verified(before)
    assert "Second" in verified(after)
    assert "Second" in seal.owner


def test_a_new_seal_that_others_could_read_or_that_is_none_is_not_used(tmp_path):
    seal = Seal.from_file(made(tmp_path / "seal.pem", "First"))
    made(tmp_path / "next.pem", "Second").rename(tmp_path / "seal.pem")
    (tmp_path / "seal.pem").chmod(0o644)
    with pytest.raises(UnusableSeal, match="chmod 600"):
        sealed(seal)
    (tmp_path / "other.pem").write_text("no key")
    (tmp_path / "other.pem").chmod(0o600)
    (tmp_path / "other.pem").rename(tmp_path / "seal.pem")
    with pytest.raises(UnusableSeal):
        sealed(seal)


@pytest.fixture(scope="module")
def token(tmp_path_factory) -> Token:
    return Token(tmp_path_factory.mktemp("softhsm"), AT)


@with_softhsm
def test_a_token_seals_and_its_key_is_nowhere_else(token):
    seal = Seal.from_token(token.uri)
    assert "Example Board SAS" in verified(sealed(seal))
    assert "Example Board SAS" in seal.owner


@with_softhsm
def test_many_threads_seal_by_one_token(token):
    seal, made_pdfs = Seal.from_token(token.uri), []
    threads = [threading.Thread(target=lambda: made_pdfs.append(sealed(seal))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len([verified(pdf) for pdf in made_pdfs]) == 4


@with_softhsm
def test_a_process_forked_after_the_token_was_used_seals(token):
    seal = Seal.from_token(token.uri)
    sealed(seal)
    child = os.fork()
    if child == 0:
        try:
            verified(sealed(seal))
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


@with_softhsm
def test_a_token_taken_out_seals_nothing_until_it_is_put_back(token):
    seal = Seal.from_token(token.uri)
    token.take_out()
    with pytest.raises(SealAway, match="the token comity is not there"):
        sealed(seal)
    token.put_back()
    assert verified(sealed(seal))


@with_softhsm
def test_a_wrong_pin_is_tried_once_only_until_its_file_is_mended(token):
    seal, right = Seal.from_token(token.uri), token.pin.read_text()
    token.pin.write_text("0000")
    with pytest.raises(SealAway, match="refused the PIN"):
        sealed(seal)
    with pytest.raises(SealAway, match="not tried again"):
        sealed(seal)
    token.pin.write_text(right)
    assert verified(sealed(seal))


@with_softhsm
def test_what_is_missing_is_named_and_the_pin_is_not(token, tmp_path):
    shutil.copy(token.pin, tmp_path / "open")
    (tmp_path / "open").chmod(0o644)
    for old, new, said in (
        ("token=comity", "token=other", "the token other is not there"),
        ("object=seal", "object=other", "no key and certificate other|no certificate other|failed"),
        (MODULE.name, "none.so", "none.so cannot be loaded"),
        (str(token.pin), str(tmp_path / "none"), "PIN's file"),
        (str(token.pin), str(tmp_path / "open"), "chmod 600|others"),
    ):
        with pytest.raises(SealAway, match=said) as refused:
            sealed(Seal.from_token(token.uri.replace(old, new)))
        assert "4711" not in str(refused.value)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "http://token",
        "pkcs11:token=a;object=b",
        "pkcs11:token=a?module-path=/m&pin-source=/p",
        "pkcs11:token=a;object=b?module-path=/m&pin-value=1234",
        "pkcs11:token=a;object=b;id=%01?module-path=/m&pin-source=/p",
        "pkcs11:token=a;object=b?module-path=/m&pin-source=/p#x",
    ],
)
def test_a_token_is_named_in_one_way_only_and_its_pin_never_in_it(uri):
    with pytest.raises((UnsafeSetting, ValueError)):
        TokenPlace.parse(uri)


def test_a_token_s_uri_is_read():
    place = TokenPlace.parse("pkcs11:token=my%20card;object=seal?module-path=/usr/lib/m.so&pin-source=file:/etc/pin")
    assert place == TokenPlace("my card", "seal", Path("/usr/lib/m.so"), Path("/etc/pin"))
