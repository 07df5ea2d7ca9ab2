"""What staff fill in about authorities, rules, complaints and paper orders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.console import words
from comity.console.forms import InstantField, LongText
from comity.console.words_roles import AUTHORITY_ROLE
from comity.registry.roles import member_states, roles

STATES = member_states()
SCAN_BYTES = 20 * 1024 * 1024
_SCANS = {"application/pdf", "image/jpeg", "image/png", "image/tiff"}


class AuthorityForm(forms.Form):
    """An authority as proposed: every number with two sources found outside its own message."""

    name = forms.CharField(label=_("Name"), max_length=300)
    member_state = forms.RegexField(
        r"^[A-Z]{2}$", label=_("State"), help_text=_("Two letters, like FR (ISO 3166-1)"), max_length=2
    )
    roles = forms.MultipleChoiceField(
        label=_("Designated to"), choices=list(AUTHORITY_ROLE.items()), widget=forms.CheckboxSelectMultiple
    )
    mail_domains = forms.CharField(
        label=_("Mail domains"), max_length=600, required=False, help_text=_("Separated by spaces")
    )
    feedback_contact = forms.EmailField(label=_("Where answers go"))
    number = forms.CharField(label=_("Telephone for call-backs"), max_length=24, help_text=_("With country code"))
    first_source = forms.ChoiceField(label=_("Found first in"), choices=list(words.SOURCE.items()))
    first_place = forms.CharField(label=_("Exact place"), max_length=500)
    second_source = forms.ChoiceField(label=_("Found again in"), choices=list(words.SOURCE.items()))
    second_place = forms.CharField(label=_("Exact place "), max_length=500)

    def clean(self) -> dict[str, Any]:
        """Refuse a role of the Union's own law for an authority of another state."""
        given = super().clean() or self.cleaned_data
        union = any(roles()[one].union for one in given.get("roles", ()))
        if union and given.get("member_state", STATES[0]) not in STATES:
            self.add_error("member_state", _("A role under Union law takes a Member State."))
        return given


class CertificateForm(forms.Form):
    """A signing or sealing certificate."""

    label = forms.CharField(label=_("What it is for"), max_length=200)
    certificate = forms.FileField(label=_("Certificate (PEM, DER or OpenPGP)"), max_length=200)

    def clean_certificate(self) -> bytes:
        """The bytes, at most 64 KiB."""
        return _bytes(self.cleaned_data["certificate"], 64 * 1024)


class KeyForm(forms.Form):
    """A public key to which packages are encrypted; it proves nothing about who sends."""

    label = forms.CharField(label=_("What it is for"), max_length=200)
    key = forms.FileField(
        label=_("Public key (X.509 certificate, age recipient or OpenPGP certificate)"), max_length=200
    )

    def clean_key(self) -> bytes:
        """The bytes, at most 64 KiB."""
        return _bytes(self.cleaned_data["key"], 64 * 1024)


class ClientForm(forms.Form):
    """A client of the API."""

    label = forms.CharField(label=_("What it is for"), max_length=200)


class EnrolmentCallForm(forms.Form):
    """A call for the enrolment of an authority."""

    number = forms.ChoiceField(label=_("Number called"))
    spoken_to = forms.CharField(label=_("Spoken to"), max_length=200, help_text=_("The post, not the name"))
    outcome = forms.ChoiceField(label=_("Result"), choices=list(words.CALL.items()))

    def __init__(self, *args: Any, numbers: tuple[tuple[str, str], ...], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["number"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(numbers)


class ImportForm(forms.Form):
    """A register file."""

    source = forms.CharField(label=_("Where the file comes from"), max_length=500)
    file = forms.FileField(label=_("Register file"), max_length=200)

    def clean_file(self) -> bytes:
        """The bytes, at most 4 MiB."""
        return _bytes(self.cleaned_data["file"], 4 * 1024 * 1024)


class RuleForm(forms.Form):
    """A standing rule as proposed."""

    authority = forms.ChoiceField(label=_("Authority"))
    channels = forms.MultipleChoiceField(
        label=_("Authenticated channels"),
        choices=[(code, words.CHANNEL[code]) for code in ("api", "email")],
        widget=forms.CheckboxSelectMultiple,
    )
    valid_until = InstantField(label=_("In force until"))
    why = LongText(label=_("Why"), rows=3)

    def __init__(self, *args: Any, authorities: tuple[tuple[str, str], ...], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["authority"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(authorities)


class ComplaintForm(forms.Form):
    """The reasoned outcome of a complaint."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    reasons = LongText(label=_("Reasons"), rows=4, help_text=_("The complainant reads them."))

    def __init__(self, *args: Any, may_reinstate: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        open_outcomes = ("reinstate", "reject", "refer") if may_reinstate else ("reject", "refer")
        field = self.fields["outcome"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(code, words.COMPLAINT[code]) for code in open_outcomes]


class ScanForm(forms.Form):
    """When a paper came, and its scan."""

    received_at = InstantField(label=_("Received at the desk"))
    scan = forms.FileField(label=_("Scan of the paper (PDF, JPEG, PNG or TIFF)"), max_length=200)

    def clean_scan(self) -> tuple[bytes, str]:
        """The bytes and their media type as the browser names it; the rooms below look for themselves."""
        file = self.cleaned_data["scan"]
        if file.content_type not in _SCANS:
            raise forms.ValidationError(_("A scan is a PDF, JPEG, PNG or TIFF file."))
        return _bytes(file, SCAN_BYTES), str(file.content_type)


class PaperForm(ScanForm):
    """Annex I, typed from paper. Only what every order must have is required here; the assessment finds the rest."""

    order_reference = forms.CharField(label=_("Reference number"), max_length=300)
    issued_at = InstantField(label=_("Issued"), required=False)
    issuing_member_state = forms.ChoiceField(
        label=_("Member State of the issuing authority"), choices=[("", "—"), *((s, s) for s in STATES)], required=False
    )
    addressee = forms.CharField(label=_("Addressee"), max_length=600, required=False)
    contact_point = forms.CharField(label=_("Contact point used"), max_length=300, required=False)
    home_member_state = forms.ChoiceField(
        label=_("Member State of the main establishment"),
        choices=[("", "—"), *((s, s) for s in STATES)],
        required=False,
    )
    content_locations = LongText(label=_("Addresses"), rows=4, help_text=_("One a line"))
    grounds = forms.MultipleChoiceField(
        label=_("Boxes ticked"),
        choices=list(words.GROUNDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    additional_reasons = LongText(label=_("Further reasons"), rows=3, required=False)
    nondisclosure = forms.BooleanField(
        label=_("Section C is ticked: the content provider may not be told"), required=False
    )
    home_is_other_member_state = forms.BooleanField(label=_("Section D: cross-border order"), required=False)
    copy_sent_to_home_authority = forms.BooleanField(
        label=_("Section D: copy sent to the home authority"), required=False
    )
    issuer__type = forms.ChoiceField(
        label=_("Kind of authority"),
        required=False,
        choices=[("", "—"), *words.ISSUER.items()],
    )
    issuer__name = forms.CharField(label=_("Name of the authority"), max_length=300)
    issuer__representative = forms.CharField(label=_("Representative and post"), max_length=300, required=False)
    issuer__file_no = forms.CharField(label=_("File number"), max_length=200, required=False)
    issuer__address = forms.CharField(label=_("Address"), max_length=600, required=False)
    issuer__tel = forms.CharField(label=_("Telephone on the paper"), max_length=40, required=False)
    issuer__email = forms.CharField(label=_("E-mail on the paper"), max_length=300, required=False)
    followup__issuer_contact = forms.CharField(label=_("Contact for feedback"), max_length=600, required=False)
    redress__body = forms.CharField(label=_("Before whom to challenge the order"), max_length=600, required=False)
    redress__deadline__n = forms.IntegerField(
        label=_("Time allowed: number"), min_value=0, max_value=999, required=False
    )
    redress__deadline__unit = forms.ChoiceField(
        label=_("Unit"), choices=[("", "—"), ("days", _("days")), ("months", _("months"))], required=False
    )
    redress__deadline__from = forms.CharField(label=_("Counted from"), max_length=300, required=False)
    redress__legal_link = forms.CharField(label=_("National provisions"), max_length=600, required=False)

    def annex(self) -> dict[str, Any]:
        """The form as Annex I's keys; what is empty on paper is absent here."""
        laid: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in {"scan", "received_at"} or value in ("", None, []):
                continue
            *outer, last = name.split("__")
            node = laid
            for step in outer:
                node = node.setdefault(step, {})
            node[last] = str(value) if name == "issued_at" else value
        laid["content_locations"] = [
            {"url": line.strip()} for line in self.cleaned_data["content_locations"].splitlines() if line.strip()
        ]
        return laid


def _bytes(file: Any, most: int) -> bytes:
    if file.size > most:
        raise forms.ValidationError(_("The file is larger than %(most)d KiB.") % {"most": most // 1024})
    return bytes(file.read())
