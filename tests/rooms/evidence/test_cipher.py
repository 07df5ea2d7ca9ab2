"""The stream cipher and the wrapping keys: what goes in comes out, and nothing else ever does."""

from __future__ import annotations

import hashlib
import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casefile.evidence import cipher, keys
from comity.casefile.evidence.errors import ExhibitDamaged, InvalidKey, UnknownKey, WrongKey

KEY = bytes(range(32))
SMALL = 64


def sealed(chunks: list[bytes], key: bytes = KEY) -> tuple[bytes, cipher.Digester]:
    seen = cipher.Digester()
    return b"".join(cipher.encrypt(key, cipher.new_head(), chunks, seen)), seen


def opened(data: bytes, plain: bytes, key: bytes = KEY) -> bytes:
    digest = hashlib.sha256(plain).hexdigest()
    return b"".join(cipher.decrypt(key, io.BytesIO(data), digest=digest, size=len(plain)))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "CHUNK_BYTES", SMALL)


def pieces(data: bytes) -> list[bytes]:
    """The head and the sealed chunks of a file made with small chunks."""
    step = SMALL + cipher.TAG_BYTES
    body = data[cipher.HEAD_BYTES :]
    return [data[: cipher.HEAD_BYTES], *(body[at : at + step] for at in range(0, len(body), step))]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=200), max_size=12))
def test_any_stream_in_any_pieces_comes_back(chunks: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cipher, "CHUNK_BYTES", SMALL)
        data, seen = sealed(chunks)
        plain = b"".join(chunks)
        assert opened(data, plain) == plain
        assert seen.digest == hashlib.sha256(plain).hexdigest()
        assert seen.size == len(plain)


@pytest.mark.parametrize("length", [0, 1, SMALL - 1, SMALL, SMALL + 1, 2 * SMALL, 5 * SMALL + 3])
def test_lengths_about_a_chunk(small_chunks: None, length: int) -> None:
    plain = secrets.token_bytes(length)
    assert opened(sealed([plain])[0], plain) == plain


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("length", [0, 10, SMALL, 3 * SMALL + 5])
def test_every_flipped_byte_is_found(length: int) -> None:
    plain = secrets.token_bytes(length)
    data = sealed([plain])[0]
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 0x40
        with pytest.raises(ExhibitDamaged):
            opened(bytes(damaged), plain)


@pytest.mark.usefixtures("small_chunks")
def test_every_truncation_is_found() -> None:
    plain = secrets.token_bytes(3 * SMALL)
    data = sealed([plain])[0]
    for length in range(len(data)):
        with pytest.raises(ExhibitDamaged):
            opened(data[:length], plain)


@pytest.mark.usefixtures("small_chunks")
def test_chunks_swapped_repeated_left_out_or_added_are_found() -> None:
    plain = secrets.token_bytes(3 * SMALL + 7)
    head, a, b, c, last = pieces(sealed([plain])[0])
    for other in ([b, a, c, last], [a, a, c, last], [a, c, last], [a, b, c], [a, b, c, last, last], [last, a, b, c]):
        with pytest.raises(ExhibitDamaged):
            opened(b"".join([head, *other]), plain)


@pytest.mark.usefixtures("small_chunks")
def test_chunks_of_another_exhibit_under_the_same_key_are_found() -> None:
    plain = secrets.token_bytes(2 * SMALL)
    head, first, last = pieces(sealed([plain])[0])
    _, foreign, _ = pieces(sealed([plain])[0])
    with pytest.raises(ExhibitDamaged):
        opened(head + foreign + last, plain)
    assert opened(head + first + last, plain) == plain


def test_the_wrong_key_and_the_wrong_digest_are_found() -> None:
    data = sealed([b"evidence"])[0]
    with pytest.raises(ExhibitDamaged):
        opened(data, b"evidence", secrets.token_bytes(32))
    with pytest.raises(ExhibitDamaged):
        opened(data, b"evidencf")


def test_no_byte_is_given_before_it_is_authenticated(small_chunks: None) -> None:
    plain = secrets.token_bytes(2 * SMALL)
    damaged = bytearray(sealed([plain])[0])
    damaged[-1] ^= 1
    given_out = cipher.decrypt(KEY, io.BytesIO(bytes(damaged)), digest=hashlib.sha256(plain).hexdigest(), size=128)
    assert next(given_out) == plain[:SMALL]
    with pytest.raises(ExhibitDamaged):
        next(given_out)


def test_the_same_bytes_never_look_the_same() -> None:
    assert sealed([b"x" * 100])[0] != sealed([b"x" * 100])[0]
    assert b"x" * 8 not in sealed([b"x" * 100])[0]


def test_the_newest_key_wraps_and_any_unwraps() -> None:
    old = keys.new_line("2025")
    older_vault = keys.KeyEncryptionKeys.parse(old)
    identifier, wrapped = older_vault.wrap(KEY, b"case/file")
    both = keys.KeyEncryptionKeys.parse("# oldest first\n\n" + old + keys.new_line("2026"))
    assert both.newest == "2026"
    assert both.unwrap(identifier, wrapped, b"case/file") == KEY
    assert both.wrap(KEY, b"case/file")[0] == "2026"


def test_a_wrapped_key_opens_in_its_own_context_only() -> None:
    known = keys.KeyEncryptionKeys.parse(keys.new_line("k"))
    identifier, wrapped = known.wrap(KEY, b"case/file")
    with pytest.raises(WrongKey):
        known.unwrap(identifier, wrapped, b"case/other")
    with pytest.raises(WrongKey):
        keys.KeyEncryptionKeys.parse(keys.new_line("k")).unwrap(identifier, wrapped, b"case/file")
    with pytest.raises(UnknownKey):
        keys.KeyEncryptionKeys.parse(keys.new_line("other")).unwrap(identifier, wrapped, b"case/file")
    for at in range(len(wrapped)):
        damaged = bytearray(wrapped)
        damaged[at] ^= 1
        with pytest.raises(WrongKey):
            known.unwrap(identifier, bytes(damaged), b"case/file")
    for length in range(len(wrapped)):
        with pytest.raises(WrongKey):
            known.unwrap(identifier, wrapped[:length], b"case/file")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "one",
        "one two three",
        "k AAAA",
        "k !!!!",
        "b/d " + "A" * 43 + "=",
        "k " + "A" * 43 + "=\nk " + "B" * 43 + "=",
    ],
)
def test_unusable_keys_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(InvalidKey) as failure:
        keys.KeyEncryptionKeys.parse(text)
    assert "AAAA" not in str(failure.value)


@given(st.text(max_size=200))
def test_reading_keys_fails_in_one_way_only(text: str) -> None:
    try:
        keys.KeyEncryptionKeys.parse(text)
    except InvalidKey:
        return


def test_a_file_that_others_can_read_is_refused(tmp_path) -> None:
    path = tmp_path / "keys"
    path.write_text(keys.new_line("k"))
    path.chmod(0o640)
    with pytest.raises(InvalidKey, match="chmod 600"):
        keys.KeyEncryptionKeys.from_file(path)
    path.chmod(0o600)
    loaded = keys.KeyEncryptionKeys.from_file(path)
    assert repr(loaded) == "KeyEncryptionKeys(k)"
    with pytest.raises(InvalidKey):
        keys.KeyEncryptionKeys.from_file(tmp_path / "none")
