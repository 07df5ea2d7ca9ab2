"""The board's web application: settings, addresses, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from board.config import House
from board.web import admin, pages, people
from board.web.visitors import country_of

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

urlpatterns: list[URLPattern] = [
    path("", pages.home),
    path("r/<slug:room>", pages.room),
    path("u/<slug:handle>", pages.user),
    path("p/<slug:name>", pages.post),
    path("media/<slug:name>", pages.picture),
    path("api/posts/<slug:name>", pages.post_json),
    path("board.css", pages.stylesheet),
    path("join", people.join),
    path("login", people.log_in),
    path("logout", people.log_out),
    path("new", people.write),
    path("inbox", people.inbox),
    path("inbox/<slug:name>", people.message),
    path("admin/v1/resolve", admin.resolve),
    path("admin/v1/items", admin.items),
    path("admin/v1/items/<slug:item>", admin.describe),
    path("admin/v1/items/<slug:item>/parts", admin.parts),
    path("admin/v1/items/<slug:item>/parts/<slug:name>", admin.part),
    path("admin/v1/items/<slug:item>/disable", admin.disable),
    path("admin/v1/items/<slug:item>/restore", admin.restore),
    path("admin/v1/accounts/<slug:account>", admin.account),
    path("admin/v1/accounts/<slug:account>/messages", admin.notify),
    path("admin/v1/posts", admin.publish),
]
handler404 = pages.not_found
handler500 = pages.broken


def manners(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put on every answer what keeps a visitor safe, and the country it was given for."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response["Content-Security-Policy"] = _POLICY
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "same-origin"
        response["Content-Territory"] = country_of(request)
        if "Cache-Control" not in response:
            # A copy kept on the way would outlive a removal.
            response["Cache-Control"] = "no-store"
        return response

    return wrapped


def application(house: House) -> WSGIHandler:
    """Configure Django (no database, no app of its) and give the application."""
    settings.configure(
        DEBUG=False,
        SECRET_KEY=house.cookie_key,
        ALLOWED_HOSTS=list(house.config.hosts),
        ROOT_URLCONF=__name__,
        APPEND_SLASH=False,
        MIDDLEWARE=["board.web.site.manners", "django.middleware.csrf.CsrfViewMiddleware"],
        CSRF_COOKIE_HTTPONLY=True,
        CSRF_COOKIE_SECURE=house.config.secure_cookies,
        CSRF_FAILURE_VIEW="board.web.pages.forged",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"],
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [_HERE / "templates"]},
        ],
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,  # the bridge limits every body before Django sees it
        FILE_UPLOAD_MAX_MEMORY_SIZE=9 * 1024 * 1024,
        DATA_UPLOAD_MAX_NUMBER_FILES=8,
        USE_I18N=False,
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup(set_prefix=False)
    return WSGIHandler()
