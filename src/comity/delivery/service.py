"""Makes the answer, brings it to its authority once its entry is proven, and enters what the other side said.

What can go wrong between sending and its receipt, and what then happens:

* lost (refused, unreachable): a failed receipt is entered, ``NotDelivered`` says whether another attempt may help;
* killed after sending, before the receipt: sent again under the same identifier, which the reader sees as one message;
* taken, but its answer lost on the way: known as uncertain, otherwise the same;
* repeated by a second job after the receipt: the earlier receipt is given back, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from comity.casefile.audit import Entered, Proven, enter, entries_of, find
from comity.casefile.clock import Clock
from comity.casefile.documents.answer import FormReply, Receipt
from comity.casefile.documents.base import Json
from comity.casefile.evidence import Vault
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.delivery.channels import Enclosed, Outbound, Outgoing, Proof
from comity.delivery.checking import complete, definition_of
from comity.delivery.errors import NotDelivered, NotProven, UnknownChannel, WrongFetcher
from comity.delivery.rules import THREAT, Filled, reference_of
from comity.delivery.seal import Seal
from comity.delivery.typesetting import PaperTypesetter, Typesetter
from comity.delivery.user_words import words_in
from comity.delivery.words import ENGLISH

_ACTOR = "system:delivery"
_FETCHED = frozenset({"api", "portal"})
"""Channels on which the authority comes for its answer; its fetching is the proof."""


@dataclass(frozen=True)
class Recipient:
    """Whom an answer goes to: over the channel that the order came by."""

    channel: str
    address: str
    """An e-mail address, an API client's identifier, or a postal address."""
    language: str = "en"
    in_reply_to: str | None = None
    """The Message-ID of the order, for e-mail."""


@dataclass(frozen=True)
class Package:
    """A proven form with its sealed PDF, ready to go."""

    reply: Proven[FormReply]
    pdf: bytes
    json: bytes


class Delivery:
    """The way from a filled form to a receipt."""

    def __init__(self, vault: Vault, seal: Seal, ways: Mapping[str, Outbound], clock: Clock) -> None:
        """``ways`` maps the channel's kind (``api``, ``email``, ``paper``) to its way out."""
        self._vault = vault
        self._seal = seal
        self._ways = ways
        self._clock = clock
        self._typesetter = Typesetter()
        self._papers = PaperTypesetter()

    def prepare(self, work: UnitOfWork, case: str, filled: Filled, to: Recipient) -> Entered[FormReply]:
        """Typeset, seal, take the PDF into the vault and enter the form; nothing leaves the house.

        A form that was filled in a language is typeset in it, whatever the recipient's. Raises ``MissingField`` (naming
        the key) before anything is made, ``NotTypeset`` or ``NotSealed``.
        """
        fields = complete(filled).fields
        definition = definition_of(filled.form)
        reference, language = reference_of(fields), str(fields.get("language", to.language))
        pdf = self._typesetter.typeset(definition, fields, at=work.at, reference=reference, language=language)
        sealed = self._seal.seal(pdf, reason=f"{definition.citation}: {reference}"[:200], at=work.at)
        exhibit = self._vault.take_in(
            work,
            case,
            [sealed],
            media_type="application/pdf",
            name=f"{filled.form}.pdf",
            purpose=f"answer to the authority ({definition.citation})",
        )
        reply = FormReply(
            case=case,
            form=filled.form,
            form_version=definition.version,
            fields=fields,
            pdf=exhibit.digest,
            channel=to.channel,
            recipient=to.address,
        )
        return enter(work, case, reply)

    def keep_paper(self, work: UnitOfWork, file: str, paper: Json, *, name: str, purpose: str) -> str:
        """Typeset and seal a report of our own and take it into custody; gives its digest. Nothing leaves the house.

        Raises ``NotTypeset`` or ``NotSealed``.
        """
        pdf = self._papers.typeset(paper, at=work.at)
        sealed = self._seal.seal(pdf, reason=str(paper["title"])[:200], at=work.at)
        return self._vault.take_in(
            work, file, [sealed], media_type="application/pdf", name=name, purpose=purpose
        ).digest

    def deliver(
        self,
        reply: Proven[FormReply],
        *,
        in_reply_to: str | None = None,
        attempt: int = 1,
        enclosed: Callable[[], tuple[Enclosed, ...]] = tuple,
    ) -> Entered[Receipt] | None:
        """Send a proven form and enter its receipt, a failed one too; outside of any unit of work.

        ``enclosed`` opens the files that go with it, where they leave this way.

        Gives the earlier receipt when it was delivered already, and ``None`` when it is kept for its recipient, whose
        fetching (``fetched``) or a person's confirmation (``confirmed``) will be the receipt. Raises ``NotDelivered``
        after entering the failure; its ``retry`` says whether another attempt may help.
        """
        if not isinstance(reply, Proven):
            raise NotProven
        earlier = delivered(reply)
        if earlier is not None:
            return earlier
        way = self._way(reply.document.channel)
        closed = Package(reply, b"", b"")
        package = self.package(reply, purpose="delivery to the authority") if way.carries else closed
        files = enclosed() if way.carries else ()
        try:
            proof = way.send(replace(_outgoing(package, in_reply_to), enclosed=files))
        except NotDelivered as failure:
            self._receipt(reply, Proof(delivered=False, said=str(failure)), attempt)
            raise
        return self._receipt(reply, proof, attempt) if proof.delivered else None

    def package(self, reply: Proven[FormReply], *, purpose: str, actor: str = _ACTOR) -> Package:
        """The sealed PDF and the JSON of a proven form; its opening is entered."""
        with unit_of_work(self._clock.now(), actor) as work:
            chunks = self._vault.open(work, reply.case, reply.document.pdf, purpose=purpose)
        return Package(reply, b"".join(chunks), reply.document.canonical())

    def fetched(self, work: UnitOfWork, reply: Proven[FormReply], *, client: str) -> Entered[Receipt]:
        """Enter that the authority's authenticated client fetched its answer; raises ``WrongFetcher`` for any other."""
        if reply.document.channel not in _FETCHED or client != reply.document.recipient:
            raise WrongFetcher
        return self._confirmed(work, reply, f"fetched by {client} with its own credentials")

    def confirmed(self, work: UnitOfWork, reply: Proven[FormReply], *, how: str) -> Entered[Receipt]:
        """Enter that the person acting in ``work`` sent the printed form, and how."""
        return self._confirmed(work, reply, f"{work.actor}: {' '.join(how.split())[:500]}")

    def bounced(self, work: UnitOfWork, reply: Entered[FormReply], *, said: str) -> Entered[Receipt]:
        """Enter that a form which was taken did not arrive after all, as a report says (RFC 3464)."""
        proof = f"reported: {' '.join(said.split())[:500]}"
        return enter(
            work, reply.case, Receipt(case=reply.case, reply=reply.entry, delivered=False, at=work.at, proof=proof)
        )

    def redirected(self, work: UnitOfWork, reply: Entered[FormReply], to: Recipient) -> Entered[FormReply]:
        """The same sealed form for another address of the same authority, entered; ``deliver`` sends it."""
        return enter(
            work, reply.case, reply.document.model_copy(update={"channel": to.channel, "recipient": to.address})
        )

    def _confirmed(self, work: UnitOfWork, reply: Proven[FormReply], said: str) -> Entered[Receipt]:
        earlier = delivered(reply)
        document = Receipt(case=reply.case, reply=reply.entry, delivered=True, at=work.at, proof=said)
        return earlier or enter(work, reply.case, document)

    def _receipt(self, reply: Proven[FormReply], proof: Proof, attempt: int) -> Entered[Receipt]:
        with unit_of_work(self._clock.now(), _ACTOR) as work:
            document = Receipt(
                case=reply.case,
                reply=reply.entry,
                delivered=proof.delivered,
                at=work.at,
                proof=proof.said,
                attempt=attempt,
            )
            return enter(work, reply.case, document)

    def _way(self, channel: str) -> Outbound:
        if channel not in self._ways:
            raise UnknownChannel(channel)
        return self._ways[channel]


def delivered(reply: Entered[FormReply]) -> Entered[Receipt] | None:
    """The receipt that says the form reached its recipient, if there is one and no later report took it back."""
    newest = None
    for row in entries_of(reply.case):
        if row.kind == Receipt.kind and row.body is not None:
            receipt = Receipt.from_canonical(row.body)
            if receipt.reply == reply.entry:
                newest = row.entry if receipt.delivered else None
    return find(newest, Receipt) if newest else None


def _outgoing(package: Package, in_reply_to: str | None) -> Outgoing:
    reply = package.reply
    subject, text = _mail(reply.document)
    return Outgoing(
        entry=reply.entry,
        recipient=reply.document.recipient,
        subject=subject,
        text=text,
        filename=reply.document.form,
        pdf=package.pdf,
        json=package.json,
        at=reply.at,
        in_reply_to=in_reply_to,
    )


def _mail(reply: FormReply) -> tuple[str, str]:
    """Subject and text: of an answer about users they say neither what it is nor under which law."""
    fields, words = reply.fields, ENGLISH
    if "head" in fields:
        said = words_in(str(fields["language"]))
        subject, text, annex, provision = said.mail_subject, said.mail_text, "", ""
    else:
        threat = reply.form == THREAT
        subject, text = (words.threat_subject, words.threat_text) if threat else (words.mail_subject, words.mail_text)
        annex, provision = words.annexes[reply.form], words.subtitles[reply.form]
    reference = reference_of(fields)
    names = ("hsp_name", "legal_representative_name", "H.name")
    contacts = ("contact_email", "contact", "H.email")
    ours = fields.get("addressee_file_ref") or fields.get("C.addressee_file_no") or reference
    said_by, contact = (next((fields[key] for key in keys if fields.get(key)), "") for keys in (names, contacts))
    return subject.format(annex=annex, reference=reference), text.format(
        annex=annex, provision=provision, reference=reference, ours=ours, name=said_by, contact=contact
    )
