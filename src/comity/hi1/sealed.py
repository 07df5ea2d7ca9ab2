"""A message with what cryptography says about the signature inside it. What is read is what was signed."""

from __future__ import annotations

from dataclasses import replace

from comity.hi1 import signatures
from comity.hi1.message import Encoding, Message
from comity.hi1.reading import read


def read_sealed(data: bytes, encoding: Encoding) -> Message:
    """One request message; raises ``Hi1Error`` and nothing else.

    Where its signature holds, the message is read from the bytes that were signed. Where it does not, from those that
    came: the reader's caller sees why, and decides what that is worth. JSON signatures are not verified: neither the
    standard's own text nor anybody's use of one was at hand.
    """
    message = read(data, encoding)
    if not message.signed or encoding is not Encoding.XML or not signatures.available():
        return message
    found = signatures.check(data)
    signed = read(found.content, encoding) if found.intact else message
    return replace(signed, signed=True, signature=found)
