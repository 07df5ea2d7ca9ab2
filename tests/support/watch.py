"""A night watch in few words: staff, one enrolled authority with its API client, and what they do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comity.casefile import audit
from comity.casefile.audit import EntryRow
from comity.casefile.clock import Instant
from comity.docket.order_views import Message, OrderView
from comity.docket.views import CaseView
from support import orders
from support.night import Night, Staff

MAIL = "orders@authority.example"


@dataclass
class Watch:
    """One provider at night, driven in the words of the procedure."""

    night: Night
    staff: Staff
    authority: str
    client: str
    signer: orders.Authority
    filed: int = 0
    views: list[OrderView] = field(default_factory=list)

    @classmethod
    def begin(cls, night: Night, roles: Any = None) -> Watch:
        """Staff, an authority that two of them confirmed, and its client."""
        tonight = night.clock.now()
        night.clock.set(tonight.plus(timedelta(days=-9)))  # a number proves something only if it was held before
        staff, signer = night.staff(), orders.Authority.named()
        authority = night.enrol(staff, signer, roles=roles)
        client = night.client(staff, authority)
        night.clock.set(tonight)
        return cls(night, staff, authority, client, signer)

    # -- demands -------------------------------------------------------------------------------------------------------

    def order(self, *urls: str, work: bool = True, **changes: Any) -> OrderView:
        """A complete order through the API for these addresses; each has its own reference."""
        self.filed += 1
        reference = changes.pop("order_reference", f"OFAC-2026-{self.filed:06}")
        locations = [{"url": url, "additional_info": "the post"} for url in urls]
        form = orders.order(content_locations=locations, order_reference=reference, **changes)
        view = self.night.file(self.authority, self.client, form, key=f"key-{self.filed}")
        if work:
            self.night.work_on()
        self.views.append(view)
        return view

    def mail(self, url: str, *, sign: bool = False, **changes: Any) -> None:
        """The same as a PDF by e-mail, signed or not."""
        self.filed += 1
        reference = changes.pop("order_reference", f"OFAC-2026-{self.filed:06}")
        form = orders.order(content_locations=[{"url": url}], order_reference=reference, **changes)
        pdf = orders.as_fields_pdf(form)
        message = orders.mail(
            orders.signed_pdf(pdf, self.signer) if sign else pdf, message_id=f"<{self.filed}@authority.example>"
        )
        self.night.mail(message, MAIL)
        self.night.work_on()

    def says(self, body: bytes = b"{}", *, authority: str | None = None) -> Message:
        """Any later message of the authority's client."""
        self.filed += 1
        now = self.night.clock.now()
        who = authority or self.authority
        return Message(who, self.client, body, "application/json", f"key-{self.filed}", now, now, "192.0.2.7")

    def withdraw(self, view: OrderView) -> None:
        """The authority withdraws an order."""
        self.night.docket.withdraw(view.reference, self.says(), reasons="an error")
        self.night.work_on()

    # -- people --------------------------------------------------------------------------------------------------------

    def case(self, number: int = 1) -> CaseView:
        """The case page, as the moderator sees it."""
        return self.night.docket.case(number, self.staff.mia)

    def status(self, number: int = 1) -> str:
        """Where a case stands."""
        return self.case(number).line.status

    def decide(
        self, answer: str, *urls: str, by: str = "", reasons: str = "As the order says.", number: int = 1
    ) -> None:
        """The moderator (or ``by``) decides, and the machine walks on."""
        case = self.case(number).line.case
        self.night.docket.decide(case, by or self.staff.mia, answer=answer, urls=urls, reasons=reasons)
        self.night.work_on()

    def approve(self, by: str, number: int = 1) -> None:
        """A second person agrees."""
        self.night.docket.approve(self.case(number).line.case, by)
        self.night.work_on()

    def call_back(self, *, confirmed: bool = True, number: int = 1) -> None:
        """The moderator rings the number held beforehand."""
        case = self.case(number)
        assert case.call_back is not None
        self.night.docket.authenticate(
            case.line.case,
            self.staff.mia,
            number=case.call_back.number,
            spoken_to="duty officer",
            confirmed=confirmed,
            note="rang twice",
        )
        self.night.work_on()

    def rule(self, *channels: str) -> str:
        """Two people make a standing rule for the authority."""
        return self.night.rule(self.staff, self.authority, channels or ("api", "email"))

    def found_wrong(self, number: int = 1) -> None:
        """The home authority found an infringement; the moderator enters it."""
        self.found_wrong_without_work(number)
        self.night.work_on()

    def found_wrong_without_work(self, number: int = 1) -> None:
        """The same, and the machine has not moved yet."""
        self.night.docket.scrutiny(
            self.case(number).line.case,
            self.staff.mia,
            authority="Arcom",
            infringement=True,
            reasons="Not terrorist.",
            document=b"%PDF-1.7 Arcom, decision 12",
        )

    # -- looking -------------------------------------------------------------------------------------------------------

    def gone(self, url: str) -> bool | None:
        """Whether strangers in the Union no longer see it."""
        return self.night.board_adapter.seen_by_stranger(url, "EU").gone

    def items(self, number: int = 1) -> list[str]:
        """What became of each address."""
        return [item.state for item in self.case(number).items]

    def forms(self, number: int = 1) -> list[str]:
        """The forms that were prepared, in order."""
        return [reply.form for reply in self.case(number).replies]

    def clock(self, name: str, number: int = 1) -> tuple[str, Instant | None]:
        """State and due instant of the newest clock of this name."""
        found = [(one.state, one.due_at) for one in self.case(number).clocks if one.deadline.id == name]
        open_still = [one for one in found if one[0] in ("running", "suspended")]
        return (open_still or found)[-1]

    def entries(self, number: int = 1) -> list[EntryRow]:
        """Every entry of a case."""
        return audit.entries_of(self.case(number).line.case)

    def bodies(self, kind: str, number: int = 1) -> list[dict[str, Any]]:
        """The documents of a kind in a case, in the order in which they were entered."""
        return [json.loads(one.body or b"{}") for one in self.entries(number) if one.kind == kind]

    def later(self, **length: float) -> None:
        """Time passes; what falls due fires, what that wakes runs."""
        self.night.pass_time(self.night.clock.now().plus(timedelta(**length)))
