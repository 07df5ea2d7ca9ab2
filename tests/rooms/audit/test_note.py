"""c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature: forms, keys and signatures."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import example, given
from hypothesis import strategies as st

from comity.casefile.audit import key_files
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import (
    AuditFailure,
    MalformedCheckpoint,
    MalformedKey,
    MalformedNote,
    SignatureRefused,
    UnknownSigner,
    UnsafeKeyFile,
)
from comity.casefile.audit.keys import KeyType, LogKeys, SigningKey, VerifierKey, verify_checkpoint
from comity.casefile.audit.merkle import EMPTY_ROOT
from comity.casefile.audit.note import MAX_BYTES, Note, Signature, decode_base64, encode_base64, is_key_name

ROOT = hashlib.sha256(b"root").digest()
CHECKPOINT = Checkpoint("log.example/comity", 12, ROOT)


def key(name: str = "log.example/comity", kind: KeyType = KeyType.ED25519, seed: int = 7) -> SigningKey:
    return SigningKey(name, kind, bytes([seed]) * 32)


ED, ML = key(), key(kind=KeyType.ML_DSA_44)
BOTH = LogKeys("log.example/comity", (ED, ML))
names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="+"), min_size=1)
signatures = st.builds(
    Signature,
    names.filter(lambda name: is_key_name(name) and " " not in name),
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=1, max_size=80),
)
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters=[chr(i) for i in range(32)] + ["\n"]))


@given(st.lists(texts, min_size=1).map("\n".join).filter(bool), st.lists(signatures, min_size=1, max_size=5))
def test_a_note_comes_back_as_it_was(text: str, signed: list[Signature]) -> None:
    note = Note(text + "\n", tuple(signed))
    assert Note.parse(note.encode()) == note


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b"\n\n\xe2\x80\x94 a AAAAAAA=\n")
@example("text\n\nmore\n\n— log.example/é AAAAAAA=\n".encode())
def test_bytes_are_a_note_and_come_back_or_are_refused(data: bytes) -> None:
    try:
        note = Note.parse(data)
    except MalformedNote:
        return
    assert note.encode() == data


@given(st.data())
def test_a_damaged_note_never_leads_to_another_failure(data: st.DataObject) -> None:
    whole = bytearray(BOTH.sign(CHECKPOINT, 1_700_000_000)[:400])
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with pytest.raises(AuditFailure):
        verify_checkpoint(bytes(whole), BOTH.verifiers)


def test_the_text_ends_at_the_last_empty_line() -> None:
    note = Note.parse("first\n\nsecond\n\n— log.example/é AAAAAAA=\n".encode())
    assert note.text == "first\n\nsecond\n"
    assert note.signatures == (Signature("log.example/é", bytes(4), bytes(1)),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=",
        b"text\n\n- name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",  # an id and nothing signed
        b"text\n\n\xe2\x80\x94 name AAAAAAB=\n",  # bits behind the end: a second spelling of the same bytes
        b"text\n\n\xe2\x80\x94 name AAAA AAA=\n",
        b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
        "text\n\n— na\u00a0me AAAAAAA=\n".encode(),
        b"text\n\n\xe2\x80\x94  AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=\njunk\n\xe2\x80\x94 name AAAAAAA=\n",
        b"te\x00xt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"te\rxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * 65,
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_a_malformed_note_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedNote):
        Note.parse(data)


def test_base64_has_one_spelling() -> None:
    assert decode_base64("AAAA") == bytes(3)
    for odd in ("AAA", "AAA\n=", "AAB=", "A*AA", "\u0130AAA"):
        assert decode_base64(odd) is None


# --- checkpoints ----------------------------------------------------------------------------------------------------


@given(st.text(max_size=200) | st.builds("{}\n{}\n{}\n".format, st.text(), st.integers(), st.just(encode_base64(ROOT))))
@example(CHECKPOINT.text())
def test_a_text_is_a_checkpoint_and_comes_back_or_is_refused(text: str) -> None:
    try:
        checkpoint = Checkpoint.parse(text)
    except MalformedCheckpoint:
        return
    assert checkpoint.text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"\n1\n{encode_base64(ROOT)}\n",
        f"o\n01\n{encode_base64(ROOT)}\n",
        f"o\n-1\n{encode_base64(ROOT)}\n",
        f"o\n{10**19}\n{encode_base64(ROOT)}\n",
        f"o\n\u0661\n{encode_base64(ROOT)}\n",
        f"o\n1\n{encode_base64(ROOT[:31])}\n",
        f"o\n1\n{encode_base64(ROOT)}",
        f"o\n1\n{encode_base64(ROOT)}\nextension\n",
        f"o\n0\n{encode_base64(ROOT)}\n",
        f"o\tp\n1\n{encode_base64(ROOT)}\n",
        f"{'o' * 256}\n1\n{encode_base64(ROOT)}\n",
        "o\n1\n***\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


def test_the_empty_log_has_one_head() -> None:
    assert Checkpoint.parse(Checkpoint("o", 0, EMPTY_ROOT).text()).size == 0


@pytest.mark.parametrize("size", [-1, 10**19])
def test_a_checkpoint_of_an_impossible_size_is_not_made(size: int) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint("o", size, ROOT)


@pytest.mark.parametrize(("signer", "time"), [("", 1), ("n" * 256, 1), ("n", -1), ("n", 1 << 63)])
def test_a_cosignature_that_cannot_be_written_is_refused(signer: str, time: int) -> None:
    with pytest.raises(MalformedCheckpoint):
        CHECKPOINT.cosigned_message(signer, time)


# --- keys and signatures --------------------------------------------------------------------------------------------


def test_both_keys_sign_and_verify() -> None:
    data = BOTH.sign(CHECKPOINT, 1_700_000_000)
    assert verify_checkpoint(data, BOTH.verifiers) == CHECKPOINT
    for one in BOTH.verifiers:
        assert verify_checkpoint(data, [one]) == CHECKPOINT
    assert [len(signature.value) for signature in Note.parse(data).signatures] == [64, 8 + 2420]


def test_ml_dsa_signs_the_structure_of_the_specification() -> None:
    """The message written a second time, field by field, from c2sp.org/tlog-cosignature."""
    value = ML.sign(CHECKPOINT, 1_700_000_000).value
    name = b"log.example/comity"
    assert value[:8] == struct.pack(">Q", 1_700_000_000)
    message = struct.pack(
        f">12sB{len(name)}sQB{len(name)}sQQ32s",
        b"subtree/v1\n\0", len(name), name, 1_700_000_000, len(name), name, 0, 12, ROOT,
    )  # fmt: skip
    MLDSA44PublicKey.from_public_bytes(ML.verifier.public).verify(value[8:], message)


@pytest.mark.parametrize("signing", [ED, ML])
def test_a_verifier_key_comes_back_as_it_was(signing: SigningKey) -> None:
    verifier = signing.verifier
    assert VerifierKey.parse(verifier.encode()) == verifier
    name, key_id, _ = verifier.encode().split("+", 2)
    body = b"log.example/comity\n" + bytes([signing.type]) + verifier.public
    assert (name, key_id) == ("log.example/comity", hashlib.sha256(body).hexdigest()[:8])


@given(st.text(max_size=120) | st.builds("{}+{}+{}".format, st.text(), st.text(), st.binary().map(encode_base64)))
@example(ED.verifier.encode())
@example(ML.verifier.encode())
def test_a_text_is_a_verifier_key_and_comes_back_or_is_refused(text: str) -> None:
    try:
        verifier = VerifierKey.parse(text)
    except MalformedKey:
        return
    assert verifier.encode() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+",
        ED.verifier.encode().replace("log.", "gol."),
        ED.verifier.encode()[:-4],
        "na me" + ED.verifier.encode(),
        f"n+00000000+{encode_base64(bytes([4]) + bytes(32))}",  # a cosigner's key: not one of a log
        f"n+00000000+{encode_base64(bytes([1]) + bytes(31))}",
        f"n+00000000+{encode_base64(bytes([6]) + bytes(32))}",
        f"{'n' * 256}+00000000+{encode_base64(bytes([1]) + bytes(32))}",
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey.parse(text)


def test_no_key_means_no() -> None:
    with pytest.raises(UnknownSigner):
        verify_checkpoint(BOTH.sign(CHECKPOINT, 1), [])


@pytest.mark.parametrize("kind", list(KeyType))
def test_a_stranger_with_the_same_name_is_not_the_log(kind: KeyType) -> None:
    with pytest.raises(UnknownSigner):
        verify_checkpoint(BOTH.sign(CHECKPOINT, 1), [key(kind=kind, seed=8).verifier])


@pytest.mark.parametrize("signing", [ED, ML])
def test_a_wrong_signature_of_a_known_key_refuses_the_whole_note(signing: SigningKey) -> None:
    good = Note.parse(BOTH.sign(CHECKPOINT, 1))
    other = signing.sign(Checkpoint("log.example/comity", 13, ROOT), 1)
    forged = Note(good.text, (*[one for one in good.signatures if one.key_id != other.key_id], other))
    with pytest.raises(SignatureRefused):
        verify_checkpoint(forged.encode(), BOTH.verifiers)


@pytest.mark.parametrize("value", [b"x", b"\xff" * 8 + b"x" * 2420, bytes(7)])
def test_a_signature_of_the_wrong_length_or_time_is_refused(value: bytes) -> None:
    for one in BOTH.verifiers:
        with pytest.raises(SignatureRefused):
            one.verify(CHECKPOINT, value)


def test_signatures_by_others_are_passed_over() -> None:
    good = Note.parse(BOTH.sign(CHECKPOINT, 1))
    witness = Signature("witness.example", b"\x01\x02\x03\x04", b"cosigned")
    assert verify_checkpoint(Note(good.text, (witness, *good.signatures)).encode(), BOTH.verifiers) == CHECKPOINT


# --- key files ------------------------------------------------------------------------------------------------------


def test_keys_are_made_once_and_come_back(tmp_path: Path) -> None:
    made = key_files.load_or_generate(tmp_path / "keys", "log.example/comity")
    assert key_files.load_or_generate(tmp_path / "keys", "log.example/comity") == made
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").glob("*.key")} == {
        "log-ed25519.key": "0o600",
        "log-ml-dsa-44.key": "0o600",
    }
    lines = (tmp_path / "keys" / key_files.VERIFIERS).read_text(encoding="utf-8").splitlines()
    assert [VerifierKey.parse(line) for line in lines] == list(made.verifiers)
    assert made.signing[0].seed.hex() not in repr(made)
    assert str(made.signing[0].seed) not in repr(made)


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    key_files.generate(tmp_path, "log.example/comity")
    with pytest.raises(UnsafeKeyFile):
        key_files.generate(tmp_path, "log.example/comity")


@pytest.mark.parametrize("origin", ["", "with space", "with+plus"])
def test_a_log_that_cannot_be_named_gets_no_keys(tmp_path: Path, origin: str) -> None:
    with pytest.raises(MalformedKey):
        key_files.generate(tmp_path, origin)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    key_files.generate(tmp_path, "log.example/comity")
    (tmp_path / "log-ed25519.key").chmod(mode)
    with pytest.raises(UnsafeKeyFile):
        key_files.load(tmp_path, "log.example/comity")


def test_a_key_of_another_log_is_refused(tmp_path: Path) -> None:
    key_files.generate(tmp_path, "log.example/comity")
    with pytest.raises(MalformedKey):
        key_files.load(tmp_path, "log.example/other")


def test_one_key_missing_is_not_replaced_in_silence(tmp_path: Path) -> None:
    key_files.generate(tmp_path, "log.example/comity")
    (tmp_path / "log-ml-dsa-44.key").unlink()
    with pytest.raises(MalformedKey):
        key_files.load_or_generate(tmp_path, "log.example/comity")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "PUBLIC+KEY+log.example/comity+00000000+AQ==",
        "PRIVATE+KEY+log.example/comity+00000000+AQ==",
        f"PRIVATE+KEY+log.example/comity+00000000+{encode_base64(bytes([6]) + bytes(32))}",
        f"PRIVATE+KEY+log.example/comity+00000000+{encode_base64(bytes([1]) + bytes(32))}",
        "PRIVATE+KEY+log.example/comity+00000000+***",
    ],
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: str) -> None:
    key_files.generate(tmp_path, "log.example/comity")
    (tmp_path / "log-ed25519.key").write_text(content, encoding="utf-8")
    with pytest.raises(MalformedKey):
        key_files.load(tmp_path, "log.example/comity")
