"""What a stranger sees: the front page, asking for access, signing in. It never depends on what exists."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.portal import passkeys, sessions
from comity.portal.commands import Application, HeldPasskey, TooManyApplicationsError
from comity.portal.door import PortalRequest, docket, limited, now, page
from comity.portal.kinds import KINDS
from comity.portal.limits import Limit
from comity.portal.sessions import COOKIE, DEVICE_COOKIE, ENROLLING, FULL, UNSURE, SignedIn

_APPLICATIONS, _CODES, _SIGN_INS = Limit(5, minutes=60), Limit(10, minutes=10), Limit(20)
LIMITS = (_APPLICATIONS, _CODES, _SIGN_INS)
_DEVICE_LIVES = 400 * 24 * 3600
_SAFE = ["GET", "HEAD", "POST"]
_TOLD = _("Twelve letters, told to you by telephone.")
_TOLD_TOO = _("Twelve other letters, told by another person: none of us knows both.")


def _line(label: Any, *, complete: str, help_text: Any = "", most: int = 300) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": complete})
    return forms.CharField(label=label, max_length=most, help_text=help_text, widget=widget)


def _address() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    return forms.EmailField(label=_("Your official e-mail address"), max_length=300, widget=widget)


class ApplicationForm(forms.Form):
    """Who asks for access. No telephone number: we ring the one that we hold already."""

    authority = _line(_("Authority"), complete="organization")
    name = _line(_("Your name"), complete="name")
    post = _line(_("Your post"), complete="organization-title")
    address = _address()


class CodeForm(forms.Form):
    """The address and the two codes that two of our people told over the telephone, in any order."""

    address = _address()
    code = _line(_("Code from one call"), complete="off", help_text=_TOLD, most=40)
    second = _line(_("Code from the other call"), complete="off", help_text=_TOLD_TOO, most=40)


@require_safe
@page
def front(request: PortalRequest) -> HttpResponse:
    """What this is, whom it is for."""
    if request.signed_in is not None and request.signed_in.stage in (FULL, UNSURE):
        return redirect(KINDS[request.signed_in.kind].home)
    return render(request, "portal/front.html", {"contact": docket().contact_point()})


@require_http_methods(_SAFE)
@limited(_APPLICATIONS)
@page
def apply(request: PortalRequest) -> HttpResponse:
    """Ask for access. Whoever asks, and whatever is known of them, hears the same."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            docket().apply_for_access(Application(**form.cleaned_data, language=get_language() or "en"))
        except TooManyApplicationsError as refused:
            form.add_error(None, gettext(str(refused)))
            return render(request, "portal/apply.html", {"form": form}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        return redirect("applied")
    return render(request, "portal/apply.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """The answer to everybody who asked."""
    return render(request, "portal/applied.html")


@require_http_methods(_SAFE)
@limited(_CODES)
@page
def enrol(request: PortalRequest) -> HttpResponse:
    """Take both one-time codes; on them follows the passkey, nothing else is open."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = docket().redeem(**form.cleaned_data)
        if found is not None:
            session = _session(request, kind=found.kind, holder=found.holder, stage=ENROLLING, code=found.code)
            return _carrying(redirect("register"), request, session)
        form.add_error(
            None, str(_("This address and these codes do not fit together, or a code is not good any more."))
        )
    return render(request, "portal/enrol.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(_SAFE)
@limited(_CODES)
@page
def register(request: PortalRequest) -> HttpResponse:
    """Register the passkey; the session that the code opened is good for this alone."""
    session = request.signed_in
    assert session is not None  # the gate lets nobody else here
    wrong = False
    if request.method == "POST":
        done = passkeys.finish_registration(request.POST.get("answer", ""), request.POST.get("state", ""))
        if done is not None and sessions.use_challenge(done[1], now()):
            new = done[0]
            bound = docket().bind_passkey(
                session.code, session.kind, credential=new.credential, key=new.key, counter=new.counter
            )
            sessions.end(session.mark)
            return _entered(request, bound, stage=FULL, familiar=True)
        wrong = True
    ceremony = passkeys.begin_registration(holder=session.holder, name="Comity", label="Comity")
    context = {"ceremony": ceremony, "wrong": wrong}
    return render(request, "portal/register.html", context, status=422 if wrong else 200)


@require_http_methods(_SAFE)
@limited(_SIGN_INS)
@page
def sign_in(request: PortalRequest) -> HttpResponse:
    """Sign in by passkey. Every failure looks the same and costs the same."""
    wrong = False
    if request.method == "POST":
        answer = passkeys.read_answer(request.POST.get("answer", ""), request.POST.get("state", ""))
        held = docket().passkey(answer.credential)
        counter = passkeys.verifies(answer, held.key if held else None)
        fresh = sessions.use_challenge(answer.challenge, now())
        if held is not None and counter is not None and fresh:
            done = _signed_in(request, held, counter)
            if done is not None:
                return done
        wrong = True
    context = {"ceremony": passkeys.begin_sign_in(), "wrong": wrong}
    return render(request, "portal/sign_in.html", context, status=422 if wrong else 200)


@require_POST
def sign_out(request: PortalRequest) -> HttpResponse:
    """End the session."""
    if request.signed_in is not None:
        sessions.end(request.signed_in.mark)
    response = redirect("front")
    response.delete_cookie(COOKIE, samesite="Strict")
    return response


def _signed_in(request: PortalRequest, held: HeldPasskey, counter: int) -> HttpResponse | None:
    if docket().account(held.kind, held.holder, held.id) is None:
        return None
    news = sessions.news(held.kind, held.holder, request.where)
    if not docket().signed_in(held, counter=counter, news=news):
        return None
    return _entered(request, held, stage=UNSURE if news else FULL)


def _entered(request: PortalRequest, held: HeldPasskey, *, stage: str, familiar: bool = False) -> HttpResponse:
    session = _session(request, kind=held.kind, holder=held.holder, stage=stage, passkey=held.id)
    response = _carrying(redirect(KINDS[held.kind].home), request, session)
    if familiar:
        where = request.where
        sessions.remember(held.kind, held.holder, device=where.device, network=where.network, now=now())
    return response


def _session(
    request: PortalRequest, *, kind: str, holder: str, stage: str, code: str = "", passkey: str = ""
) -> SignedIn:
    where = request.where
    return SignedIn("", kind, holder, passkey, stage, code, where.device, where.network)


def _carrying(response: HttpResponse, request: PortalRequest, session: SignedIn) -> HttpResponse:
    """The answer with its cookies; a browser without a device's token is given one."""
    secure = bool(settings.SESSION_COOKIE_SECURE)
    if not request.COOKIES.get(DEVICE_COOKIE):
        device = secrets.token_urlsafe(32)
        request.where = sessions.place(
            device=device, address=request.address, browser=request.headers.get("User-Agent", "")
        )
        session = SignedIn(
            "", session.kind, session.holder, session.passkey, session.stage, session.code,
            request.where.device, session.network,
        )  # fmt: skip
        response.set_cookie(
            DEVICE_COOKIE, device, max_age=_DEVICE_LIVES, secure=secure, httponly=True, samesite="Strict"
        )
    token = sessions.begin(session, request.where, now())
    response.set_cookie(COOKIE, token, secure=secure, httponly=True, samesite="Strict")
    return response
