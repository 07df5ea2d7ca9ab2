"""Every address of the console. Of django-allauth only what stands here exists: no sign-up, no mail, no reset."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, register_converter
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from comity.console import assets, urls_demands
from comity.console.pages import (
    authorities,
    case,
    decision,
    desk,
    docket,
    exchanges,
    exhibits,
    failures,
    hunts,
    incidents,
    keeping,
    matching_rules,
    nights,
    officers,
    overseers,
    papers,
    record,
    reviews,
    rules,
    threads,
    threats,
    transcription,
)
from comity.console.pages.workload import show as show_workload

_OURS = "console/accounts"
_case = "cases/<int:number>/"
_exhibit = f"{_case}exhibits/<sha256:digest>/"


class Sha256Converter:
    """Sixty-four lower-case hexadecimal digits in an address."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class StepConverter(Sha256Converter):
    """One of the commands of ``pages.keeping``."""

    regex = "confirm_reply|extend_silence|extend_preservation|hold|release"


class ReviewStepConverter(Sha256Converter):
    """One of the commands of ``pages.reviews``."""

    regex = "claim|release|away|ask|advise|repeat"


class HuntStepConverter(Sha256Converter):
    """One of the commands of ``pages.hunts``."""

    regex = "release|narrow|again|stop"


register_converter(Sha256Converter, "sha256")
register_converter(HuntStepConverter, "hunt_step")
register_converter(ReviewStepConverter, "review_step")
register_converter(StepConverter, "step")

urlpatterns = [
    path("", docket.show, name="docket"),
    path("language", set_language, name="set_language"),
    path(_case, case.show, name="case"),
    path(f"{_case}decide", decision.decide, name="decide"),
    path(f"{_case}approve", decision.approve, name="approve"),
    path(f"{_case}disagree", decision.disagree, name="disagree"),
    path(f"{_case}dismiss", decision.dismiss, name="dismiss"),
    path(f"{_case}authenticate", decision.authenticate, name="authenticate"),
    path(f"{_case}transcribe", transcription.transcribe, name="transcribe"),
    path(f"{_case}transcribe/<int:place>.jpg", transcription.picture, name="transcription_page"),
    path(f"{_case}clarified", decision.clarified, name="clarified"),
    path(f"{_case}scrutiny", decision.scrutiny, name="scrutiny"),
    path(f"{_case}steps/<step:name>", keeping.step, name="case_step"),
    path(f"{_case}answers/<slug:entry>.pdf", record.reply, name="reply"),
    *urls_demands.paths(),
    path(_exhibit, exhibits.open_one, name="exhibit"),
    path(f"{_exhibit}picture", exhibits.picture, name="exhibit_picture"),
    path(f"{_exhibit}download", exhibits.download, name="exhibit_download"),
    path("entries/<slug:entry>.tlog-proof", record.proof, name="proof"),
    path("log/", record.log, name="log"),
    path("log/clock", record.settle_clock, name="settle_clock"),
    path("authorities/", authorities.index, name="authorities"),
    path("authorities/propose", authorities.propose, name="propose_authority"),
    path("authorities/import", authorities.import_register, name="import_register"),
    path("authorities/<slug:authority>/", authorities.show, name="authority"),
    path("authorities/<slug:authority>/confirm", authorities.confirm, name="confirm_authority"),
    path("authorities/<slug:authority>/suspend", authorities.suspend, name="suspend_authority"),
    path("authorities/<slug:authority>/call-back", authorities.call_back, name="record_call_back"),
    path("authorities/<slug:authority>/certificates", authorities.enrol_certificate, name="enrol_certificate"),
    path("authorities/<slug:authority>/keys", authorities.enrol_key, name="enrol_key"),
    path("authorities/<slug:authority>/clients", authorities.enrol_client, name="enrol_client"),
    path(
        "authorities/<slug:authority>/certificates/<slug:credential>/confirm",
        authorities.confirm_certificate,
        name="confirm_certificate",
    ),
    path("overseers/", overseers.index, name="overseers"),
    path("overseers/propose", overseers.propose, name="propose_overseer"),
    path("overseers/<slug:overseer>/approve", overseers.approve, name="approve_overseer"),
    path("overseers/<slug:overseer>/call", overseers.call, name="call_overseer"),
    path("overseers/<slug:overseer>/half", overseers.half, name="overseer_half"),
    path("overseers/<slug:overseer>/confirm", overseers.confirm, name="confirm_overseer"),
    path("overseers/<slug:overseer>/suspend", overseers.suspend, name="suspend_overseer"),
    path("officers/", officers.index, name="officers"),
    path("officers/<slug:officer>/", officers.show, name="officer"),
    path("officers/<slug:officer>/propose", officers.propose, name="propose_officer"),
    path("officers/<slug:officer>/call", officers.call, name="call_officer"),
    path("officers/<slug:officer>/approve", officers.approve, name="approve_officer"),
    path("officers/<slug:officer>/half", officers.half, name="officer_half"),
    path("officers/<slug:officer>/confirm", officers.confirm, name="confirm_sign_in"),
    path("officers/<slug:officer>/refuse", officers.refuse, name="refuse_officer"),
    path("officers/<slug:officer>/suspend", officers.suspend, name="suspend_officer"),
    path("threads/", threads.index, name="threads"),
    path(f"{_case}thread", threads.show, name="thread"),
    path("rules/", rules.index, name="rules"),
    path("rules/<slug:rule>/approve", rules.approve, name="approve_rule"),
    path("rules/<slug:rule>/withdraw", rules.withdraw, name="withdraw_rule"),
    path("complaints/", rules.complaints, name="complaints"),
    path("complaints/<slug:complaint>/", rules.complaint, name="complaint"),
    path("nights/", nights.show, name="nights"),
    path("nights/rosters/new", nights.roster, name="new_roster"),
    path("nights/rosters/<slug:roster>/", nights.roster, name="roster"),
    path("nights/rosters/<slug:roster>/end", nights.end_roster, name="end_roster"),
    path("nights/order", nights.ladder, name="ladder"),
    path("nights/me", nights.contact, name="night_contact"),
    path("nights/rules/new", nights.rule, name="new_night_rule"),
    path("nights/rules/<slug:rule>/approve", nights.approve_rule, name="approve_night_rule"),
    path("nights/rules/<slug:rule>/withdraw", nights.withdraw_rule, name="withdraw_night_rule"),
    path("nights/alarms/<slug:alarm>/acknowledge", nights.acknowledge, name="night_acknowledge"),
    path("nights/answer/<slug:token>/", nights.answer, name="night_answer"),
    path("exchanges/", exchanges.index, name="exchanges"),
    path("exchanges/new", exchanges.new, name="new_exchange"),
    path("exchanges/import", exchanges.give, name="import_list"),
    path("exchanges/lists/<slug:waiting>", exchanges.settle, name="settle_list"),
    path("exchanges/items/<int:item>", exchanges.settle_item, name="settle_item"),
    path("exchanges/banks/<slug:bank>", exchanges.export, name="export_bank"),
    path("exchanges/<slug:exchange>/", exchanges.change, name="exchange"),
    path("exchanges/<slug:exchange>/end", exchanges.end, name="end_exchange"),
    path("exchanges/<slug:exchange>/fetch", exchanges.fetch, name="fetch_exchange"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/failed/<slug:case>", reviews.try_again, name="try_again"),
    path("reviews/<int:number>/", reviews.show, name="review"),
    path("reviews/<int:number>/decide", reviews.decide, name="decide_review"),
    path("reviews/<int:number>/look/<slug:case>", reviews.look, name="look"),
    path("reviews/<int:number>/media/<slug:case>/", reviews.medium, name="review_sample"),
    path("reviews/<int:number>/media/<slug:case>/<str:name>", reviews.medium, name="review_medium"),
    path("reviews/<int:number>/<review_step:step>", reviews.step, name="review_step"),
    path("matching-rules/", matching_rules.index, name="matching_rules"),
    path("matching-rules/<slug:rule>/approve", matching_rules.approve, name="approve_matching_rule"),
    path("matching-rules/<slug:rule>/withdraw", matching_rules.withdraw, name="withdraw_matching_rule"),
    path("matching-rules/banks/<slug:bank>/off", matching_rules.switch_off, name="switch_bank_off"),
    path("hunts/", hunts.index, name="hunts"),
    path("hunts/new", hunts.new, name="new_hunt"),
    path("hunts/<int:number>/", hunts.show, name="hunt"),
    path("hunts/<int:number>/sample/<int:place>.jpg", hunts.picture, name="hunt_picture"),
    path("hunts/<int:number>/<hunt_step:step>", hunts.step, name="hunt_step"),
    path(f"{_case}hunt", hunts.of_case, name="hunt_case"),
    path("incidents/", incidents.index, name="incidents"),
    path("incidents/declare", incidents.declare, name="declare_incident"),
    path("incidents/<int:number>/", incidents.show, name="incident"),
    path("incidents/<int:number>/confirm", incidents.confirm, name="confirm_incident"),
    path("incidents/<int:number>/extend", incidents.extend, name="extend_incident"),
    path("incidents/<int:number>/close", incidents.close, name="close_incident"),
    path("incidents/<int:number>/signals", incidents.list_signal, name="list_incident_signal"),
    path("incidents/<int:number>/items", incidents.list_item, name="list_incident_item"),
    path("incidents/<int:number>/reviews", incidents.list_review, name="list_incident_review"),
    path("incidents/<int:number>/signals/<int:item>", incidents.drop_signal, name="drop_incident_signal"),
    path("incidents/<int:number>/hand-off", incidents.hand_off, name="hand_off"),
    path("incidents/<int:number>/hand-off/<slug:entry>.<slug:form>", incidents.paper, name="hand_off_paper"),
    path("threats/", threats.index, name="threats"),
    path("threats/new", threats.new, name="new_threat"),
    path("threats/<int:number>/", threats.show, name="threat"),
    path("threats/<int:number>/decide", threats.decide, name="decide_threat"),
    path("threats/<int:number>/none", threats.no_threat, name="no_threat"),
    path("threats/<int:number>/confirm", threats.confirm, name="confirm_threat"),
    path("threats/<int:number>/<slug:recipient>/bring", threats.bring, name="bring_threat"),
    path("threats/<int:number>/<slug:recipient>.pdf", threats.paper, name="threat_paper"),
    path("workload/", show_workload, name="workload"),
    path("paper/", desk.paper, name="paper"),
    path("paper/users/", papers.demands, name="paper_demands"),
    path("paper/users/<slug:instrument>/", papers.demand, name="paper_demand"),
    path("staff/", desk.staff, name="staff"),
    path("assets/<slug:digest>/<str:name>", assets.serve, name="asset"),
    path("accounts/login/", account.LoginView.as_view(template_name=f"{_OURS}/login.html"), name="account_login"),
    path("accounts/logout/", account.LogoutView.as_view(template_name=f"{_OURS}/logout.html"), name="account_logout"),
    path(
        "accounts/password/",
        account.PasswordChangeView.as_view(
            template_name=f"{_OURS}/form.html", extra_context={"heading": _("Change the password")}
        ),
        name="account_change_password",
    ),
    path(
        "accounts/proof/password/",
        account.ReauthenticateView.as_view(template_name=f"{_OURS}/prove.html"),
        name="account_reauthenticate",
    ),
    path("accounts/factors/", mfa.IndexView.as_view(template_name=f"{_OURS}/factors.html"), name="mfa_index"),
    path(
        "accounts/factors/prove/",
        mfa.AuthenticateView.as_view(template_name=f"{_OURS}/second_factor.html"),
        name="mfa_authenticate",
    ),
    path(
        "accounts/proof/code/",
        mfa.ReauthenticateView.as_view(template_name=f"{_OURS}/prove.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "accounts/factors/totp/",
        totp.ActivateTOTPView.as_view(template_name=f"{_OURS}/totp.html"),
        name="mfa_activate_totp",
    ),
    path(
        "accounts/factors/totp/remove/",
        totp.DeactivateTOTPView.as_view(
            template_name=f"{_OURS}/form.html", extra_context={"heading": _("Remove the authenticator")}
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "accounts/factors/recovery/",
        recovery.ViewRecoveryCodesView.as_view(template_name=f"{_OURS}/recovery.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "accounts/factors/recovery/new/",
        recovery.GenerateRecoveryCodesView.as_view(
            template_name=f"{_OURS}/form.html", extra_context={"heading": _("Make new recovery codes")}
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/factors/passkeys/",
        webauthn.ListWebAuthnView.as_view(template_name=f"{_OURS}/passkeys.html"),
        name="mfa_list_webauthn",
    ),
    path(
        "accounts/factors/passkeys/add/",
        webauthn.AddWebAuthnView.as_view(template_name=f"{_OURS}/passkey.html"),
        name="mfa_add_webauthn",
    ),
    path(
        "accounts/factors/passkeys/<int:pk>/remove/",
        webauthn.RemoveWebAuthnView.as_view(
            template_name=f"{_OURS}/form.html", extra_context={"heading": _("Remove a passkey")}
        ),
        name="mfa_remove_webauthn",
    ),
    path("accounts/login/passkey/", webauthn.LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path(
        "accounts/proof/passkey/",
        webauthn.ReauthenticateWebAuthnView.as_view(template_name=f"{_OURS}/prove_passkey.html"),
        name="mfa_reauthenticate_webauthn",
    ),
]

handler400 = failures.malformed
handler403 = failures.forbidden
handler404 = failures.absent
handler500 = failures.broken
