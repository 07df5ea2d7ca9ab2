"""Every fault that can be found while receiving: one stable code, one sentence, the articles it touches.

A fault never refuses a message: it says what a person must look at while the clock runs (Article 3(8) of Regulation
(EU) 2021/784 speaks of manifest errors and missing information; authenticity has no paragraph of its own and is settled
by call-back). Under another law it cites that law.
"""

from __future__ import annotations

from comity.casefile.documents.demand import Fault
from comity.intake.recognising import REMOVAL
from comity.law.citing import citing

_DEFECT, _SENDER, _SIGNED, _MACHINE, _URL = "defect", "sender", "signed", "machine", "url"
_FORM, _ADDRESSEE = "form", "addressee"
_REMOVAL = {
    _DEFECT: ("2021/784 Art 3(8)",),
    _SENDER: ("2021/784 Art 3(5)",),
    _SIGNED: ("2021/784 Art 3(4)(e)", "2021/784 Art 3(5)"),
    _MACHINE: ("2023/1543 Art 19(1)",),
    _URL: ("2021/784 Art 3(4)(c)",),
    _FORM: ("2021/784 Art 3(4)",),
    _ADDRESSEE: ("2021/784 Art 3(5)",),
}
"""The articles of a removal order by topic. Those of every other law are its own tables' (``comity.law.citing``)."""

FAULTS: dict[str, tuple[str, str]] = {
    # JSON (RFC 8259; what it leaves open is refused)
    "json_oversize": ("The body is larger than any order.", _DEFECT),
    "json_charset": ("The body is not UTF-8 (RFC 8259 section 8.1): its letters could be read in two ways.", _DEFECT),
    "json_too_deep": ("The body is nested deeper than any form.", _DEFECT),
    "json_syntax": ("The body is not JSON (RFC 8259); it may have been cut off.", _DEFECT),
    "json_duplicate_key": ("A key stands twice: two readers could see two orders (RFC 8259 section 4).", _DEFECT),
    "json_number": ("A number has no one meaning (RFC 8259 section 6).", _DEFECT),
    "json_not_an_object": ("The body is not a form.", _DEFECT),
    # e-mail
    "mail_too_large": ("The message is larger than is read.", _DEFECT),
    "mail_too_many_parts": ("The message has more parts than are read.", _DEFECT),
    "mail_too_deep": ("The message is nested deeper than is read.", _DEFECT),
    "mail_headers": ("The message has more or longer header lines than are read.", _DEFECT),
    "mail_header_repeated": ("A header line stands twice that may stand once (RFC 5322 section 3.6).", _SENDER),
    "mail_from_many": ("The message names no single author (RFC 5322 section 3.6.2).", _SENDER),
    "mail_display_name": ("The author's shown name looks like another address than the real one.", _SENDER),
    "mail_reply_elsewhere": ("Answers are asked to go to another domain than the author's.", _SENDER),
    "mail_charset": ("A text of the message is not in the character set it names.", _DEFECT),
    "mail_archive": ("An archive of a kind that is not opened is attached.", _DEFECT),
    "archive_broken": ("An attached archive cannot be read, wholly or in part.", _DEFECT),
    "archive_encrypted": ("A file in an attached archive is encrypted and cannot be read.", _DEFECT),
    "archive_too_large": ("An attached archive holds more than is unpacked.", _DEFECT),
    "winmail_broken": ("An attached winmail.dat (TNEF) cannot be read, wholly or in part.", _DEFECT),
    "mail_forwarded": (
        "The order came inside a message that was passed on; who sent this need not be who issued it.",
        _SENDER,
    ),
    "mail_unsigned_beside": ("Beside what is signed stands what is not; only what is signed was used.", _SIGNED),
    "mail_author_other": ("The author's address is not of the authority whose signature this is.", _SENDER),
    "mail_text_order": ("The order was read from the text of the message; a person must compare it.", _DEFECT),
    "mail_no_order": ("No order was found in the message.", _DEFECT),
    "mail_several_orders": ("The message carries more than one order; each needs its own message.", _DEFECT),
    "mail_signature_inside": ("A signature covers only an inner part of the message, not what surrounds it.", _SIGNED),
    "mail_encrypted": ("The message is encrypted and cannot be read.", _DEFECT),
    "mail_signature_form": (
        "The signed message is not built as RFC 8551 section 3.5 or RFC 3156 section 5 says.",
        _SIGNED,
    ),
    # PDF
    "pdf_oversize": ("The document is larger than is read.", _DEFECT),
    "pdf_malformed": ("The document is not a PDF that can be read (ISO 32000).", _DEFECT),
    "pdf_truncated": ("The document is cut off: its end is missing.", _DEFECT),
    "pdf_polyglot": ("The document is also something else: bytes stand before its head or after its end.", _DEFECT),
    "pdf_encrypted": ("The document is encrypted and cannot be read.", _DEFECT),
    "pdf_script": ("The document contains a script or an action that runs by itself; nothing was run.", _DEFECT),
    "pdf_launch": ("The document would start a program or open another file; nothing was started.", _DEFECT),
    "pdf_sends_data": ("The document would send its fields elsewhere; nothing was sent.", _DEFECT),
    "pdf_embedded_file": ("The document carries other files inside; they were not opened.", _DEFECT),
    "pdf_xfa": ("The document carries a second form (XFA) that may show other values; it was not read.", _DEFECT),
    "pdf_too_many_pages": ("The document has more pages than any order; it was not read.", _DEFECT),
    "pdf_too_many_objects": ("The document is built of more objects than any order.", _DEFECT),
    "pdf_too_deep": ("The document is nested deeper than any form.", _DEFECT),
    "pdf_too_costly": ("The document costs more time or memory than reading one is given.", _DEFECT),
    "pdf_reader_died": ("The document broke the process that read it; it was alone in there.", _DEFECT),
    "pdf_no_text": ("The document shows no text to a machine (a scan?); a person must type it in.", _DEFECT),
    "pdf_layout": ("The form was read from its printed labels; a person must compare it with the document.", _DEFECT),
    # signatures
    "signature_absent": ("The order carries no electronic signature.", _SIGNED),
    "signature_image": ("The order shows pictures but has no electronic signature: a picture proves nothing.", _SIGNED),
    "signature_broken": ("The signature does not fit the bytes.", _SIGNED),
    "signature_not_whole_file": ("The signature does not cover the whole file.", _SIGNED),
    "signature_added_after": ("Something was added to the file after it was signed.", _SIGNED),
    "signature_claimed_time": ("The time that the signature claims cannot be right.", _SIGNED),
    "certificate_unknown": ("The signature's certificate is not enrolled for any authority.", _SIGNED),
    "certificate_expired": ("The signature's certificate had expired when the order arrived.", _SIGNED),
    "certificate_not_yet_valid": ("The signature's certificate was not yet valid when the order arrived.", _SIGNED),
    "certificate_withdrawn": ("The signature's certificate has been withdrawn.", _SIGNED),
    # sender
    "sender_not_verified": ("Nobody vouches for the sender: call back before acting.", _SENDER),
    "sender_lookalike": ("The sender's domain is made to be taken for an authority's.", _SENDER),
    "sender_is_another_authority": ("The sender is verified, but as another authority than the order names.", _SENDER),
    "authority_without_role": ("The register holds the sender under no role that covers such a demand.", _SENDER),
    # officers in the portal
    "form_differs_document": ("The form and the signed document beside it say different things.", _SIGNED),
    "officer_first_demand": ("It is the first demand of this officer.", _SENDER),
    "officer_rate": ("The officer filed many demands within the hour.", _SENDER),
    "officer_hour": ("The officer filed for the first time outside the usual hours of the Member State.", _SENDER),
    # form
    "not_an_order": ("The message holds no removal order's form (Annex I).", _FORM),
    "addressee_other": ("The order is addressed to another provider.", _ADDRESSEE),
    "key_reserved": ("The sender wrote a key that only the channel may fill; it was not believed.", _SENDER),
    "url_user_info": ("Before the host stands a name and @, which makes one host look like another.", _URL),
    "url_lookalike": ("The host is made to be taken for one of ours.", _URL),
    "url_punycode": ("The host is written in other letters than it seems (punycode, RFC 5891).", _URL),
    "url_other_host": ("The host is not one of ours.", _URL),
    "url_unreadable": ("The address can be read in more than one way, or in none.", _URL),
    # HI-1 (TS 103 120)
    "hi1_refused": ("The message cannot be taken over HI-1 (TS 103 120).", _MACHINE),
    "hi1_signature": ("A signature stands inside the message that nobody vouches for; it proves nothing.", _MACHINE),
    "hi1_document": ("A document inside the message cannot be read safely; a person must look at it.", _MACHINE),
    # repetitions
    "identifier_reused": ("Another message came under the same identifier.", _SENDER),
    "reference_repeated": ("An order with this reference came before.", _FORM),
    "object_repeated": ("An order for this address came before.", _URL),
    "bytes_repeated": ("A message of exactly these bytes came before.", _DEFECT),
}


def fault(code: str, field: str, detail: str = "", *, citations: tuple[str, ...] = ()) -> Fault:
    """The fault with this code, in this field; ``detail`` is what exactly was seen.

    It cites the removal order's articles until it is known what the message is (``under``), or those that are given.
    """
    message, topic = FAULTS[code]
    seen = f" ({detail[:300]})" if detail else ""
    cited = citations or _REMOVAL[topic]
    return Fault(code=code, field=field, message=f"{field}: {message}{seen} {_bracket(cited)}", citations=cited)


def under(found: Fault, instrument: str) -> Fault:
    """The fault as it reads under an instrument: the same words, with that law's own articles."""
    topic = FAULTS.get(found.code, ("", ""))[1]
    if instrument == REMOVAL or found.citations != _REMOVAL.get(topic) or _by_its_door(topic, instrument):
        return found
    cited = citing(instrument, topic)
    words = found.message.removesuffix(_bracket(found.citations))
    return found.model_copy(update={"message": f"{words}{_bracket(cited)}", "citations": cited})


def _by_its_door(topic: str, instrument: str) -> bool:
    """Whether it is about a door that the law itself names: the system that carries certificates of 2023/1543."""
    return topic == _MACHINE and instrument.startswith("eu-eevidence-")


def _bracket(citations: tuple[str, ...]) -> str:
    return f"[{', '.join(citations)}]"
