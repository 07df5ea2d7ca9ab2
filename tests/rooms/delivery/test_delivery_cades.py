"""The seal beside any bytes: a foreign tool believes it, and nothing that was changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from answer_samples import AT
from asn1crypto import cms

from comity.delivery.errors import NotSealed
from comity.delivery.seal import Seal, make_seal_file
from support.stamper import Stamper

BODY = b"<what is signed/>"


@pytest.fixture(scope="module")
def seal_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("cades") / "seal.pem"
    make_seal_file(path, legal_name="Example Board SAS", country="FR", at=AT)
    return path


@pytest.fixture(scope="module")
def stamper(tmp_path_factory):
    made = Stamper(tmp_path_factory.mktemp("tsa") / "it")
    yield made
    made.close()


def verified(folder: Path, signature: bytes, body: bytes, seal_file: Path) -> bool:
    (folder / "signature").write_bytes(signature)
    (folder / "body").write_bytes(body)
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(folder / "signature")]
    trust = ["-content", str(folder / "body"), "-CAfile", str(seal_file), "-purpose", "any", "-no_check_time"]
    return subprocess.run([*command, *trust, "-partial_chain", "-out", "/dev/null"], check=False).returncode == 0


def signer_of(signature: bytes) -> cms.SignerInfo:
    return cms.ContentInfo.load(signature)["content"]["signer_infos"][0]


def test_openssl_believes_it_and_no_other_bytes(seal_file, tmp_path) -> None:
    signature = Seal.from_file(seal_file).sign(BODY, at=AT)
    assert verified(tmp_path, signature, BODY, seal_file)
    assert not verified(tmp_path, signature, BODY + b" ", seal_file)
    names = {one["type"].native for one in signer_of(signature)["signed_attrs"]}
    assert {"signing_certificate_v2", "message_digest", "signing_time"} <= names


def test_another_s_seal_is_not_ours(seal_file, tmp_path) -> None:
    make_seal_file(tmp_path / "other.pem", legal_name="Other", country="FR", at=AT)
    assert not verified(tmp_path, Seal.from_file(tmp_path / "other.pem").sign(BODY, at=AT), BODY, seal_file)


def test_it_bears_a_time_stamp_where_one_is_set(seal_file, stamper, tmp_path) -> None:
    signature = Seal.from_file(seal_file, timestamp_url=stamper.url).sign(BODY, at=AT)
    assert verified(tmp_path, signature, BODY, seal_file)
    assert [one["type"].native for one in signer_of(signature)["unsigned_attrs"]] == ["signature_time_stamp_token"]


@pytest.mark.parametrize("fault", ["silent", "junk", "refuses", "other"])
def test_without_the_stamp_that_was_asked_for_there_is_no_signature(seal_file, stamper, fault) -> None:
    stamper.fault = fault
    try:
        with pytest.raises(NotSealed):
            Seal.from_file(seal_file, timestamp_url=stamper.url).sign(BODY, at=AT)
    finally:
        stamper.fault = ""
