"""What an answer to a demand about users is written from: the record, and nothing else.

An account that does not exist and one without such data are answered alike, in words and in the shape of the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Finding, Outcome, Proposal
from comity.casefile.documents.collection import DisclosurePackage
from comity.casefile.documents.cost import CostNote, CostState, sums
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.decision.proposing import Piece, pieces
from comity.decision.urgency import due_after
from comity.decision.urgency.after import WRITTEN
from comity.delivery import Filled, Particulars
from comity.delivery.letters import Letter
from comity.delivery.user_answers import (
    Certificate,
    Grounds,
    PartAnswer,
    PartOutcome,
    Said,
    annex_three,
    letter,
    objection_fields,
)
from comity.delivery.user_findings import grounds_of, whys
from comity.docket import clocks as common
from comity.docket import people
from comity.docket.disclosures import keeping, packing, urgency
from comity.docket.disclosures.judging import Judged
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.execution.disclosure import dataset
from comity.law.conflicts import section_e

CERTIFICATES = {"eu-eevidence-production": "EPOC", "eu-eevidence-preservation": "EPOC_PR"}
_OTHER = "OTHER_LATE_OR_PARTIAL"
_NOT_STATED = "not stated in the demand"


class Writing:
    """Everything that an answer is written from."""

    def __init__(self, row: Case, parts: Parts, found: Judged, decision: DisclosureDecision, language: str) -> None:
        self.row, self.parts, self.found, self.decision, self.language = row, parts, found, decision, language
        self.at = parts.clock.now()

    def forms(self) -> Iterator[Filled]:
        """The forms of this answer, in the order in which they are read."""
        if self.decision.answer is Proposal.CLARIFY:
            yield self._certificate_form(self._asked()) or self._letter(Letter.CLARIFICATION, self._questions())
        elif self.decision.answer is Proposal.OBJECT:
            yield self._objection()
        elif self.decision.answer is Proposal.REFER:
            yield self._referral()
        elif self.decision.answer is Proposal.REFUSE:
            yield self._refusal()
        elif self.decision.keeps:
            yield self._letter(Letter.ACKNOWLEDGEMENT, self._kept())
        else:
            yield from self._produced()

    def costs(self, claimed: tuple[CostNote, ...], payment: str) -> Filled:
        """The statement of what is asked back; raises ``MissingField``."""
        amounts = [one.model_dump(include={"what", "provision", "amount", "currency"}) for one in claimed]
        total = ", ".join(f"{sum_} {currency}" for currency, sum_ in sums(claimed, CostState.CLAIMED).items())
        said = Said(self.row.instrument, more={"amounts": amounts, "total": total, "payment": payment})
        return letter(Letter.COSTS, self._particulars(), said, self.at, language=self.language)

    def _produced(self) -> Iterator[Filled]:
        """The cover of the package; beside it what is not in it, and after an emergency what is still due."""
        assert self.row.decision is not None  # only a decision leads here
        made = packing.made(self.row.id.hex, self.row.decision.hex)
        assert made is not None  # packing leads here
        answered = self._answered(self._counted())
        yield self._letter(Letter.COVER, _cover(made.document), answered)
        withheld = [one for one in answered if one.outcome is not PartOutcome.PRODUCED]
        if withheld:
            yield self._certificate_form(self._grounds(), answered) or self._withheld(answered)
        if self.decision.emergency and urgency.only_as_emergency(self.found):
            yield from self._written(answered)

    def _withheld(self, answered: tuple[PartAnswer, ...]) -> Filled:
        """Beside a package, where no law prescribes a form: what is not in it, and why."""
        if all(one.outcome is PartOutcome.NOTHING_STORED for one in answered):
            return self._letter(Letter.NO_DATA, {}, answered)
        return self._letter(Letter.PARTIAL, {"preservation": self._preservation()}, answered)

    def _written(self, answered: tuple[PartAnswer, ...]) -> Iterator[Filled]:
        """After a release that nobody ordered, once: by when the written demand is due, and the rest not before."""
        if common.awaited(self.row.id.hex, WRITTEN) is not None:
            return
        limits, received = self.parts.disclosing.limits, Instant(self.row.received_at)
        due, _review = due_after(
            self.row.instrument, received_at=received, released_at=self.at, limits=limits, in_writing=False
        )
        said = {"released_at": str(self.at), "written_due_at": str(due.due_at), "provisions": "\n".join(due.citations)}
        if any(one.outcome is PartOutcome.LATER for one in answered):
            said["rest_at"] = str(self.at.plus(limits.rest_after))
        yield self._letter(Letter.WRITTEN, said, answered)

    def _asked(self) -> Grounds:
        questions = tuple(self.decision.letter.get("questions", "").splitlines()) or self.decision.reasons
        reasons = self.found.judgement.reasons or ("INSUFFICIENT_INFO",)
        return self._grounds(reasons=reasons, questions=questions)

    def _questions(self) -> dict[str, Any]:
        written = self.decision.letter.get("questions") or "\n".join(self.decision.reasons)
        return {"questions": written, "preservation": self._preservation()}

    def _objection(self) -> Filled:
        barred = next((way for way in self.found.ask.ways if way.route is None or way.route.proposes == "object"), None)
        section = {**((section_e(barred) if barred else None) or {}), **_section_e(self.decision.letter)}
        form = self._certificate_form(self._grounds(reasons=("THIRD_COUNTRY_CONFLICT",), section=section))
        if form is not None:
            return form
        kind = Letter.CHALLENGE if "court" in self.decision.letter else Letter.OBJECTION
        said = {**objection_fields(section), "filed_at": str(self.at), "preservation": self._preservation()}
        return self._letter(kind, {**said, "provisions": self._provisions(), **self.decision.letter})

    def _referral(self) -> Filled:
        ways = [way.route.label for way in self.found.ask.ways if way.route is not None]
        said = {"route": "\n".join(dict.fromkeys(ways)), "preservation": self._preservation()}
        return self._letter(Letter.REFERRAL, {**said, **self.decision.letter})

    def _refusal(self) -> Filled:
        form = self._certificate_form(self._grounds())
        said = {"provisions": self._provisions(), "preservation": self._preservation()}
        return form or self._letter(Letter.REFUSAL, {**said, **self.decision.letter})

    def _kept(self) -> dict[str, Any]:
        held = keeping.standing(self.row.id.hex)
        ends = [Instant(one.until) for one in held]
        since = keeping.kept_since(self.row.id.hex) or self.at
        until = {"preserved_until": str(max(ends))} if ends else {}
        return {"preserved_since": str(since), **until}

    def _letter(self, kind: Letter, more: Mapping[str, Any], answered: tuple[PartAnswer, ...] = ()) -> Filled:
        written = "\n".join(self.decision.reasons)
        said = Said(
            instrument=self.row.instrument,
            why=tuple(one.why for one in self._against()),
            parts=answered or self._answered(None),
            more={"explanation": written, **more},
        )
        return letter(kind, self._particulars(), said, self.at, language=self.language)

    def _certificate_form(self, grounds: Grounds, answered: tuple[PartAnswer, ...] = ()) -> Filled | None:
        """Annex III, where a certificate is answered; other laws prescribe no form."""
        kind = CERTIFICATES.get(self.row.instrument)
        if kind is None:
            return None
        values = self.found.judgement.reading.values
        said = Certificate(
            concerns="EPOC" if kind == "EPOC" else "EPOC_PR",
            validating_authority=str(values.get("A.validating_authority") or ""),
            file_no_validating=str(values.get("A.file_no_validating") or ""),
            date_of_issue=str(values.get("I.date") or values.get("F.date") or "")[:10],
            enforcing_authority=str(values.get("K.authority") or ""),
        )
        parts = answered or self._answered(None)
        return annex_three(self._particulars(), said, grounds, parts, self.at, language=self.language)

    def _grounds(
        self,
        reasons: tuple[str, ...] | None = None,
        questions: tuple[str, ...] = (),
        section: Mapping[str, str] | None = None,
    ) -> Grounds:
        """What the law room says of the certificate as a whole, with what the decision says in its place."""
        preserved = bool(keeping.standing(self.row.id.hex))
        found = grounds_of(self.found.judgement, preserved=preserved, remarks="\n".join(self.decision.reasons))
        asked = questions or (found.questions if reasons is None else ())
        told = found.reasons if reasons is None else reasons
        return replace(found, reasons=told, questions=asked, section_e=section or {})

    def _against(self) -> tuple[Finding, ...]:
        """The findings that stand against the demand."""
        return tuple(one for one in self.found.judgement.assessment.findings if one.outcome is Outcome.FAILS)

    def _provisions(self) -> str:
        cited = [citation for one in self._against() for citation in one.citations]
        return "\n".join(dict.fromkeys(cited)) or "\n".join(self.decision.reasons)

    def _preservation(self) -> str:
        return "PRESERVED" if keeping.standing(self.row.id.hex) else "NOT_PRESERVED"

    def _particulars(self) -> Particulars:
        asked, demand = self.found.ask.request, self.found.demand.document
        signer = self.decision.approvals[-1].person.id
        return Particulars(
            addressee=self.parts.provider.legal_name,
            issuer=asked.issuer or self.row.authority_name or _NOT_STATED,
            issuer_file_ref=asked.reference or _NOT_STATED,
            addressee_file_ref=f"C-{self.row.number}",
            order_received_at=demand.times.transport_received_at,
            authorised_person=people.name_of(f"staff:{signer}"),
            contact_email=self.parts.contact_email,
            hsp_name=self.parts.provider.legal_name,
            main_establishment_ms=self.parts.provider.home_state,
        )

    def _answered(self, counted: Counter[tuple[str, str, str]] | None) -> tuple[PartAnswer, ...]:
        """One line for each identifier and category; ``counted`` are the rows that leave, nothing where none does."""
        granted = {
            (one.kind.value, one.value, category.value)
            for terms in self.decision.terms
            for one in terms.identifiers
            for category in terms.categories
        }
        against = {(one.identifier, one.category.upper()): whys(one) for one in self.found.ask.parts}
        return tuple(self._line(piece, granted, counted, against) for piece in pieces(self.found.ask))

    def _line(
        self,
        piece: Piece,
        granted: set[tuple[str, str, str]],
        counted: Counter[tuple[str, str, str]] | None,
        against: Mapping[tuple[str, str], tuple[str, ...]],
    ) -> PartAnswer:
        identifier, category = piece.identifier, piece.category.value
        place = (identifier.kind.value, identifier.value, category) if identifier is not None else ("", "", "")
        if counted is None or place not in granted:
            return self._not_given(piece, against.get((piece.number, category), ()))
        if counted[place]:
            return PartAnswer(piece.number, piece.value, category, PartOutcome.PRODUCED)
        return PartAnswer(piece.number, piece.value, category, PartOutcome.NOTHING_STORED, ("NOT_STORED",))

    def _not_given(self, piece: Piece, against: tuple[str, ...]) -> PartAnswer:
        """With the law's sentences on this piece, or why nobody can grant it."""
        category, first = piece.category, self.parts.disclosing.limits.first
        waits = self.decision.emergency and category not in first and piece.law is not Outcome.FAILS
        outcome = PartOutcome.LATER if waits and not piece.why_not else PartOutcome.WITHHELD
        why = (piece.why_not,) if piece.why_not else against
        return PartAnswer(piece.number, piece.value, category.value, outcome, piece.reasons or (_OTHER,), why)

    def _counted(self) -> Counter[tuple[str, str, str]]:
        """How many rows of each identifier and category leave."""
        release = packing.released(self.row.id.hex)
        counted: Counter[tuple[str, str, str]] = Counter()
        for part in release.document.parts if release else ():
            with self.parts.work() as work:
                chunks = self.parts.vault.open(work, part.collection, part.data, purpose="counted for the answer")
            for one in dataset.read(chunks):
                if isinstance(one, dataset.Row):
                    counted[one.identifier.kind, one.identifier.value, one.category] += 1
        return counted


def _cover(made: DisclosurePackage) -> dict[str, Any]:
    files = [{"name": one.name, "size": one.size, "sha512": one.sha512} for one in made.contents]
    said = {
        "files": files,
        "package": f"{made.file.name} ({made.file.size} bytes)",
        "package_digest": made.file.sha512,
        "encrypted_to": made.encrypted_to,
    }
    return {**said, "available_until": str(made.available_until)} if made.available_until else said


def _section_e(written: Mapping[str, str]) -> dict[str, str]:
    """What a person wrote of Section E, by its keys."""
    return {key: text for key, text in written.items() if key.startswith("E.")}
