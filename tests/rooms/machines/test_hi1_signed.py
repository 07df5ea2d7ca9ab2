"""Signatures inside messages: what was signed is what is read; every other signature says exactly why it is none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from comity.hi1 import Hi1Error
from comity.hi1.message import Encoding, Message
from comity.hi1.sealed import read_sealed
from support.hi1 import certificate, message
from support.signing import DS, EXCLUSIVE, Sealer, signature_of

EMPTY = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
WITH_COMMENTS = f"{EXCLUSIVE}WithComments"
COURT = Sealer()
SMALL = Sealer(rsa.generate_private_key(65537, 1024))  # noqa: S505 -- to be refused
BODY = message(*certificate(1))
SIGNED = COURT.sign(BODY)
SEALED = COURT.sign(BODY, xades=True)


def read(data: bytes) -> Message:
    return read_sealed(data, Encoding.XML)


def error_of(data: bytes) -> str:
    """Why its signature is none; the message itself was read as it came."""
    found = read(data)
    assert found.signed
    assert found.signature is not None
    assert not found.signature.intact
    assert found.signature.content == b""
    return found.signature.error


def account_in(found: Message) -> str:
    (task,) = (one for one in found.created if one["@type"] == "LDTaskObject")
    return str(task["RequestDetails"]["RequestValues"]["RequestValue"][0]["Value"])


@pytest.mark.parametrize("xades", [False, True])
@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_a_whole_signature_holds_and_what_it_signs_is_read(key: Any, digest: str, *, xades: bool) -> None:
    sealer = Sealer(key)
    found = read(sealer.sign(BODY, xades=xades, digest=digest))
    assert found.signature is not None
    assert (found.signature.error, found.signature.method) == ("", "xades" if xades else "xmldsig")
    assert found.signature.certificate in sealer.pem or found.signature.intact
    assert (found.signature.signed_at is not None) is xades
    plain = read_sealed(BODY, Encoding.XML)
    assert (found.actions, found.transaction, plain.signature) == (plain.actions, plain.transaction, None)


def test_an_unsigned_message_and_one_of_json_have_no_verified_signature() -> None:
    assert read(BODY).signature is None
    of_json = message(*certificate(1), encoding=Encoding.JSON).replace(
        b'{"HI1Message": {', b'{"HI1Message": {"Signature": {"jws": "a.b.c"}, '
    )
    found = read_sealed(of_json, Encoding.JSON)
    assert (found.signed, found.signature) == (True, None)


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    root = etree.fromstring(data)
    change(root)
    return bytes(etree.tostring(root))


def another_account(data: bytes) -> bytes:
    return data.replace(b"@mallory:", b"@alice:")


def wrapped(root: Any) -> None:
    """The signed message moves into an Object of its own signature; a forged one stands where it is read."""
    signature = signature_of(root)
    inner = copy.deepcopy(root)
    inner.remove(signature_of(inner))
    etree.SubElement(signature, f"{DS}Object").append(inner)
    for value in root.iter("{*}Value"):
        if value.text and value.text.startswith("@mallory") and inner not in value.iterancestors():
            value.text = "@alice:board.example"


def by_identifier(root: Any) -> None:
    """The reference names an element instead of the whole message."""
    root.set("Id", "whole")
    signature_of(root).find(f".//{DS}Reference").set("URI", "#whole")


def duplicated(root: Any) -> None:
    """What the second reference names stands twice."""
    name = signature_of(root).find(".//{*}SignedProperties").get("Id")
    next(root.iter("{*}HI1Object")).set("Id", name)


def moved(root: Any) -> None:
    next(root.iter("{*}HI1Object")).append(signature_of(root))


def elsewhere(root: Any) -> None:
    for reference in signature_of(root).iter(f"{DS}Reference"):
        if reference.get("URI"):
            reference.set("URI", "https://attacker.example/properties")


def stripped(root: Any) -> None:
    signature_of(root).remove(signature_of(root).find(f"{DS}KeyInfo"))


def transform(algorithm: str, place: int) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        list(signature_of(root).iter(f"{DS}Transform"))[place].set("Algorithm", algorithm)

    return change


def algorithm(name: str, value: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        next(signature_of(root).iter(f"{DS}{name}")).set("Algorithm", value)

    return change


def foreign_key(root: Any) -> None:
    """Another's certificate beside the same signature."""
    held = signature_of(root).find(f".//{DS}X509Certificate")
    held.text = "".join(Sealer().pem.decode().splitlines()[1:-1])
    info = signature_of(root).find(f"{DS}KeyInfo")
    for value in info.findall(f"{DS}KeyValue"):
        info.remove(value)


FORGED: dict[str, tuple[bytes, str]] = {
    "another account": (another_account(SIGNED), "Digest mismatch"),
    "another account, sealed": (another_account(SEALED), "Digest mismatch"),
    "wrapped": (changed(SIGNED, wrapped), "Invalid"),
    "by identifier": (changed(SIGNED, by_identifier), "does not sign the whole message"),
    "an identifier twice": (changed(SEALED, duplicated), "what two parts are named"),
    "moved into an object": (changed(SIGNED, moved), "elsewhere than directly in the message"),
    "properties elsewhere": (changed(SEALED, elsewhere), "what is not its own"),
    "no certificate": (changed(SIGNED, stripped), "brings no certificate"),
    "another's certificate": (changed(SIGNED, foreign_key), "InvalidSignature"),
    "XPath": (changed(SIGNED, transform("http://www.w3.org/TR/1999/REC-xpath-19991116", 1)), "transforms the message"),
    "XSLT": (changed(SIGNED, transform("http://www.w3.org/TR/1999/REC-xslt-19991116", 0)), "transforms the message"),
    "with comments": (COURT.sign(BODY, canonical=WITH_COMMENTS), "transforms the message"),
    "SHA-1": (COURT.sign(BODY, digest="sha1"), "forbidden by configuration"),
    "SHA-224": (COURT.sign(BODY, digest="sha224"), "forbidden by configuration"),
    "HMAC": (
        changed(SIGNED, algorithm("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")),
        "Invalid",
    ),
    "RSA of 1024": (SMALL.sign(BODY), "too small"),
    "nothing in it": (
        BODY.replace(b"</core:HI1Message>", EMPTY + b"</core:HI1Message>"),
        "does not sign the whole message",
    ),
}


@pytest.mark.parametrize("name", list(FORGED))
def test_a_signature_that_is_none_says_why(name: str) -> None:
    data, words = FORGED[name]
    assert words in error_of(data)


def test_what_is_hidden_from_the_signature_is_not_read() -> None:
    """A comment is not signed; where it cuts a value, reader and verifier see one and the same."""
    cut = SIGNED.replace(b"@mallory:board", b"@mal<!-- x -->lory:board")
    found = read(cut)
    assert found.signature is not None
    assert found.signature.intact
    assert account_in(found) == "@mallory:board.example"
    assert b"<!--" not in found.signature.content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<!DOCTYPE HI1Message [<!ENTITY a "x">]>' + SIGNED, "document type"),
        (changed(SIGNED, lambda root: root.append(copy.deepcopy(signature_of(root)))), "stands twice"),
        (SIGNED.replace(b"<ds:SignatureValue>", b'<x xmlns="urn:other"/><ds:SignatureValue>'), "namespace"),
        (SIGNED.replace(b"<ds:SignatureValue>", b"<?php x ?><ds:SignatureValue>"), "processing instruction"),
    ],
)
def test_what_no_message_may_hold_is_refused_before_any_signature_is_looked_at(data: bytes, words: str) -> None:
    with pytest.raises(Hi1Error, match=words):
        read(data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_unseen(place: int, by: int) -> None:
    """Whatever byte is changed: refused, found broken, or what is read is still exactly what was signed."""
    data = bytearray(SEALED)
    data[place] ^= by
    try:
        found = read(bytes(data))
    except Hi1Error:
        return
    if found.signature is not None and found.signature.intact:
        assert found.actions == read(SEALED).actions
