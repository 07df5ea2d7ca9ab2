"""A provider that is asked about users: a night watch with records, a key of the authority, and certificates."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pyrage

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.docket.desk import Docket
from comity.docket.disclosing import Disclosing
from comity.docket.disclosures.desk import Answered
from comity.docket.disclosures.emergency_desk import Reached
from comity.docket.disclosures.views import DisclosureView
from comity.docket.jobs import jobs
from comity.docket.order_views import OrderView
from comity.law import parse_provider
from comity.platform import Records
from support import orders
from support.night import FILING, PROVIDER, Night
from support.records import Shelf, login, person
from support.watch import MAIL, Watch

SERVICES = PROVIDER.replace("services: [hosting, public]", "services: [hosting, public, communications]")
EPOC: dict[str, Any] = {
    "A": {"issuing_state": "FR", "issuing_authority": "", "file_no_issuing": "12 Js 345/26"},
    "B": {"addressee": "Example Board SAS, Paris", "addressee_kind": "DESIGNATED_ESTABLISHMENT"},
    "C": {"deadline": "AS_SOON_AS_POSSIBLE"},
    "E": {
        "identifiers": [{"id": "1", "type": "USER_ID", "value": "alice"}],
        "time_range": {"start": "2026-11-10T00:00:00+01:00", "end": "2026-11-19T00:00:00+01:00"},
    },
    "F": {"a": ["USER_INFORMATION", "REGISTRATION_INFORMATION"]},
    "G": {"case_kind": "CRIMINAL_PROCEEDINGS", "offence": "Fraud (section 263)", "addressed_as": "CONTROLLER"},
    "I": {
        "type": "PUBLIC_PROSECUTOR", "name": "", "representative": "Dr. Anna Beispiel", "email": "office@sta.example",
        "languages": "fr, en", "date": "2026-11-20", "signature": {"kind": "seal", "present": True},
    },
    "L": {"transfer_to": "ISSUING_AUTHORITY"},
}  # fmt: skip
JUDGE = {"I.type": "JUDGE_COURT_OR_INVESTIGATING_JUDGE", "F": {"c": ["log files"]}, "G.threshold": ["THREE_YEARS"]}
PLEA: dict[str, Any] = {
    "instrument": "emergency-voluntary", "issuing_state": "FR", "contact": "office@authority.example",
    "addressee": "Example Board SAS", "issued_at": "2026-11-23T00:00:00Z",
    "identifiers": [{"id": "1", "type": "USER_ID", "value": "alice"}],
    "categories": ["SUBSCRIBER", "TRAFFIC"],
    "period": {"start": "2026-11-10T00:00:00+01:00", "end": "2026-11-19T00:00:00+01:00"},
    "danger": "A girl of nine who was taken this morning", "danger_kind": "DEATH",
    "why_now": "The kidnapper has set a time tonight",
    "why_no_court": "The duty judge was asked and cannot decide before tomorrow", "emergency": True,
}  # fmt: skip
AMERICAN = (
    SERVICES.replace("home_state: FR", "home_state: US")
    .replace("[{state: FR, kind: main}]", "[{state: US, kind: main}]")
    .replace("[FR, EU]", "[US]")
)
SECTION_E = {
    "E.title_of_law": "An Act", "E.provisions": "section 1", "E.nature": "OTHER", "E.why_applicable": "It binds us.",
    "E.why_conflicting": "It forbids it.",
}  # fmt: skip


def rows() -> Any:
    yield person()
    yield login("2026-11-09T22:59:59Z")
    yield login("2026-11-09T23:00:00Z")
    yield login("2026-11-18T22:59:59Z", ip="192.0.2.2")
    yield login("2026-11-18T23:00:00Z")
    yield login("2026-11-12T10:00:00Z", of="alice2")


class Office:
    """Everything that a demand about users passes."""

    def __init__(
        self,
        night: Night,
        records: Records | None = None,
        *,
        key: bool = True,
        profile: str = SERVICES,
        roles: Any = FILING,
        **means: Any,
    ) -> None:
        self.night, self.records = night, records if records is not None else Shelf(rows, holds=True)
        night.parts = replace(
            night.parts,
            provider=parse_provider(profile),
            disclosing=Disclosing(records=self.records, sealer=night.parts.delivery._seal, **means),
        )
        night.docket, night.jobs = Docket(night.parts), jobs(night.parts)
        self.watch = Watch.begin(night, roles=roles)
        self.staff, self.docket = self.watch.staff, night.docket
        self.identity = pyrage.x25519.Identity.generate()
        if key:
            self.enrol_key(str(self.identity.to_public()).encode())
        self.filed = 0

    def enrol_key(self, key: bytes) -> None:
        credential = self.docket.enrol_encryption_key(self.staff.anna, self.watch.authority, key=key, label="age")
        self.docket.confirm_certificate(self.staff.ben, credential)

    def certificate(self, changes: dict[str, Any]) -> dict[str, Any]:
        form = copy.deepcopy(EPOC)
        form["A"]["issuing_authority"] = form["I"]["name"] = self.watch.signer.name
        form["A"]["file_no_issuing"] = f"12 Js {self.filed}/26"
        for key, value in changes.items():
            section, _, field = key.partition(".")
            if field:
                form.setdefault(section, {})[field] = value
            else:
                form[section] = value
        return form

    def ask(self, changes: dict[str, Any] | None = None, *, work: bool = True) -> OrderView:
        self.filed += 1
        form = self.certificate(changes or {})
        view = self.night.file(self.watch.authority, self.watch.client, form, key=f"epoc-{self.filed}")
        if work:
            self.night.work_on()
        self.case = view.reference
        return view

    def plead(self, **changes: Any) -> OrderView:
        """An emergency request without an order."""
        self.filed += 1
        form = {**PLEA, "authority": self.watch.signer.name, "reference": f"E-{self.filed}", **changes}
        view = self.night.file(self.watch.authority, self.watch.client, form, key=f"plea-{self.filed}")
        self.night.work_on()
        self.case = view.reference
        return view

    def pretend_answered(self) -> None:
        """The authority is known: an order of its own about content was answered."""
        url = self.night.publish()
        case = self.watch.order(url).reference
        self.docket.decide(case, self.staff.mia, answer="comply", urls=(url,), reasons="It is complete.")
        self.docket.approve(case, self.staff.ben)
        self.night.work_on()
        assert self.watch.status() == "in_effect"

    def call_back(self, *, confirmed: bool = True) -> None:
        self.docket.authenticate(
            self.case, self.staff.mia, number="+33140000000", spoken_to="duty officer", confirmed=confirmed, note=""
        )
        self.night.work_on()

    def call_supervisor(self, *, confirmed: bool = True) -> None:
        said = Reached("+33140000000", "Lt. Dupont", "Cdt. Martin", confirmed)
        self.docket.call_supervisor(self.case, self.staff.mia, said)

    @property
    def page(self) -> DisclosureView:
        return self.docket.disclosure(self.case, self.staff.mia)

    @property
    def status(self) -> str:
        return self.page.line.status

    def answer(self, answer: str = "comply", *, pieces: tuple[str, ...] | None = None, **said: Any) -> None:
        proposed = {one.key for one in self.page.pieces if one.proposed}
        chosen = frozenset(proposed if pieces is None else pieces) if answer.startswith("comply") else frozenset()
        self.docket.answer_demand(self.case, self.staff.mia, Answered(answer, chosen, **said))
        self.night.work_on()

    def agree(self, who: str = "ben") -> None:
        self.docket.agree_to_answer(self.case, getattr(self.staff, who))
        self.night.work_on()

    def let_go(self) -> None:
        """What is packed leaves at the next whole quarter of an hour."""
        self.docket.let_go(self.case, self.staff.mia, seen=self.page.leaves)
        self.night.work_on(until=self.night.clock.now())
        self.watch.later(minutes=15)

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in audit.entries_of(self.case) if one.kind == kind and one.body]

    def clock(self, name: str) -> str:
        states = [one.state for one in self.page.clocks if one.deadline.id == name]
        return next((one for one in ("running", "suspended") if one in states), states[-1])

    def clarify(self, changes: dict[str, Any]) -> None:
        body = json.dumps({"changes": changes}).encode()
        self.docket.clarify(self.case, self.watch.says(body), changes=changes, grounds_ceased=False, note="")
        self.night.work_on()

    def withdraw(self) -> None:
        self.docket.withdraw(self.case, self.watch.says(b'{"reasons": "an error"}'), reasons="an error")
        self.night.work_on()

    def contest_ended(self, *, upheld: bool, at: str = "") -> None:
        received = Instant.parse(at) if at else self.night.clock.now()
        said = {"upheld": upheld, "received_at": received, "reference": "Az. 7", "reasons": "It was decided."}
        self.docket.contest_ended(self.case, self.staff.carla, **said)
        self.night.work_on()

    def ask_to_keep(self) -> OrderView:
        self.filed += 1
        form = self.certificate({})
        kept = {
            "A": form["A"], "B": form["B"], "C": form["E"], "D": {"c": ["log files"]},
            "E": {"case_kind": "CRIMINAL_PROCEEDINGS", "offence": "Fraud (section 263)"}, "F": form["I"],
        }  # fmt: skip
        view = self.night.file(self.watch.authority, self.watch.client, kept, key=f"keep-{self.filed}")
        self.night.work_on()
        self.case = view.reference
        return view

    def mail(self, changes: dict[str, Any]) -> None:
        """The same certificate as a PDF from a mailbox that nobody vouches for."""
        self.filed += 1
        pdf = orders.as_fields_pdf(flat(self.certificate(changes)))
        self.night.mail(orders.mail(pdf, message_id=f"<u{self.filed}@authority.example>"), MAIL)
        self.night.work_on()
        self.case = self.docket.page(tab="all", search="", cursor=None, viewer=self.staff.mia).lines[0].case


def flat(form: dict[str, Any]) -> dict[str, Any]:
    """Sections as the names of fields of a PDF: lists are numbered."""
    found: dict[str, Any] = {}
    for name, value in form.items():
        inner = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(inner, dict):
            found |= {f"{name}.{key}": one for key, one in flat({str(key): one for key, one in inner.items()}).items()}
        else:
            found[name] = inner
    return found
