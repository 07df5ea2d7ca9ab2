"""Joining, logging in, writing, and the inbox."""

from __future__ import annotations

import re

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.errors import BadInput, BoardRefusal, NoSuchThing
from board.pictures import reencode
from board.store import accounts, posts
from board.store.accounts import Account
from board.web import visitors
from board.web.pages import not_found, page, refused

_PASSWORD = (8, 200)


def _enter(request: HttpRequest, account: Account) -> HttpResponse:
    token = accounts.open_visit(visitors.house(request).database, account, visitors.origin(request))
    response = HttpResponseRedirect("/")
    visitors.remember(request, response, token)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    if request.method != "POST":
        return page(request, "join.html", {})
    handle, password = request.POST.get("handle", ""), request.POST.get("password", "")
    try:
        if not _PASSWORD[0] <= len(password) <= _PASSWORD[1]:
            message = f"A password has {_PASSWORD[0]} to {_PASSWORD[1]} characters."
            raise BadInput(message)
        database = visitors.house(request).database
        account = accounts.create(database, handle, make_password(password), visitors.origin(request))
        accounts.reads(database, account.id, re.split("[,;]", request.META.get("HTTP_ACCEPT_LANGUAGE", ""))[0].strip())
    except BoardRefusal as error:
        return page(request, "join.html", {"message": str(error), "handle": handle}, status=error.status)
    return _enter(request, account)


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in. Unknown name and wrong password take the same time and look the same."""
    if request.method != "POST":
        return page(request, "login.html", {})
    handle, password = request.POST.get("handle", ""), request.POST.get("password", "")[: _PASSWORD[1]]
    known = accounts.credentials(visitors.house(request).database, handle)
    if known is None:
        make_password(password)
    elif check_password(password, known[1]):
        return _enter(request, known[0])
    return page(request, "login.html", {"message": "Name or password is wrong.", "handle": handle}, status=403)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out."""
    token = request.COOKIES.get(visitors.COOKIE)
    if token:
        accounts.close_visit(visitors.house(request).database, token)
    response = HttpResponseRedirect("/")
    response.delete_cookie(visitors.COOKIE)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a post."""
    author = visitors.account(request)
    if author is None:
        return HttpResponseRedirect("/login")
    if request.method != "POST":
        return page(request, "new.html", {})
    given = {field: request.POST.get(field, "") for field in ("room", "title", "body")}
    try:
        files = request.FILES.getlist("pictures")
        if len(files) > posts.PICTURES:
            message = f"A post has at most {posts.PICTURES} pictures."
            raise BadInput(message)
        draft = posts.Draft(**given, pictures=tuple(reencode(file.read()) for file in files))
        name = posts.publish(visitors.house(request).database, author, draft, visitors.origin(request))
    except BoardRefusal as error:
        return page(request, "new.html", {"message": str(error), **given}, status=error.status)
    return HttpResponseRedirect(f"/p/{name}")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The messages of whoever is logged in."""
    account = visitors.account(request)
    if account is None:
        return HttpResponseRedirect("/login")
    return page(request, "inbox.html", {"messages": accounts.inbox(visitors.house(request).database, account.id)})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One message."""
    account = visitors.account(request)
    if account is None:
        return not_found(request)
    try:
        row = accounts.open_message(visitors.house(request).database, account.id, name)
    except NoSuchThing as error:
        return refused(request, error)
    return page(request, "message.html", {"message": row})
