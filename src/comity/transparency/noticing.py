"""What a notice says, in words. Pure but for the templates it reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string

from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import Notice
from comity.casefile.documents.demand import Demand
from comity.transparency import rules
from comity.transparency.words import DEFAULT, words_in

LONGEST_REASONS = 8000


@dataclass(frozen=True)
class Telling:
    """What a notice is made from."""

    demand: Entered[Demand]
    account: str
    urls: tuple[str, ...]
    measured_at: Instant | None
    secret_until: Instant | None
    complaint_base: str
    ground_labels: tuple[str, ...]
    territories: tuple[str, ...] = ()
    """Where it was disabled, of an order of another law than the removal order's."""
    restored_at: Instant | None = None
    """Since when it stands again, where it does."""
    language: str = DEFAULT
    """What the account reads (BCP 47)."""


def notice_of(telling: Telling, token: str) -> Notice:
    """The notice, in the language of whom it tells; ``token`` opens the page of complaints."""
    form, words = telling.demand.document.form, words_in(telling.language)
    if telling.territories:
        return _notice_of_other_law(telling, token)
    remedies = rules.remedies(form, words)
    text = render_to_string(
        f"transparency/notice.{words.language}.txt",
        {
            "urls": telling.urls,
            "measured_at": telling.measured_at.z() if telling.measured_at else "",
            "restored_at": telling.restored_at.z() if telling.restored_at else "",
            "issuing_state": rules.plain(form.get("issuing_member_state")) or words.unnamed_state,
            "issuer": rules.text(form, "issuer", "name") or words.unnamed,
            "reference": rules.plain(form.get("order_reference")) or words.none,
            "grounds": tuple(rules.plain(label) for label in telling.ground_labels),
            "reasons": rules.plain(form.get("additional_reasons"), LONGEST_REASONS),
            "complaint_url": f"{telling.complaint_base}/complaint/{token}",
            "cross_border": form.get("issuing_member_state") != form.get("home_member_state"),
            "home_state": rules.plain(form.get("home_member_state")),
            "home_contact": rules.text(form, "followup", "home_authority_contact") or words.contact_page,
            **remedies,
        },
    )
    return Notice(
        case=telling.demand.case,
        account=telling.account,
        language=words.language,
        subject=words.reinstated if telling.restored_at else words.disabled,
        text=text,
        urls=telling.urls,
        remedies=remedies,
        complaint_token=token,
    )


def _notice_of_other_law(telling: Telling, token: str) -> Notice:
    """The information of 2022/2065 Art 9(5): that and where, by whom and why, and the redress that the order states."""
    form, words = telling.demand.document.form, words_in(telling.language)
    remedies = {"redress": rules.plain(form.get("redress"), LONGEST_REASONS) or words.courts}
    text = render_to_string(
        f"transparency/notice_art9.{words.language}.txt",
        {
            "urls": telling.urls,
            "measured_at": telling.measured_at.z() if telling.measured_at else "",
            "restored_at": telling.restored_at.z() if telling.restored_at else "",
            "territories": ", ".join(telling.territories),
            "issuing_state": rules.plain(form.get("issuing_state")) or words.unnamed_state,
            "issuer": rules.plain(form.get("authority")) or words.unnamed,
            "reference": rules.plain(form.get("reference")) or words.none,
            "legal_basis": rules.plain(form.get("legal_basis"), LONGEST_REASONS) or words.none,
            "provisions": rules.plain(form.get("provisions"), LONGEST_REASONS) or words.none,
            "reasons": rules.plain(form.get("reasons"), LONGEST_REASONS) or words.none,
            **remedies,
        },
    )
    return Notice(
        case=telling.demand.case,
        account=telling.account,
        language=words.language,
        subject=words.ordered_back if telling.restored_at else words.ordered,
        text=text,
        urls=telling.urls,
        remedies=remedies,
        complaint_token=token,
    )
