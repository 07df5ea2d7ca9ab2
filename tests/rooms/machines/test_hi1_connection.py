"""What a proxy says about the connection's certificate: believed of its own addresses, a fact, and never a sender."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding as Bytes
from django.http import HttpRequest
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from comity.api.client_certificates import Shown, shown
from comity.docket.machines import Proxy, UnusableMachines, from_file
from support import orders
from support.hi1 import certificate, message
from support.signing import Sealer

if TYPE_CHECKING:
    from support.machines import Court, House

FILE = """
we: {country: IE, identifier: EXAMPLE-BOARD}
proxy: {addresses: [127.0.0.1, "2001:db8::/64"], header: X-Client-Cert}
"""
COURT = orders.Authority.named("Tribunal judiciaire de Paris", "greffe@tj.example")
OTHER = orders.Authority.named("Amtsgericht Test", "post@ag.example")
HEADER = "HTTP_X_CLIENT_CERT"


def proxy(folder: Path, text: str = FILE) -> Proxy:
    (folder / "hi1.yaml").write_text(text)
    found = from_file(folder / "hi1.yaml").named_by()
    assert found is not None
    return found


def escaped(pem: bytes) -> str:
    return quote(pem.decode(), safe="")


def in_rfc_9440(der: bytes) -> str:
    return f":{base64.b64encode(der).decode()}:"


def asked(value: str, peer: str = "127.0.0.1") -> HttpRequest:
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": peer, HEADER: value}
    return request


def test_both_spellings_name_the_same_certificate(tmp_path: Path) -> None:
    known = proxy(tmp_path)
    for value in (escaped(COURT.pem), in_rfc_9440(COURT.der)):
        assert shown(asked(value), known) == Shown(certificate=COURT.fingerprint)
    for peer in ("::ffff:127.0.0.1", "2001:db8::5"):
        assert shown(asked(escaped(COURT.pem), peer), known).certificate
    assert shown(asked(""), known) == Shown()
    assert shown(asked(escaped(COURT.pem)), None) == Shown()


@pytest.mark.parametrize("peer", ["192.0.2.7", "", "unix:", "127.0.0.2", "2001:db9::1", "::1"])
def test_anybody_elses_word_is_passed_over_and_noted(tmp_path: Path, peer: str) -> None:
    found = shown(asked(escaped(COURT.pem), peer), proxy(tmp_path))
    assert found.certificate == ""
    assert "passed over" in found.noted


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        ":not base64:",
        f"{in_rfc_9440(COURT.der)}, {in_rfc_9440(OTHER.der)}",
        f"{escaped(COURT.pem)},{escaped(OTHER.pem)}",
        escaped(COURT.pem + OTHER.pem),
        in_rfc_9440(COURT.der[:-5]),
        "x" * 40_000,
        "é",
    ],
)
def test_what_cannot_be_read_or_is_more_than_one_is_passed_over_and_noted(tmp_path: Path, value: str) -> None:
    found = shown(asked(value), proxy(tmp_path))
    assert found.certificate == ""
    assert "cannot be read" in found.noted


@given(st.text(max_size=200) | st.binary(max_size=200).map(in_rfc_9440))
def test_any_header_is_a_certificate_or_none(value: str) -> None:
    import ipaddress

    known = Proxy("X-Client-Cert", (ipaddress.ip_network("127.0.0.0/8"),))
    assert shown(asked(value), known).certificate == ""


@pytest.mark.parametrize(
    "change",
    [
        ("[127.0.0.1, ", '["0.0.0.0/0", '),
        ('[127.0.0.1, "2001:db8::/64"]', "[]"),
        ("127.0.0.1,", "proxy.example,"),
        ("X-Client-Cert", '"X Client"'),
    ],
)
def test_a_proxy_that_is_everybody_or_nobody_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(UnusableMachines, match="proxy"):
        proxy(tmp_path, FILE.replace(*change))


def post(court: Court, number: int, value: str, peer: str = "127.0.0.1", key: str = HEADER) -> Any:
    from support.machines import answers

    body = message(*certificate(number), transaction=number)
    more = {key: value, "REMOTE_ADDR": peer}
    held = {"Authorization": f"Bearer {court.token}"}
    return answers(Client().post("/hi1", body, content_type="application/xml", headers=held, **more))


def test_it_is_a_fact_beside_the_token_and_anothers_is_refused(house: House, tmp_path: Path) -> None:
    with override_settings(COMITY_HI1_PROXY=proxy(tmp_path)):
        post(house.court, 1, escaped(COURT.pem))
        post(house.court, 2, escaped(Sealer().pem))
        post(house.court, 3, escaped(OTHER.pem), "192.0.2.7")
        post(house.court, 4, "nonsense")
        code, words = post(house.court, 5, escaped(OTHER.pem))["top"]
        post(house.court, 6, escaped(COURT.pem), key="HTTP_CLIENT_CERT")
    assert (code, "another authority's" in words) == (3004, True)
    assert house.kept() == 1
    why = [demand.sender.why for demand in house.demands()]
    words_of = (
        "It is enrolled for it, and counts",
        "It is not enrolled",
        "192.0.2.7, who may not",
        "cannot be read",
    )
    assert [words in said for words, said in zip(words_of, why, strict=False)] == [True] * 4
    assert "certificate" not in why[4].replace("Verified by the enrolled client", "")
    assert {demand.sender.method for demand in house.demands()} == {"oauth2"}
    assert {case.verified for case in house.cases()} == {True}


def test_a_certificate_without_a_token_is_nobody(house: House, tmp_path: Path) -> None:
    with override_settings(COMITY_HI1_PROXY=proxy(tmp_path)):
        held = {"REMOTE_ADDR": "127.0.0.1", HEADER: escaped(COURT.certificate.public_bytes(Bytes.PEM))}
        found = Client().post("/hi1", message(*certificate(1)), content_type="application/xml", **held)
    assert found.status_code == 401
    assert house.cases() == []
