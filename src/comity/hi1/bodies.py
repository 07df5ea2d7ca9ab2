"""The file inside a DocumentObject: its bytes, what it says it is, and what of a certificate's form stands in it.

Of the Commission's own XML forms only one question is asked: whether Section M, which no provider may see, came with
it. The form's other elements are unconfirmed, and nothing is read from them.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from comity.hi1 import hardened
from comity.hi1.errors import ErrorCode, Hi1Error
from comity.hi1.tree import Tree, at, text_at

PDF, XML = "application/pdf", "application/xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = frozenset({PDF, _WORD, "image/png", "image/jpeg", "text/plain", XML, "text/xml"})
"""What one implementation of the standard takes, and the Commission's own XML."""
FORMS = ("http://data.europa.eu/edm/1/ns/",)
"""Where the namespaces of the Commission's forms begin (epoc2etsi)."""
_HIDDEN = "SectionM"
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Body:
    """One file."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


def body_of(document: Tree, field_name: str = "DocumentObject") -> Body:
    """The file of one document object; raises ``Hi1Error`` where there is none that can be kept."""
    inside = at(document, "DocumentBody") or at(document, "Body")
    media_type = text_at(inside, "ContentType").partition(";")[0].strip().lower()
    if media_type not in TYPES:
        why = f"“{media_type[:80]}” is no type of document that is taken"
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, f"{field_name}.Body.ContentType", why)
    try:
        data = base64.b64decode("".join(text_at(inside, "Contents").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, f"{field_name}.Body.Contents", "is not Base64") from error
    if not data:
        raise Hi1Error(ErrorCode.ELEMENT_MISSING, f"{field_name}.Body.Contents", "is missing")
    name = text_at(document, "DocumentName") or text_at(document, "Name") or text_at(document, "DocumentReference")
    return Body(" ".join(name.split())[:_LONGEST_NAME] or "document", media_type, data)


def holds_section_m(body: Body) -> bool:
    """Whether an XML form of the Commission carries Section M; raises ``Hi1Error`` where it cannot be read safely."""
    if body.media_type not in (XML, "text/xml"):
        return False
    return _HIDDEN in hardened.names(body.data, FORMS)
