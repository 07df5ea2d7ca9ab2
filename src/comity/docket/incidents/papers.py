"""How a hand-off reads on paper: sections with titles, facts, rows and notes, in the language of whoever makes it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.casefile.documents import Json
from comity.docket.codes import word


def shown(report: Json, provider: str) -> Json:
    """The report as the template of papers takes it: texts only."""
    return {
        "lang": (get_language() or "en").partition("-")[0],
        "title": _("Hand-off of incident I-%(number)s") % {"number": report["incident"]},
        "subtitle": report["title"],
        "author": provider,
        "reference": f"I-{report['incident']}",
        "footer": _("Made by %(by)s, %(at)s") % {"by": report["made"]["by"], "at": _time(report["made"]["at"])},
        "page": _("Page {n} of {of}"),
        "sections": [
            _first(report),
            _figures(report["figures"]),
            _stretches(report["figures"]),
            _open(report["open"]),
            _unknown(report["unknown"]),
            _decisions(report["decisions"]),
            _called(report["called"]),
            _exchanges(report["exchanges"]),
            _timeline(report),
        ],
    }


def _section(title: str, facts: Any = (), head: Any = (), rows: Any = (), *, wide: int = 0, notes: Any = ()) -> Json:
    table = {"head": list(head), "rows": [[str(cell) for cell in row] for row in rows], "wide": wide}
    pairs = [[name, str(value)] for name, value in facts]
    return {"title": title, "facts": pairs, **table, "notes": list(notes)}


def _first(report: Json) -> Json:
    declared = report["declared"]
    facts = (
        (_("Type"), word(report["type"])),
        (_("State"), word(report["state"])),
        (_("Declared"), f"{declared['by']}, {_time(declared['at'])}"),
        (_("Reason"), declared["because"]),
        (_("Second person"), report["confirmed_by"] or _("nobody has confirmed it")),
        (_("End"), _time(report["ends_at"])),
        (_("Its bank"), report["bank"]),
    )
    return _section(_("The incident"), facts)


def _figures(figures: Json) -> Json:
    facts = (
        (_("Detections of its bank"), figures["detections"]),
        (_("Detections of other banks only"), figures["detections_of_other_banks"]),
        (_("Different items"), figures["items"]),
        (_("Removed"), figures["removed"]),
        (_("Reinstated"), figures["reinstated"]),
        (_("Open reviews"), figures["open_reviews"]),
    )
    head = (_("Signal"), _("Types"), _("Detections"), _("Items"), _("First"), _("Last"))
    rows = [
        (one["item"], ", ".join(one["types"]), one["detections"], one["items"], _time(one["first"]), _time(one["last"]))
        for one in figures["signals"]
    ]
    return _section(_("Figures"), facts, head, rows, wide=1)


def _stretches(figures: Json) -> Json:
    head = (_("From"), _("Its bank"), _("Other banks"), _("New items"), _("Removed"), _("Reinstated"))
    rows = [(_time(one[0]), *one[1:]) for one in figures["stretches"] if any(one[1:])]
    note = _("Stretches of %(n)s minutes; those in which nothing happened are left out.")
    return _section(_("Spread over time"), (), head, rows, notes=(note % {"n": figures["stretch_minutes"]},))


def _open(tasks: list[Json]) -> Json:
    notes = [f"• {_task(one)}" for one in tasks] or [_("Nothing is open.")]
    return _section(_("What is open"), notes=notes)


def _task(one: Json) -> str:
    said = {
        "lasts": lambda: _("The incident lasts and ends by itself %(until)s.") % {"until": _time(one["until"])},
        "not_confirmed": lambda: _("No second person has confirmed it."),
        "review": lambda: _("Review R-%(review)s waits, with %(detections)s detection(s).") % one,
        "nobody_answered_yet": lambda: _("The roster was called and nobody has answered."),
        "exchange": lambda: _("Exchange %(name)s needs a person.") % one,
        "threat": lambda: _("Threat T-%(number)s is not settled.") % one,
    }
    return said[one["what"]]()


def _unknown(codes: list[str]) -> Json:
    said = {
        "unlisted": _("Content that no listed signal matches was not seen by a machine and is not counted."),
        "elsewhere": _("What spread on other platforms is not known here."),
        "no_signal": _("Its bank lists nothing: that nothing was detected says nothing."),
        "more_signals": _("Its bank lists more signals than this report names."),
        "exchange_never_fetched": _("An exchange was never fetched: what it lists is not known."),
        "nobody_callable": _("No way is set up by which anybody could be called."),
        "older_entries": _("Older entries are left out; the log has them."),
    }
    return _section(_("What is not known"), notes=[f"• {said[code]}" for code in codes])


def _decisions(decisions: list[Json]) -> Json:
    head = (_("Review"), _("Decision"), _("Detections"), _("Who"), _("When"), _("Entry"))
    rows = [
        (f"R-{one['review']}", word(one["outcome"]), one["detections"], one["by"], _time(one["at"]), one["entry"][:12])
        for one in decisions
    ]
    return _section(_("Decisions"), (), head, rows, wide=3, notes=() if rows else (_("Nothing was decided."),))


def _called(called: Json) -> Json:
    facts = [(_("State"), word(called["state"])), (_("Acknowledged by"), called["answered_by"] or _("nobody"))]
    head = (_("Who"), _("Way"), _("State"), _("When"))
    rows = [(one["who"], word(one["way"]), word(one["state"]), _time(one["at"])) for one in called["pages"]]
    return _section(_("Who was called, and who answered"), facts, head, rows)


def _exchanges(exchanges: list[Json]) -> Json:
    head = (_("Exchange"), _("Last fetched"), _("Failures"))
    rows = [(one["name"], _time(one["looked_at"]), one["failures"]) for one in exchanges]
    return _section(_("Exchanges"), (), head, rows, notes=() if rows else (_("No exchange is set up."),))


def _timeline(report: Json) -> Json:
    head = (_("When"), _("What"), _("Who"), _("Entry"))
    rows = [(_time(one["at"]), one["says"], one["who"], one["entry"][:12]) for one in report["timeline"]]
    note = _(
        "Each line is an entry of the log, by the first digits of its identifier; the report as JSON has them whole."
    )
    return _section(_("What was entered"), (), head, rows, wide=1, notes=(note,))


def _time(text: str | None) -> str:
    """An instant as people read it; a stroke for none."""
    return f"{text[:10]} {text[11:16]} UTC" if text else "–"
