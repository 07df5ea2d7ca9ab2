"""Labels, times and clocks for the templates. Everything is escaped: no value from outside becomes mark-up."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.clock.instants import fixed_offset
from comity.casefile.documents.demand import Fault
from comity.console import assets, present, words, words_hunts
from comity.docket import spoken
from comity.docket.views import CaseLine
from comity.law import say
from comity.law.asking import about_users
from comity.pages.moments import day

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Address of a style sheet or script."""
    return assets.address(name)


@register.filter
def label(code: object, kind: str) -> str:
    """What people call a code."""
    return words.label(kind, code)


@register.filter
def said(text: object) -> str:
    """A sentence of the law room in the reader's language."""
    words = say(str(text), get_language() or "en")
    return spoken.english(words) if words == str(text) else words


@register.filter
def faulty(one: Fault) -> str:
    """What is wrong with a message, in the reader's language."""
    return spoken.fault(one)


@register.filter
def refusal(text: object) -> str:
    """Why something was refused, in the reader's language."""
    return spoken.sentence_of(str(text))


@register.filter
def hunt_waits(said: str) -> str:
    """Why a hunt waits for a person or failed, in the reader's language."""
    return words_hunts.waits_because(said)


@register.filter
def short(identifier: str) -> str:
    """The first eight digits of an identifier or digest."""
    return str(identifier)[:8]


@register.simple_tag
def at(instant: Instant | None, offset: int = 0, *, seconds: bool = False) -> SafeString | str:
    """A time in UTC and, where the order speaks in another offset, in that too."""
    if instant is None:
        return "—"
    utc = instant.utc
    clock = "%H:%M:%S" if seconds else "%H:%M"
    said = f"{day(utc)}, {utc:{clock}}"
    if not offset:
        return format_html('<time datetime="{}">{} UTC</time>', instant.z(), said)
    there = utc.astimezone(fixed_offset(offset))
    zone = f"{'+' if offset >= 0 else '−'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    return format_html(
        '<time datetime="{}">{} UTC</time> <span class="there">({} {})</span>',
        instant.z(),
        said,
        f"{there:{clock}}" if there.date() == utc.date() else f"{day(there, year=False)}, {there:{clock}}",
        zone,
    )


@register.simple_tag
def left(due: Instant | None, now: Instant) -> SafeString | str:
    """How long is left, with its urgency as a class and, where it is past, in words."""
    if due is None:
        return format_html('<span class="left calm">{}</span>', _("no clock runs"))
    found = present.remaining(due, now)
    return format_html('<time class="left {}" datetime="{}">{}</time>', found.urgency, due.z(), found.words)


@register.simple_tag
def urgency(due: Instant | None, now: Instant) -> str:
    """late, hot, soon or calm."""
    return present.remaining(due, now).urgency if due is not None else "calm"


@register.filter
def named(identifier: str, names: dict[str, str]) -> str:
    """A member of staff by name; an identifier that the list of staff does not hold stays as it is."""
    return names.get(str(identifier).removeprefix("staff:"), str(identifier))


@register.filter
def page_of(line: CaseLine) -> str:
    """The page of a case: what is asked about users has one of its own."""
    return reverse("disclosure" if line.instrument in about_users() else "case", kwargs={"number": line.number})


@register.filter
def heading(instrument: str) -> str:
    """What a demand about users is called: the title of its law."""
    return str(said(law.instrument(instrument).title))


@register.filter
def may(view: object, command: str) -> bool:
    """Whether this person may give a command now."""
    return command in getattr(view, "may", ())
