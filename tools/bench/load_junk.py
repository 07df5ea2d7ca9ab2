"""Junk as it really comes to a contact point: by mail from many networks, and at the door of the API.

Each kind with how many of a hundred there are. Message bodies are made once; every message gets an identifier and a
subject of its own, so that no two are the same message. Peers are addresses of 127.0.0.0/8, each of which the receiver
counts as a network of its own: what is measured is junk that is *taken*, not junk that a share per sender holds off.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import itertools
import json
import random
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from support import letters, orders

_ID, _SUBJECT = b"<JUNK-ID@junk.example>", b"JUNK-SUBJECT"
_WORDS = ("invoice", "offer", "meeting", "parcel", "account", "prize", "update", "urgent", "winter", "crypto", "garden")
MAIL = {
    "spam text": 24,
    "HTML newsletter": 20,
    "spam with a picture": 6,
    "broken MIME": 8,
    "archive": 3,
    "winmail.dat": 5,
    "scanned PDF": 4,
    "unsigned order": 6,
    "forged signature": 6,
    "bounce": 4,
    "automatic answer": 4,
}
API = {"order without a token": 4, "order with a false token": 2, "token for a false client": 2, "a megabyte": 2}


@dataclass(frozen=True)
class Letter:
    """A message of one kind, its identifier and subject still to be filled in."""

    kind: str
    sender: str
    body: bytes

    def bytes(self, number: int) -> bytes:
        """The message with its own identifier and subject."""
        named = self.body.replace(_ID, f"<junk-{number}@junk.example>".encode(), 1)
        return named.replace(_SUBJECT, f"{_WORDS[number % len(_WORDS)]} {number}".encode(), 1)


class Junk:
    """An endless row of junk, the same in every run; ``send`` sends the next one."""

    def __init__(self, smtp: int, api: int) -> None:
        self._ports = {"smtp": smtp, "api": api}
        self._letters = {kind: _MADE[kind]() for kind in MAIL}
        row = [kind for kind, share in (MAIL | API).items() for _ in range(share)]
        random.Random("junk").shuffle(row)  # noqa: S311 -- the same order in every run
        self._kinds = itertools.cycle(row)
        self.kinds = len(MAIL) + len(API)

    def next(self) -> str:
        """The kind whose turn it is."""
        return next(self._kinds)

    def send(self, number: int, kind: str) -> bool:
        """Send one; whether it was taken (mail) or refused (API), as each should be."""
        peer = f"127.{1 + number % 7}.{number // 7 % 80}.9"
        if kind in API:
            return 400 <= self._call(peer, kind) < 500
        letter = self._letters[kind]
        with (
            contextlib.suppress(smtplib.SMTPException),
            smtplib.SMTP("127.0.0.1", self._ports["smtp"], timeout=60, source_address=(peer, 0)) as connection,
        ):
            connection.sendmail(letter.sender, ["orders@board.example"], letter.bytes(number))
            return True
        return False

    def _call(self, peer: str, kind: str) -> int:
        path, headers, body = _CALLS[kind]
        connection = http.client.HTTPConnection("127.0.0.1", self._ports["api"], timeout=60, source_address=(peer, 0))
        try:
            connection.request("POST", path, body=body, headers=headers)
            return connection.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            return 413  # it hung up before the end of what nobody reads
        finally:
            connection.close()


# -- mail --------------------------------------------------------------------------------------------------------------


def _plain(subtype: str, text: str, **headers: str) -> bytes:
    lines = ["From: Sales <sales@junk.example>", "To: orders@board.example", f"Subject: {_SUBJECT.decode()}"]
    lines += [f"Message-ID: {_ID.decode()}", "Date: Mon, 23 Nov 2026 02:12:30 +0100", "MIME-Version: 1.0"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Type: text/{subtype}; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text]
    return "\r\n".join(lines).encode()


def _sentences(count: int) -> Iterator[str]:
    chance = random.Random("words")  # noqa: S311 -- the same words in every run
    for _ in range(count):
        yield " ".join(chance.choices(_WORDS, k=9)).capitalize() + "."


def _spam() -> Letter:
    return Letter("spam text", "sales@junk.example", _plain("plain", "\r\n".join(_sentences(40))))


def _newsletter() -> Letter:
    rows = "".join(
        f"<tr><td style='padding:8px'><a href='https://junk.example/{place}'>{text}</a>"
        f"<img src='https://junk.example/{place}.png' width=1 height=1></td></tr>\r\n"
        for place, text in enumerate(_sentences(120))
    )
    return Letter("HTML newsletter", "news@junk.example", _plain("html", f"<html><body><table>{rows}</table></body>"))


def _with(name: str, media_type: str, body: bytes, sender: str = "sales@junk.example") -> bytes:
    text = "\r\n".join(_sentences(3)).encode()
    subject = {"Subject": _SUBJECT.decode()}
    made = letters.text_mail(text, (name, media_type, body), sender=sender, message_id=_ID.decode())
    return made.replace(b"Subject: Removal order", f"Subject: {subject['Subject']}".encode(), 1)


def _picture() -> Letter:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((640, 480), 90).save(out, "JPEG", quality=70)
    return Letter("spam with a picture", "sales@junk.example", _with("offer.jpg", "image/jpeg", out.getvalue()))


def _broken() -> Letter:
    whole = _with("report.pdf", "application/pdf", b"%PDF-1.7 cut off in the mid")
    return Letter("broken MIME", "sales@junk.example", whole[: len(whole) - 60].replace(b"base64", b"base46"))


def _archive() -> Letter:
    inner = letters.zipped(offer__txt=b"cheap " * 400, invoice__exe=b"MZ" + bytes(900))
    return Letter("archive", "sales@junk.example", _with("invoice.zip", "application/zip", inner))


def _winmail() -> Letter:
    body = letters.winmail(("agenda.docx", b"PK\x03\x04" + bytes(3000)), text=b"Please see the agenda.")
    return Letter("winmail.dat", "chief@office.example", _with("winmail.dat", "application/ms-tnef", body))


def _scan() -> Letter:
    return Letter("scanned PDF", "scanner@office.example", _with("scan.pdf", "application/pdf", letters.scan()))


def _unsigned() -> Letter:
    form = orders.order(order_reference="JUNK-1", content_locations=[{"url": "https://board.example/p/1"}])
    return Letter("unsigned order", "a@junk.example", _with("order.pdf", "application/pdf", orders.as_fields_pdf(form)))


def _forged() -> Letter:
    """In the name of the enrolled authority, its own domain in the envelope, signed with somebody else's key."""
    form = orders.order(order_reference="JUNK-2", content_locations=[{"url": "https://board.example/p/1"}])
    forger = orders.Authority.named("Office central de test", "orders@authorlty.example")
    pdf = orders.signed_pdf(orders.as_fields_pdf(form), forger)
    sender = "Office central de test <orders@authority.example>"
    return Letter("forged signature", "orders@authority.example", _with("o.pdf", "application/pdf", pdf, sender))


def _bounce() -> Letter:
    made = letters.bounce("<never-sent@board.example>").replace(b"<bounce-1@relay.example>", _ID, 1)
    return Letter("bounce", "", made)


def _absent() -> Letter:
    text = _plain("plain", "I am away until January.", Auto_Submitted="auto-replied")
    return Letter("automatic answer", "chief@office.example", text)


_MADE: dict[str, Callable[[], Letter]] = {
    "spam text": _spam,
    "HTML newsletter": _newsletter,
    "spam with a picture": _picture,
    "broken MIME": _broken,
    "archive": _archive,
    "winmail.dat": _winmail,
    "scanned PDF": _scan,
    "unsigned order": _unsigned,
    "forged signature": _forged,
    "bounce": _bounce,
    "automatic answer": _absent,
}

# -- the API's door ----------------------------------------------------------------------------------------------------

_ORDER = json.dumps(orders.order())
_JSON = {"Content-Type": "application/json", "Idempotency-Key": "junk-junk-junk-1"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_CALLS: dict[str, tuple[str, dict[str, str], Any]] = {
    "order without a token": ("/v1/orders", _JSON, _ORDER),
    "order with a false token": ("/v1/orders", _JSON | {"Authorization": "Bearer " + "x" * 40}, _ORDER),
    "token for a false client": (
        "/v1/oauth/token",
        _FORM,
        "grant_type=client_credentials&client_id=nobody&client_secret=guess&scope=orders:file",
    ),
    "a megabyte": ("/v1/orders", _JSON, "{" + '"a": 1, ' * 131_072 + "}"),
}
