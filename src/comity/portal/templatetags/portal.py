"""Addresses of assets, labels and times for the templates. Everything is escaped."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Fault
from comity.docket import spoken
from comity.law import say
from comity.pages.moments import day
from comity.portal import assets, words

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
    """A sentence of an assessment in the reader's language."""
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


@register.simple_tag
def at(instant: Instant | None) -> SafeString | str:
    """A time in UTC."""
    if instant is None:
        return "—"
    utc = instant.utc
    said = f"{day(utc)}, {utc:%H:%M}"
    return format_html('<time datetime="{}">{} UTC</time>', instant.z(), said)


@register.simple_tag
def left(due: Instant | None, now: Instant) -> SafeString | str:
    """How long is left until a deadline."""
    if due is None:
        return ""
    seconds = int(due.since(now).total_seconds())
    late, seconds = seconds < 0, abs(seconds)
    length = words.length(seconds)
    said = _("late by %(length)s") if late else _("%(length)s left")
    urgency = "late" if late else "hot" if seconds <= 900 else "soon" if seconds <= 3600 else "calm"
    return format_html('<time class="left {}" datetime="{}">{}</time>', urgency, due.z(), said % {"length": length})
