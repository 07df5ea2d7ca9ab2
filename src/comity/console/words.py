"""The glossary's words as people read them: every code of the documents with its label, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.console.words_disclosures import DISCLOSURES, ENTRIES
from comity.console.words_hunts import HUNTS
from comity.console.words_incidents import INCIDENTS
from comity.console.words_nights import NIGHTS
from comity.console.words_officers import OFFICER, SIGN
from comity.console.words_reviews import REVIEWS
from comity.console.words_roles import AUTHORITY_ROLE
from comity.console.words_threats import THREATS

Labels = Mapping[str, "str | Promise"]

STATUS: Labels = {
    "received": _("received"),
    "assessed": _("assessed"),
    "waiting": _("waits for a person"),
    "second_person": _("waits for a second person"),
    "executing": _("being carried out"),
    "executed": _("carried out"),
    "declining": _("answer on its way"),
    "clarifying": _("clarification asked for"),
    "collected": _("collected: look before it leaves"),
    "packing": _("being packed"),
    "contesting": _("contested: waits for the outcome"),
    "answered": _("answered"),
    "in_effect": _("in effect"),
    "reinstating": _("being reinstated"),
    "reinstated": _("reinstated"),
    "refused": _("not carried out"),
    "dismissed": _("no order"),
    "closed": _("closed"),
}
TABS: Labels = {
    "pending": _("Needs a person"),
    "running": _("Running"),
    "all": _("All cases"),
}
OUTCOME: Labels = {
    "fails": _("Fails"),
    "undetermined": _("Undetermined"),
    "holds": _("Holds"),
}
CERTAINTY: Labels = {
    "official": _("checked against the official text"),
    "secondary": _("from a secondary source, not checked against the official text"),
    "unconfirmed": _("not confirmed: check the official text before relying on it"),
}
ANSWER: Labels = {
    "execute": _("can be carried out as it stands"),
    "needs_person": _("needs a person"),
    "not_executable": _("cannot be carried out as it stands"),
}
PROPOSAL: Labels = {
    "comply": _("Comply"),
    "comply_in_part": _("Comply in part"),
    "clarify": _("Ask for clarification"),
    "object": _("Object"),
    "refuse": _("Refuse"),
    "refer": _("Refer"),
}
CONSEQUENCE: Labels = {
    "comply": _(
        "Every address of the order is preserved, then disabled in all Member States, then checked from outside. "
        "Annex II goes back on the channel that the order came by. Nothing is deleted."
    ),
    "comply_in_part": _(
        "Only the addresses ticked below are preserved and disabled. Annex II says what was done, Annex III what was "
        "not and why."
    ),
    "clarify": _(
        "Annex III goes to the authority with your reasons. Nothing is disabled. The hour stops and starts anew when "
        "the clarification arrives (2021/784 Art 3(8))."
    ),
    "refuse": _("Annex III goes to the authority with your reasons. Nothing is disabled (2021/784 Art 3(7), 3(8))."),
    "refer": _(
        "Annex III tells the authority whom to turn to: the order is not addressed to this provider, or does not rest "
        "on this Regulation. Nothing is disabled."
    ),
}
CHANNEL: Labels = {
    "api": _("API"),
    "email": _("e-mail"),
    "portal": _("portal"),
    "perci": _("PERCI"),
    "paper": _("paper"),
    "hi1": _("HI-1"),
}
METHOD: Labels = {
    "oauth2": _("API client of the authority"),
    "pades": _("signature inside the PDF (PAdES)"),
    "cms": _("signature of the message (CMS)"),
    "openpgp": _("signature of the message (OpenPGP)"),
    "call_back": _("call-back"),
    "none": _("nothing verified"),
}
READING: Labels = {
    "form": _("read from form fields"),
    "layout": _("read from free layout: compare with the exhibit"),
    "none": _("could not be read by machine: transcribe it"),
}
ITEM: Labels = {
    "unknown": _("not known yet"),
    "absent": _("nothing there"),
    "foreign": _("not on our hosts"),
    "ordered": _("ordered"),
    "preserved": _("preserved"),
    "performed": _("disabled"),
    "failed": _("failed"),
    "restored": _("restored"),
    "restoring": _("being restored"),
    "left": _("left as it is"),
    "barred": _("still barred by another decision"),
}
CLOCK: Labels = {
    "running": _("running"),
    "suspended": _("suspended"),
    "met": _("met"),
    "missed": _("missed"),
    "cancelled": _("cancelled"),
}
RULE: Labels = {
    "proposed": _("waits for a second person"),
    "in_force": _("in force"),
    "expired": _("expired"),
    "withdrawn": _("withdrawn"),
}
AUTHORITY: Labels = {
    "proposed": _("proposed"),
    "confirmed": _("confirmed"),
    "suspended": _("suspended"),
    "withdrawn": _("withdrawn"),
}
SOURCE: Labels = {
    "commission_register": _("register of the Commission (Art 12(4))"),
    "official_site": _("official site"),
    "official_journal": _("official journal"),
    "government_directory": _("government directory"),
    "other_authority": _("told by another authority"),
    "in_person": _("in person"),
}
CALL: Labels = {
    "verified": _("they confirmed it"),
    "disowned": _("they did not send it"),
    "not_reached": _("nobody was reached"),
}
CREDENTIAL: Labels = {
    "certificate": _("certificate"),
    "openpgp": _("OpenPGP certificate"),
    "client": _("API client"),
    "encrypt_x509": _("key for packages: X.509"),
    "encrypt_age": _("key for packages: age"),
    "encrypt_openpgp": _("key for packages: OpenPGP"),
}
ROLE: Labels = {
    "moderator": _("moderator"),
    "approver": _("approver"),
    "legal": _("legal"),
    "registrar": _("registrar"),
    "auditor": _("auditor"),
    "administrator": _("administrator"),
}
STAFF: Labels = {"proposed": _("proposed"), "active": _("active"), "suspended": _("suspended")}
COMPLAINT: Labels = {
    "received": _("open"),
    "open": _("open"),
    "decided": _("decided"),
    "reinstate": _("Reinstate"),
    "reject": _("Reject"),
    "refer": _("Refer to Article 4(4) and Article 9"),
}
PURPOSE: Labels = {
    "decide": _("to decide on the demand"),
    "second_person": _("to approve or not as the second person"),
    "complaint": _("to examine a complaint (Art 10)"),
    "review": _("administrative or judicial review (Art 6(1)(a))"),
    "oversight": _("oversight"),
}
ENTRY: Labels = {
    "demand": _("demand"),
    "clarification": _("clarification"),
    "assessment": _("assessment"),
    "decision": _("decision"),
    "standing_rule": _("standing rule"),
    "act": _("act"),
    "form_reply": _("form"),
    "receipt": _("receipt"),
    "notice": _("notice"),
    "secrecy": _("non-disclosure"),
    "complaint": _("complaint"),
    "complaint_decision": _("complaint decision"),
    "scrutiny_decision": _("scrutiny decision"),
    "deadline": _("deadline"),
    "custody": _("custody"),
    "erasure": _("erasure"),
    "registry": _("registry"),
    "access": _("access"),
    **ENTRIES,
}
GROUNDS: Labels = {
    "INCITES": _("incites the commission of a terrorist offence (Art 2(7)(a))"),
    "SOLICITS_OFFENCE": _("solicits a person or group to commit an offence (Art 2(7)(b))"),
    "SOLICITS_GROUP": _("solicits participation in a terrorist group (Art 2(7)(c))"),
    "INSTRUCTS": _("gives instruction on weapons or methods (Art 2(7)(d))"),
    "THREATENS": _("threatens to commit an offence (Art 2(7)(e))"),
}
ISSUER: Labels = {
    "JUDGE_COURT_INVESTIGATING_JUDGE": _("judge, court or investigating judge"),
    "LAW_ENFORCEMENT": _("law enforcement authority"),
    "OTHER_COMPETENT_AUTHORITY": _("other competent authority"),
}
DUTY: Labels = {
    "remove_or_disable": _("remove or disable"),
    "inform_annex_2": _("answer on Annex II"),
    "inform_annex_3": _("answer on Annex III"),
}
SETS: Mapping[str, Labels] = {
    "status": STATUS,
    "tab": TABS,
    "outcome": OUTCOME,
    "certainty": CERTAINTY,
    "answer": ANSWER,
    "proposal": PROPOSAL,
    "consequence": CONSEQUENCE,
    "channel": CHANNEL,
    "method": METHOD,
    "reading": READING,
    "item": ITEM,
    "clock": CLOCK,
    "duty": DUTY,
    "rule": RULE,
    "authority": AUTHORITY,
    "authority_role": AUTHORITY_ROLE,
    "source": SOURCE,
    "call": CALL,
    "officer": OFFICER,
    "sign": SIGN,
    "credential": CREDENTIAL,
    "role": ROLE,
    "staff": STAFF,
    "complaint": COMPLAINT,
    "purpose": PURPOSE,
    "entry": ENTRY,
    "ground": GROUNDS,
    "issuer": ISSUER,
    **DISCLOSURES,
    **NIGHTS,
    **REVIEWS,
    **HUNTS,
    **INCIDENTS,
    **THREATS,
}


def label(kind: str, code: object) -> str:
    """The label of a code; an unknown code is shown as it is, so that nothing is hidden."""
    text = str(code)
    return str(SETS[kind].get(text, text.replace("_", " ")))
