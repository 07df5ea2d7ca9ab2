"""Pure judgement about threats to life: who is told, by which provision, and whether the form may go out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents import Json
from comity.casefile.documents.assessment import Certainty, Outcome
from comity.casefile.documents.threat import Ground, Tell
from comity.docket.threat_contacts import EUROPOL, HOME, ThreatContacts
from comity.docket.threats.errors import LookedAt, NotOpen, SamePersonLooks, UnusableForm
from comity.law.recipients import Named, Recipients
from comity.law.states import MEMBER_STATES, state_code

INSTRUMENT, FORM = "eu-tco", "threat-to-life"
PERIODS = {Ground.IMMINENT: "threat_to_life", Ground.SUSPICION: "suspicion_of_threat"}
"""The clock of each duty."""
ARROWS = frozenset(
    {
        ("raised", "telling"),
        ("raised", "no_threat"),
        ("telling", "informed"),
        ("no_threat", "closed"),
        ("informed", "closed"),
    }
)
"""How a threat may move; the database knows the same."""
MOST_LINES = 200


@dataclass(frozen=True)
class To:
    """One body that is told, by which provision, and what of it is not sure."""

    tell: Tell
    state: str
    name: str
    """Empty where our sources name nobody: the provider's setting is what there is."""
    address: str
    """Empty where none is set: a person brings it."""
    citation: str
    certainty: Certainty


def routes(grounds: Collection[Ground], states: Collection[str], at: Instant) -> dict[str, Outcome]:
    """The law's routes for these facts."""
    facts = {
        "threat.imminent": Ground.IMMINENT in grounds,
        "threat.suspicion": Ground.SUSPICION in grounds,
        "threat.state_identified": bool(states),
    }
    return {name: ruling.finding.outcome for name, ruling in law.consult(INSTRUMENT, "threat", facts, at).items()}


def told(
    found: Mapping[str, Outcome], states: Sequence[str], home: str, book: Recipients, contacts: ThreatContacts
) -> tuple[To, ...]:
    """Who is told: everybody whom a route that holds names, each once."""
    holds = {name for name, outcome in found.items() if outcome is Outcome.HOLDS}
    everybody: list[To] = []
    if holds & {"threat_state_known", "suspicion_state_known"}:
        citation = "2021/784 Art 14(5)" if "threat_state_known" in holds else "2022/2065 Art 18(1)"
        everybody += [_of_state(Tell.STATE, state, book.states[state].state, contacts, citation) for state in states]
    if "threat_state_unknown" in holds:
        everybody.append(_home_contact(home, book, contacts))
    elif "suspicion_state_unknown" in holds:
        named = book.states[home].state if home in book.states else None
        everybody.append(_of_state(Tell.HOME_STATE, home, named, contacts, "2022/2065 Art 18(2)"))
    if holds & {"threat_state_unknown", "suspicion_state_unknown"}:
        everybody.append(_europol(book.europol, contacts, imminent="threat_state_unknown" in holds))
    return tuple(everybody)


def _of_state(tell: Tell, state: str, named: Named | None, contacts: ThreatContacts, citation: str) -> To:
    certainty = named.certainty if named else Certainty.UNCONFIRMED
    return To(tell, state, named.name if named else "", contacts.of(state), citation, certainty)


def _home_contact(home: str, book: Recipients, contacts: ThreatContacts) -> To:
    named = book.states[home].home_contact if home in book.states else None
    certainty = named.certainty if named else Certainty.UNCONFIRMED
    address = contacts.of(HOME)
    return To(Tell.HOME_CONTACT, home, named.name if named else "", address, "2021/784 Art 14(5)", certainty)


def _europol(named: Named, contacts: ThreatContacts, *, imminent: bool) -> To:
    citation = named.citation if imminent else "2022/2065 Art 18(2)"
    return To(Tell.EUROPOL, "", named.name, contacts.of(EUROPOL), citation, named.certainty)


def read_states(text: str) -> tuple[str, ...]:
    """Member States as people write them (``FR, DE``), each once; raises ``UnusableForm`` for what is none."""
    found = []
    for part in text.replace(",", " ").replace(";", " ").split():
        code = state_code(part)
        if code not in MEMBER_STATES:
            raise UnusableForm(f"“{part[:20]}” is no Member State: write two letters, as FR or DE.")
        found.append(code)
    return tuple(sorted(dict.fromkeys(found)))


def read_locations(text: str) -> list[Json]:
    """Addresses, one a line, as the form takes them; raises ``UnusableForm`` for far too many."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise UnusableForm("At most 200 addresses fit.")
    return [{"url": line} for line in lines]


def checked(fields: Json) -> Json:
    """The fields, if the form may go out so; raises ``UnusableForm`` with the first fault, by field and article."""
    kept = {key: value for key, value in fields.items() if value not in ("", [], None)}
    reading = law.instrument(INSTRUMENT).forms[FORM].read(kept)
    if reading.faults:
        raise UnusableForm(reading.faults[0].message)
    if reading.beyond:
        raise UnusableForm(f"The form knows no field {reading.beyond[0][:60]}.")
    return kept


def check_open(state: str) -> None:
    """Raise ``NotOpen`` unless a person has still to decide."""
    if state != "raised":
        raise NotOpen


def check_second(decided_by: str, confirmed_by: str, person: str) -> None:
    """Raise unless this person may be the second who looks."""
    if not decided_by:
        raise NotOpen("Nothing was decided yet.")
    if confirmed_by:
        raise LookedAt
    if decided_by == person:
        raise SamePersonLooks


def all_told(progress: Collection[str]) -> bool:
    """Whether every recipient was told; nobody at all is never everybody."""
    return bool(progress) and set(progress) == {"delivered"}
