from __future__ import annotations

import base64
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from comity.intake.confined import Confined
from comity.intake.mail import read_mail
from comity.intake.origin import Origins, Way, aligned, hints, told
from comity.intake.resolver import DnsResolver
from support import dns, orders

READER = Confined()
DOMAIN = "authority.example"
RELAY = "mx.board.example"


@cache
def key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def record(bits: int = 2048) -> str:
    der = key(bits).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def signed(message: bytes, domain: str = DOMAIN, *, length: bool = False) -> bytes:
    pem = key(2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return dkim.sign(message, b"night", domain.encode(), pem, length=length) + message


def records(**more: str) -> dict[str, str]:
    return {f"night._domainkey.{DOMAIN}": record(), f"_dmarc.{DOMAIN}": "v=DMARC1; p=reject", **more}


def found(body: bytes, known: dict[str, str], relay: str | None = None) -> dict[str, tuple[str, str]]:
    mail = read_mail(body)
    with dns.serving(known) as (host, port, _asked):
        way = Way(body, mail.author, mail.dkim, mail.relays_say)
        return {
            one.method: (one.result, one.domain) for one in hints(way, Origins(DnsResolver(host, port), relay), READER)
        }


def test_a_signature_of_the_author_s_domain_passes_and_speaks_for_it():
    assert found(signed(orders.mail(None)), records()) == {"dkim": ("pass", DOMAIN), "dmarc": ("pass", DOMAIN)}


def test_one_changed_byte_fails_and_nothing_speaks_for_the_author():
    body = signed(orders.mail(None)).replace(b"Please find", b"Please f1nd")
    results = found(body, records())
    assert results["dkim"][0] in {"fail", "neutral"}
    assert results["dmarc"] == ("fail", DOMAIN)


def test_a_signature_of_somebody_else_s_domain_passes_but_speaks_for_nobody_here():
    known = records() | {"night._domainkey.evil.example": record()}
    results = found(signed(orders.mail(None), "evil.example"), known)
    assert results == {"dkim": ("pass", "evil.example"), "dmarc": ("fail", DOMAIN)}


def test_a_signature_over_the_beginning_of_the_body_counts_for_nothing():
    body = signed(orders.mail(None), length=True) + b"and remove this too\r\n"
    assert found(body, records())["dkim"] == ("policy", DOMAIN)


def test_a_key_that_nobody_publishes_and_one_that_is_too_short_do_not_pass():
    assert found(signed(orders.mail(None)), {})["dkim"][0] not in {"pass", "policy"}
    short = {f"night._domainkey.{DOMAIN}": record(1024).replace("p=", "p=AAAA")}
    assert found(signed(orders.mail(None)), short)["dkim"][0] != "pass"


def test_a_policy_above_the_author_s_domain_is_found_and_strictness_obeyed():
    message = orders.mail(None, "X <a@night.authority.example>")
    relaxed = found(signed(message), records())
    strict = found(signed(message), records(**{f"_dmarc.{DOMAIN}": "v=DMARC1; p=none; adkim=s"}))
    assert (relaxed["dmarc"][0], strict["dmarc"][0]) == ("pass", "fail")


def test_a_resolver_that_does_not_answer_is_a_result_and_no_failure():
    body = signed(orders.mail(None))
    mail = read_mail(body)
    nobody = DnsResolver("127.0.0.1", 9, seconds=0.3)
    got = hints(Way(body, mail.author, mail.dkim), Origins(nobody), READER)
    assert [(one.method, one.result) for one in got] == [("dkim", "temperror"), ("dmarc", "temperror")]


def test_without_a_resolver_and_a_relay_nothing_is_asked_and_nothing_said():
    body = signed(orders.mail(None))
    mail = read_mail(body)
    assert hints(Way(body, mail.author, mail.dkim, mail.relays_say), Origins(), READER) == ()


def test_only_names_of_mail_keys_and_policies_are_asked_for():
    body = signed(orders.mail(orders.as_fields_pdf(orders.order())))
    mail = read_mail(body)
    with dns.serving(records()) as (host, port, asked):
        hints(Way(body, mail.author, mail.dkim), Origins(DnsResolver(host, port)), READER)
    assert set(asked) == {f"night._domainkey.{DOMAIN}", f"_dmarc.{DOMAIN}"}


@pytest.mark.parametrize(
    ("line", "result"),
    [
        (f"{RELAY}; spf=pass smtp.mailfrom=orders@authority.example", ("pass", DOMAIN)),
        (
            f"{RELAY} 1; dkim=none; spf=softfail (sender (not) known) smtp.mailfrom=authority.example",
            ("softfail", DOMAIN),
        ),
        (f'"{RELAY}"; spf=fail', ("fail", "")),
        ("mx.evil.example; spf=pass smtp.mailfrom=authority.example", None),
        (f"x{RELAY}; spf=pass", None),
        (f"evil ({RELAY}); spf=pass", None),
        (f"{RELAY}; spf=certainly", None),
        ("", None),
    ],
)
def test_only_our_own_relay_is_believed_about_spf(line, result):
    got = {one.method: (one.result, one.domain) for one in told([line], RELAY)}
    assert got.get("spf") == result


def test_a_forged_line_below_our_relay_s_own_is_not_read():
    lines = [f"{RELAY}; spf=fail smtp.mailfrom=evil.example", f"{RELAY}; spf=pass smtp.mailfrom={DOMAIN}"]
    assert [one.result for one in told(lines, RELAY)] == ["fail"]
    assert told(lines, None) == ()


def test_what_our_relay_says_of_spf_can_speak_for_the_author():
    body = b"Authentication-Results: " + f"{RELAY}; spf=pass smtp.mailfrom=x@{DOMAIN}\r\n".encode() + orders.mail(None)
    assert found(body, records(), RELAY) == {"spf": ("pass", DOMAIN), "dmarc": ("pass", DOMAIN)}


@pytest.mark.parametrize(
    ("domain", "strict", "speaks"),
    [
        ("a.example", True, True),
        ("x.a.example", False, True),
        ("x.a.example", True, False),
        ("nota.example", False, False),
        ("example", False, False),
    ],
)
def test_alignment_is_by_whole_names(domain, strict, speaks):
    assert aligned(domain, "a.example", "a.example", strict=strict) is speaks


@given(st.lists(st.text(max_size=300), max_size=5))
def test_whatever_a_relay_s_line_says_reading_it_never_fails(lines):
    assert isinstance(told([f"{RELAY}; {line}" for line in lines], RELAY), tuple)


@pytest.mark.parametrize(
    "line",
    [b"v=1; d=a.example; s=x; b=AAAA; bh=AAAA; h=from; a=rsa-sha256", b"nonsense", b"v=1; d=..; s=.", b"; " * 500],
)
def test_a_signature_that_is_none_is_one_result(line):
    body = b"DKIM-Signature: " + line + b"\r\n" + orders.mail(None)
    results = found(body, {"x._domainkey.a.example": "v=DKIM1; p="})
    assert results.get("dkim", ("",))[0] != "pass"
