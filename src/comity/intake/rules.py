"""Judgement on what was read: whose addresses are named, whom the order is for, what its signatures are worth. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Fault
from comity.intake.faults import fault, under
from comity.intake.reading import Read, Signature
from comity.intake.recognising import issuer_stated, stated_reference
from comity.law.addresses import host_of, is_ours
from comity.registry.lookalikes import lookalike_of, plain
from comity.registry.means import HeldAuthority, HeldCredential
from comity.registry.roles import may_file, needed

_MOST_LOCATIONS = 500
_LEGAL_FORMS = re.compile(
    r"\b(s\.?a\.?s\.?u?|s\.?a\.?r\.?l|s\.?a|gmbh|ag|ltd|limited|inc|b\.?v|n\.?v|s\.?r\.?l|oy|ab|as|plc|llc|se)\b\.?"
)


@dataclass(frozen=True)
class Earlier:
    """An earlier message that a new one may repeat."""

    case: str
    digest: str
    reference: str
    authority: str
    addresses: frozenset[str]


def locations(form: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
    """Places and URLs of ``content_locations``, whatever its shape; what is no text is passed over."""
    listed = form.get("content_locations")
    items = listed[:_MOST_LOCATIONS] if isinstance(listed, list) else []
    urls = [(place, item.get("url") if isinstance(item, dict) else item) for place, item in enumerate(items)]
    return tuple((place, url) for place, url in urls if isinstance(url, str) and url)


def url_faults(form: Mapping[str, Any], hosts: Sequence[str]) -> tuple[Fault, ...]:
    """What is wrong with the addresses that an order names, each in its field; none is ever contacted to find out."""
    found = []
    for place, url in locations(form):
        code, detail = _url_fault(url, hosts)
        if code:
            found.append(fault(code, f"content_locations[{place}].url", detail))
    return tuple(found)


def addressee_fault(form: Mapping[str, Any], names: Iterable[str]) -> Fault | None:
    """Whether the order names another provider. An order without an addressee is the form's fault, not this one."""
    said = form.get("addressee")
    parts = said.values() if isinstance(said, dict) else said if isinstance(said, list) else [said]
    text = " ".join(part for part in parts if isinstance(part, str))
    if not text.strip() or any(_name(name) and _name(name) in _name(text) for name in names):
        return None
    return fault("addressee_other", "addressee", text[:120])


def signature_faults(read: Read) -> tuple[Fault, ...]:
    """What is wrong with the signatures themselves; whose they are is another question."""
    found = []
    for signature in read.signatures:
        if signature.unknown:
            seen = f"OpenPGP key {(signature.fingerprint or '')[-16:]}"
            found.append(fault("certificate_unknown", "issuer.stamp_signature", seen))
        elif not signature.intact:
            found.append(fault("signature_broken", "issuer.stamp_signature", signature.error))
        elif signature.covers == "added_after":
            found.append(fault("signature_added_after", "issuer.stamp_signature"))
        elif signature.covers != "whole":
            found.append(fault("signature_not_whole_file", "issuer.stamp_signature"))
    if not read.signatures and not any(item.code == "signature_image" for item in read.faults):
        found.append(fault("signature_absent", "issuer.stamp_signature"))
    return tuple(found)


def certificate_fault(signature: Signature, held: HeldCredential | None, at: Instant) -> Fault | None:
    """Why a sound signature proves nothing at ``at``, the instant of receipt.

    The time that a signature claims for itself never helps it: whoever holds an expired key can write any time. It may
    only speak against it, when it lies after receipt (beyond five minutes of difference between clocks).
    """
    field = "issuer.stamp_signature"
    if held is None:
        return fault("certificate_unknown", field, f"SHA-256 {(signature.fingerprint or '')[:16]}…")
    if held.withdrawn:
        return fault("certificate_withdrawn", field, held.authority.name)
    if held.not_after is not None and at > held.not_after:
        return fault("certificate_expired", field, f"valid until {held.not_after}")
    if held.not_before is not None and at < held.not_before:
        return fault("certificate_not_yet_valid", field, f"valid from {held.not_before}")
    claimed = signature.signed_at
    if claimed is not None and claimed.since(at).total_seconds() > 300:
        return fault("signature_claimed_time", field, f"claims {claimed}, received {at}")
    return None


def author_faults(author: str | None, authority: HeldAuthority) -> tuple[Fault, ...]:
    """Whether a mail that an authority signed says that it comes from a domain that is not the authority's."""
    domain = (author or "").rpartition("@")[2].rstrip(".").lower()
    if not domain or not authority.mail_domains or domain in authority.mail_domains:
        return ()
    return (fault("mail_author_other", "from", f"{author} for {authority.name[:80]}"),)


def issuer_fault(form: Mapping[str, Any], authority: HeldAuthority) -> Fault | None:
    """Whether a verified sender is another authority than the order names as its issuer: state first, then name.

    Of a certificate of 2023/1543 the State alone: a central authority may send for a court of its State.
    """
    (state_field, state), (name_field, name) = issuer_stated(form)
    if state and state.upper() != authority.member_state:
        seen = f"the order says {state[:20]}, the sender is of {authority.member_state}"
        return fault("sender_is_another_authority", state_field, seen)
    if name and name_field != "A.issuing_authority" and not _same_name(name, authority.name):
        seen = f"the order says {name[:80]}, the sender is {authority.name[:80]}"
        return fault("sender_is_another_authority", name_field, seen)
    return None


def role_fault(instrument: str, authority: HeldAuthority) -> Fault | None:
    """Whether a verified sender is enrolled under no role that lets it file under this instrument."""
    if instrument in may_file(authority.roles):
        return None
    rows = needed(instrument)
    seen = (
        f"it takes {' or '.join(row.id for row in rows) or 'a role that nobody has'}; "
        f"{authority.name[:80]} is enrolled as {', '.join(sorted(authority.roles)) or 'nothing'}"
    )
    articles = tuple(dict.fromkeys(article for row in rows for article in row.citations))
    return fault("authority_without_role", "sender", seen, citations=articles)


def sender_faults(form: Mapping[str, Any], instrument: str, authority: HeldAuthority) -> tuple[Fault, ...]:
    """Why a verified sender does not authenticate this demand: it is another authority, or has no role for it."""
    found = issuer_fault(form, authority), role_fault(instrument, authority)
    return tuple(under(one, instrument) for one in found if one is not None)


def reference_of(form: Mapping[str, Any]) -> str:
    """The order's reference as it is compared: case and white space do not make another one."""
    value = stated_reference(form)
    return " ".join(value.split()).casefold()[:300] if isinstance(value, str) else ""


def address_key(url: str) -> str:
    """An address as it is compared with earlier orders: scheme, host's case, fragment and final slash do not count.

    A fragment that is a route (``https://matrix.to/#/!room/$event``) does: without it all such addresses are one.
    """
    host = host_of(url)
    if host is None:
        return url[:2000]
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    route = parts.fragment.partition("?")[0] if parts.fragment.startswith("/") else ""
    return f"{host}{parts.path.rstrip('/')}{query}{'#' if route else ''}{unquote(route).rstrip('/')}"[:2000]


def _url_fault(url: str, hosts: Sequence[str]) -> tuple[str, str]:
    if is_ours(url, hosts):
        return "", ""
    authority = re.split(r"[/?#\\]", url.partition("//")[2], maxsplit=1)[0]
    if "@" in authority:
        return "url_user_info", authority[:100]
    host = authority.rpartition(":")[0] if re.search(r":\d*$", authority) else authority
    if host and (likeness := lookalike_of(host, hosts)) is not None:
        return "url_lookalike", f"{host[:80]} for {likeness.known}, {likeness.trick}"
    if not host.isascii() or "xn--" in host.lower():
        return "url_punycode", f"{host[:80]} reads {plain(host)[:80]}"
    if host_of(url) is None:
        return "url_unreadable", url[:100]
    return "url_other_host", host[:100]


def _name(text: str) -> str:
    """A firm's name without its legal form, punctuation and case."""
    return " ".join(re.sub(r"[^\w]+", " ", _LEGAL_FORMS.sub(" ", text.casefold())).split())


def _same_name(one: str, other: str) -> bool:
    first, second = _name(one), _name(other)
    return first == second or (len(first) > 3 and first in second) or (len(second) > 3 and second in first)


def repetition(new: Earlier, earlier: Sequence[Earlier]) -> str | None:
    """The case that a message repeats: the same bytes, or the same order of the same authority asking for no more.

    A verified order never repeats one that nobody vouched for: whoever guesses a reference beforehand must not be able
    to make the real order look like a copy. A correction (same reference, other addresses) is no repetition either.
    """
    for old in earlier:
        if new.authority and old.authority != new.authority:
            continue
        same_order = new.reference != "" and new.reference == old.reference and new.addresses <= old.addresses
        if new.digest == old.digest or (same_order and (new.addresses or not old.addresses)):
            return old.case
    return None


def repetition_faults(new: Earlier, earlier: Sequence[Earlier]) -> tuple[Fault, ...]:
    """What a person should know of earlier messages: each kind once, with the oldest case that shows it.

    Beside a verified order, messages that nobody vouched for do not count: whoever floods us with guessed references
    and addresses must not be able to make every real order wait for a person. Nor do other authorities' orders: what
    becomes of its own order must not tell an authority that another, perhaps in secret, asked for the same.
    """
    found: dict[str, Fault] = {}
    for old in earlier:
        if new.authority and old.authority != new.authority:
            continue
        if new.digest == old.digest:
            found.setdefault("bytes_repeated", fault("bytes_repeated", "message", f"case {old.case}"))
        if new.reference and new.reference == old.reference:
            code = "reference_repeated"
            found.setdefault(code, fault(code, "order_reference", f"case {old.case}"))
        if new.addresses & old.addresses:
            found.setdefault("object_repeated", fault("object_repeated", "content_locations", f"case {old.case}"))
    return tuple(found.values())
