"""Signed messages through the door: a signature is a fact beside the token, and each bad one has its own name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from comity.casefile.clock import Instant
from comity.hi1.message import Encoding
from support import hi1, orders
from support.hi1 import certificate, identifier, message
from support.signing import Sealer

if TYPE_CHECKING:
    from support.machines import Court, House

TASK = identifier(101)
SIGNED = "signed with its enrolled certificate"
SEALS = {"hi1_signature", "signature_broken", "sender_is_another_authority"}
LATER = Instant.parse("2026-10-15T08:00:00Z")
ENDS = "2026-10-01T00:00:00+00:00"


def sealer(name: str, email: str, **valid: str) -> Sealer:
    """The key of an authority; without ``valid`` the one that the house enrolled for it."""
    held = orders.Authority.named(name, email, **valid)
    made = Sealer(held.key)
    made.certificate = held.certificate
    return made


def own() -> Sealer:
    return sealer("Tribunal judiciaire de Paris", "greffe@tj.example")


def post(court: Court, body: bytes) -> Any:
    from support.machines import answers

    return answers(court.post(body))


def file(house: House, number: int, body: bytes) -> set[str]:
    """What is wrong with the signature of a certificate that came through the door."""
    found = post(house.court, body)
    assert {type(said) for said in found.values()} == {dict}, found
    codes = {fault.code for fault in house.demands()[number - 1].faults}
    return {code for code in codes if code in SEALS or code.startswith(("certificate_", "signature_claimed"))}


def whole(number: int) -> bytes:
    return message(*certificate(number), transaction=number)


def update(number: int) -> bytes:
    body = {"HI1Object": [{"@type": "LDTaskObject", "ObjectIdentifier": TASK, "Flags": f"x{number}"}]}
    return message((0, "UPDATE", body), transaction=number)


def test_each_signature_says_exactly_what_it_is_worth(house: House) -> None:
    new, old = Sealer(), sealer("Tribunal judiciaire de Paris", "greffe@tj.example", valid_until=ENDS)
    for one in (new, old):
        house.night.docket.enrol_certificate(house.staff.anna, house.court.authority, pem=one.pem, label="another")
    stranger = sealer("Amtsgericht Test", "post@ag.example")
    assert file(house, 1, whole(1)) == set()
    assert file(house, 2, own().sign(whole(2))) == set()
    assert file(house, 3, own().sign(whole(3), xades=True)) == {"signature_claimed_time"}  # signed in our own days
    assert file(house, 4, own().sign(whole(4)).replace(b"@mallory:", b"@alice:")) == {"signature_broken"}
    assert file(house, 5, Sealer().sign(whole(5))) == {"certificate_unknown"}
    assert file(house, 6, stranger.sign(whole(6))) == {"sender_is_another_authority"}
    assert file(house, 7, new.sign(whole(7))) == {"hi1_signature"}  # nobody confirmed it
    why = [demand.sender.why for demand in house.demands()]
    assert [SIGNED in one for one in why] == [False, True, *[False] * 5]
    assert {case.verified for case in house.cases()} == {True}
    house.night.clock.set(LATER)
    assert file(house, 8, old.sign(whole(8))) == {"certificate_expired"}


def test_in_json_a_signature_proves_nothing(house: House) -> None:
    from support.machines import answers

    body = json.loads(message(*certificate(1), encoding=Encoding.JSON))
    body["HI1Message"]["Signature"] = {"protected": "e30", "signature": "AA"}
    assert set(answers(house.court.post(json.dumps(body).encode(), Encoding.JSON), Encoding.JSON)) == {0, 1, 2}
    assert "hi1_signature" in house.faults()


def test_a_change_with_a_bad_signature_is_not_made(house: House) -> None:
    post(house.court, whole(1))
    bad = {
        2: own().sign(update(2)).replace(b">x2<", b">x9<"),
        3: Sealer().sign(update(3)),
        4: sealer("Amtsgericht Test", "post@ag.example").sign(update(4)),
    }
    for number, body in bad.items():
        code, words = post(house.court, body)["top"]
        assert (code, "Signature" in words) == (3007, True)
        assert post(house.court, body) == {"top": (code, words)}, number  # repeated
    assert house.kept() == len(bad)
    (case,) = house.cases()
    assert not case.needs_person
    assert post(house.court, own().sign(update(5)))[0] == {"Identifier": TASK}
    shown = house.court.says((0, "GET", {"Identifier": TASK}), transaction=90)[0]["HI1Object"][0]
    assert (shown["Flags"], str(shown["Generation"])) == ("x5", "2")
    assert house.court.party == hi1.COURT
