"""Codes of demands about users as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = Mapping[str, "str | Promise"]

CONSEQUENCE: Labels = {
    "comply": _(
        "What is granted is collected from the platform and lies in custody. Nothing leaves before a person has "
        "looked at it. A demand that asks to keep and not to give is answered: the hold stands."
    ),
    "comply_in_part": _("The same, for a part; the answer says why each of the rest is not given."),
    "clarify": _(
        "Your questions go to the authority. What it names is kept, nothing is collected, and the period stands still "
        "until its answer comes."
    ),
    "object": _(
        "Your objection goes to whoever decides about it. What the demand names is kept, and nothing leaves until the "
        "outcome is here."
    ),
    "refuse": _("The authority is told why, for each identifier. The hold ends, nothing is collected."),
    "refer": _("The authority is told which other way is open to it. The hold ends, nothing is collected."),
}
CATEGORY: Labels = {
    "SUBSCRIBER": _("subscriber data"),
    "USER_ID": _("data to identify the user"),
    "TRAFFIC": _("traffic data"),
    "LOCATION": _("location data"),
    "CONTENT": _("content"),
}
IDENTIFIER: Labels = {
    "USER_ID": _("account"),
    "EMAIL": _("e-mail address"),
    "PHONE_NUMBER": _("telephone number"),
    "IPV_4": _("IPv4 address"),
    "IPV_6": _("IPv6 address"),
    "IMEI_NUMBER": _("device number (IMEI)"),
    "MAC_ADDRESS": _("MAC address"),
}
FIELD: Labels = {
    "account": _("account"),
    "name": _("name"),
    "display_name": _("name shown"),
    "date_of_birth": _("date of birth"),
    "postal_address": _("postal address"),
    "email": _("e-mail address"),
    "phone": _("telephone"),
    "payment": _("means of payment"),
    "registered_at": _("registered"),
    "service": _("service"),
    "service_until": _("service until"),
    "devices": _("devices"),
    "language": _("language"),
    "status": _("status"),
    "picture": _("picture"),
    "other_account": _("other account"),
    "ip": _("IP address"),
    "source_port": _("source port"),
    "device": _("device"),
    "user_agent": _("program"),
    "event": _("event"),
    "message": _("message number"),
    "room": _("room"),
    "counterpart": _("counterpart"),
    "size": _("size"),
    "protocol": _("protocol"),
    "route": _("route"),
    "latitude": _("latitude"),
    "longitude": _("longitude"),
    "accuracy": _("accuracy"),
    "cell": _("cell"),
    "place": _("place"),
    "type": _("kind"),
    "subject": _("subject"),
    "text": _("text"),
    "in_reply_to": _("in reply to"),
    "file_name": _("file name"),
    "file_type": _("file type"),
    "file_size": _("file size"),
    "file_sha256": _("SHA-256 of the file"),
    "file": _("file"),
}
STANCE: Labels = {
    "must": _("binds"),
    "may": _("permits"),
    "must_not": _("forbids"),
    "silent": _("says nothing"),
    "open": _("does not decide it"),
    "unknown": _("not known"),
}
RULING: Labels = {
    "holds": _("may be given"),
    "fails": _("may not be given"),
    "undetermined": _("not known"),
}
GROUP: Labels = {
    "who asks": _("Who asks"),
    "whom it is for": _("Whom it is for"),
    "what it asks": _("What it asks"),
    "on which ground": _("On which ground"),
    "what other laws say": _("What other laws say"),
    "by when and how": _("By when and how"),
    "the form": _("The form"),
}
COLLECTION: Labels = {
    "ordered": _("being collected"),
    "performed": _("collected"),
    "failed": _("could not be collected"),
}
CUT: Labels = {
    "other_category": _("rows of another category"),
    "other_identifier": _("rows of another account"),
    "no_time": _("rows without a time"),
    "outside_period": _("rows outside of the period"),
    "stored_later": _("rows stored after the demand arrived"),
    "field": _("values of fields that are not granted"),
    "file": _("files that are not granted"),
    "nothing_granted": _("rows of which nothing is granted"),
    "end_outside_period": _("ends of sessions outside of the period"),
}
HOLD: Labels = {
    "ordered": _("being placed"),
    "placed": _("stands"),
    "copied": _("copied into custody, unseen: the platform cannot hold it itself"),
    "failed": _("could not be placed"),
    "releasing": _("being released"),
    "released": _("released"),
    "expired": _("expired"),
}
FORUM: Labels = {
    "issuing_authority": _("the issuing authority, whose own State decides"),
    "court": _("a court"),
    "other_authority": _("another authority"),
}
CONTEST: Labels = {
    "begun": _("open"),
    "upheld": _("the order was set aside"),
    "rejected": _("the order stands"),
}
NATURE: Labels = {
    "FUNDAMENTAL_RIGHTS": _("It protects fundamental rights"),
    "NATIONAL_SECURITY_OR_DEFENCE": _("It protects national security or defence"),
    "OTHER": _("Another"),
}
COST: Labels = {
    "incurred": _("incurred"),
    "claimed": _("asked back"),
    "reimbursed": _("paid back"),
    "denied": _("denied"),
}
REVIEW_OUTCOME: Labels = {
    "rightful": _("It was rightful"),
    "doubtful": _("It is doubtful: the authority has to explain, and gets nothing more as an emergency until then"),
    "forged": _("It was forged, or nothing allowed it: a breach of personal data"),
}
BREACH_OUTCOME: Labels = {
    "notified": _("The supervisory authority was notified"),
    "controller_told": _("We are the processor: the controller was told"),
    "not_required": _("Nobody has to be notified"),
}
LETTER: Labels = {
    "questions": _("Questions, one a line"),
    "route": _("The way that is open to the authority"),
    "court": _("Court"),
    "docket": _("Its reference there"),
    "law_title": _("Law that stands against it"),
    "law_provisions": _("Its provisions"),
    "why_applicable": _("Why it applies"),
    "why_conflicting": _("Why it conflicts"),
    "E.title_of_law": _("Law that stands against it"),
    "E.provisions": _("Its provisions"),
    "E.nature": _("What that law protects"),
    "E.why_applicable": _("Why it applies"),
    "E.why_conflicting": _("Why it conflicts"),
    "E.link": _("Link of the provider to that State"),
    "E.consequences": _("Consequences for the provider"),
    "E.additional_information": _("Further information"),
}
FACT: Labels = {
    "True": _("yes"),
    "False": _("no"),
    "us": _("the United States"),
    "qualifying": _("a State with an agreement"),
    "other": _("another State"),
    "ordinary": _("not protected"),
    "privileged": _("privileged profession"),
    "privilege": _("privileged profession"),
    "press": _("press"),
    "immune": _("immunity"),
    "immunity": _("immunity"),
    "private": _("a private person or firm"),
    "own_state_authority": _("an authority of the provider's own State"),
    "other_authority": _("an authority of another State"),
    "public_authority": _("a public authority"),
    "controller": _("controller"),
    "processor": _("processor"),
    "all": _("all of it"),
    "some": _("some of it"),
    "none": _("nothing"),
    "full": _("refused wholly"),
    "partial": _("refused in part"),
    "conditional": _("allowed under conditions"),
}
ENTRIES: Labels = {
    "disclosure_decision": _("decision on a demand about users"),
    "draft_disclosure": _("first person's answer"),
    "circumstances": _("what was found out"),
    "collection": _("collection"),
    "excess": _("more than the grant"),
    "records_hold": _("hold on records"),
    "redaction": _("redaction"),
    "redaction_undone": _("redaction undone"),
    "release": _("release"),
    "contest": _("objection or court"),
    "disclosure_package": _("package"),
    "emergency_review": _("review of an emergency release"),
    "breach_decision": _("end of a breach of personal data"),
    "supervisor_call": _("call to a supervisor"),
    "cost_note": _("costs"),
}
"""Kinds of entries."""
DISCLOSURES: Mapping[str, Labels] = {
    "users_consequence": CONSEQUENCE,
    "category": CATEGORY,
    "identifier": IDENTIFIER,
    "record_field": FIELD,
    "stance": STANCE,
    "ruling": RULING,
    "about": GROUP,
    "collection": COLLECTION,
    "cut": CUT,
    "records_hold": HOLD,
    "forum": FORUM,
    "contest": CONTEST,
    "letter": LETTER,
    "nature": NATURE,
    "cost": COST,
    "breach_outcome": BREACH_OUTCOME,
    "fact": FACT,
}
