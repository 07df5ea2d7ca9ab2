"""What the way of a mail suggests about its sender: DKIM (RFC 6376), SPF (RFC 7208), DMARC (RFC 7489). Never a proof.

A mailbox that was taken over passes all three. So these are hints for a person, shown beside the demand; nothing in
the house decides by them. DKIM is checked by ourselves, with keys asked of a resolver that the operator names; SPF can
only be judged by whoever talked to the sending machine, so it is read from our own relay's Authentication-Results
(RFC 8601), and from no other: anybody can write such a line. DMARC is whether one of both speaks for the author.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from comity.casefile.documents.demand import Hint
from comity.intake.confined import Confined
from comity.intake.mail import domain_of

Resolver = Callable[[str], tuple[str, ...]]
"""The TXT records of a name, none where there are none; raises ``OSError`` where nobody answers."""
_OURS = "us"
_METHOD = re.compile(r"^\s*([a-z0-9-]{1,20})(?:\s*/\s*\d+)?\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:smtp\.mailfrom|smtp\.helo|header\.d|header\.from)\s*=\s*\"?([^\s;\"]{1,300})", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror"})
_MOST_STEPS = 5


@dataclass(frozen=True)
class Origins:
    """Whom we believe about a mail's way."""

    resolver: Resolver | None = None
    """Asked for keys and policies; none: they are not asked for."""
    relay: str | None = None
    """The authserv-id (RFC 8601 section 2.5) of the provider's own relay."""


@dataclass(frozen=True)
class Way:
    """What a mail says about its own way, and its bytes."""

    body: bytes = field(repr=False)
    author: str | None
    dkim: tuple[tuple[str, str], ...] = ()
    relays_say: tuple[str, ...] = ()


def hints(way: Way, origins: Origins, reader: Confined) -> tuple[Hint, ...]:
    """Everything that can be said about the way of a mail, each with who says so."""
    said = told(way.relays_say, origins.relay)
    checked = _dkim(way, origins, reader)
    known = [*checked, *(hint for hint in said if hint.method == "spf" or (hint.method == "dkim" and not checked))]
    return (*known, *_dmarc(way, known, origins))


def told(lines: Iterable[str], relay: str | None) -> tuple[Hint, ...]:
    """What our own relay says in its newest line; other lines, and forged ones further down, are not read."""
    for line in lines if relay else ():
        text = _without_comments(" ".join(line.split()))
        name, _, rest = text.partition(";")
        if name.split()[:1] and name.split()[0].strip('"').lower() == (relay or "").lower():
            return tuple(hint for part in rest.split(";")[:20] if (hint := _told(part, relay or "")))
    return ()


def aligned(domain: str, organisation: str, author: str, *, strict: bool) -> bool:
    """Whether a verified domain speaks for the author's: the same one, or within one organisation (RFC 7489 3.1)."""
    if domain == author:
        return True
    inside = [name == organisation or name.endswith(f".{organisation}") for name in (domain, author)]
    return not strict and all(inside)


def _told(part: str, relay: str) -> Hint | None:
    match = _METHOD.match(part)
    if match is None or match[1].lower() not in {"spf", "dkim"} or match[2].lower() not in _RESULTS:
        return None
    found = _DOMAIN.search(part)
    domain = found[1].rpartition("@")[2].lower()[:253] if found else ""
    return Hint(method=match[1].lower(), result=match[2].lower(), domain=domain, said_by=relay, why="")


def _dkim(way: Way, origins: Origins, reader: Confined) -> list[Hint]:
    """Each signature, checked by ourselves; where nobody answers for a key, that is the result."""
    if origins.resolver is None or not way.dkim:
        return []
    records: dict[str, str] = {}
    for domain, selector in way.dkim:
        name = f"{selector}._domainkey.{domain}"
        try:
            found = origins.resolver(name)
        except OSError as error:
            why = f"nobody answered for its key ({type(error).__name__})"
            return [Hint(method="dkim", result="temperror", domain=domain, said_by=_OURS, why=why)]
        if found:
            records[name] = found[0]
    answer = reader.check_dkim(way.body, records)
    try:
        return [_checked(result) for result in answer["results"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        why = str(answer.get("why") or "it cannot be read")[:200]
        return [Hint(method="dkim", result="permerror", domain=way.dkim[0][0], said_by=_OURS, why=why)]


def _checked(result: dict[str, str]) -> Hint:
    word = str(result["result"])
    return Hint(
        method="dkim",
        result=word if word in _RESULTS else "permerror",
        domain=str(result["domain"])[:253],
        said_by=_OURS,
        why=str(result["why"])[:200],
    )


def _dmarc(way: Way, known: list[Hint], origins: Origins) -> tuple[Hint, ...]:
    author = domain_of(way.author)
    if origins.resolver is None or not author:
        return ()
    try:
        organisation, policy = _policy(author, origins.resolver)
    except OSError as error:
        why = f"nobody answered for its policy ({type(error).__name__})"
        return (Hint(method="dmarc", result="temperror", domain=author, said_by=_OURS, why=why),)
    if not policy:
        return (Hint(method="dmarc", result="none", domain=author, said_by=_OURS, why="it states no policy"),)
    for hint in known:
        strict = policy.get("adkim" if hint.method == "dkim" else "aspf", "r") == "s"
        if hint.result == "pass" and aligned(hint.domain, organisation, author, strict=strict):
            why = f"{hint.method} of {hint.domain}"
            return (Hint(method="dmarc", result="pass", domain=author, said_by=_OURS, why=why),)
    why = f"neither speaks for it; its policy is {policy.get('p', 'none')[:20]}"
    return (Hint(method="dmarc", result="fail", domain=author, said_by=_OURS, why=why),)


def _policy(author: str, resolver: Resolver) -> tuple[str, dict[str, str]]:
    """The policy and the domain that states it: the author's or, walking up its names, one above it."""
    labels = author.split(".")
    for place in range(min(len(labels) - 1, _MOST_STEPS)):
        domain = ".".join(labels[place:])
        for record in resolver(f"_dmarc.{domain}"):
            tags = dict(_tag(part) for part in record.split(";")[:30])
            if tags.get("v", "").upper() == "DMARC1":
                return domain, tags
    return author, {}


def _tag(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip().lower()


def _without_comments(text: str) -> str:
    for _level in range(5):
        text, changed = _COMMENT.subn(" ", text)
        if not changed:
            break
    return text
