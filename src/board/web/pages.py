"""The public pages. What is quietly barred answers exactly like what never was: same status, headers and body."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from board.errors import BoardRefusal, NoSuchThing
from board.store import accounts, posts
from board.store.bars import Note
from board.web import visitors

_CSS = (Path(__file__).parent / "static" / "board.css").read_bytes()


def page(request: HttpRequest, template: str, values: dict[str, object], status: int = 200) -> HttpResponse:
    """A page with the visitor's own head line."""
    who = visitors.account(request)
    unread = accounts.unread(visitors.house(request).database, who.id) if who else 0
    head = {"who": who, "unread": unread, "rooms": posts.ROOMS.items()}
    return render(request, template, {**head, **values}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """The one answer for everything that is not there. It names no visitor and repeats nothing of the address."""
    return render(request, "absent.html", status=404)


def broken(_request: HttpRequest) -> HttpResponse:
    """The answer to a fault of the board's own."""
    return HttpResponse("Something went wrong here.\n", status=500, content_type="text/plain; charset=utf-8")


def forged(_request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """The answer to a form that did not come from the board."""
    return HttpResponse("This form has expired.\n", status=403, content_type="text/plain; charset=utf-8")


def refused(request: HttpRequest, error: BoardRefusal) -> HttpResponse:
    """The page for a refusal."""
    if isinstance(error, NoSuchThing):
        return not_found(request)
    return page(request, "refused.html", {"message": str(error)}, status=error.status)


def barred(request: HttpRequest, note: Note) -> HttpResponse:
    """451 with the entity that blocks (RFC 7725 sections 3 and 4)."""
    response = render(request, "barred.html", {"note": note}, status=451)
    response["Link"] = f'<{note.blocked_by}>; rel="blocked-by"'
    return response


def _listing(request: HttpRequest, title: str, where: tuple[str, str] | None) -> HttpResponse:
    number = request.GET.get("page", "0")
    at = min(int(number), 100_000) if number.isascii() and number.isdigit() else 0
    rows = posts.listing(visitors.house(request).database, visitors.country_of(request), where, at)
    following = at + 1 if len(rows) > 30 else None
    return page(request, "list.html", {"title": title, "posts": rows[:30], "next": following, "back": at - 1})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything, newest first."""
    return _listing(request, "Latest", None)


@require_safe
def room(request: HttpRequest, room: str) -> HttpResponse:
    """One room."""
    if room not in posts.ROOMS:
        return not_found(request)
    return _listing(request, posts.ROOMS[room], ("room", room))


@require_safe
def user(request: HttpRequest, handle: str) -> HttpResponse:
    """What one user posted."""
    try:
        account = accounts.by_handle(visitors.house(request).database, handle)
    except NoSuchThing:
        return not_found(request)
    return _listing(request, account.handle, ("account", account.id))


def _post(request: HttpRequest, name: str) -> tuple[sqlite3.Row, list[sqlite3.Row]] | Note:
    database, country = visitors.house(request).database, visitors.country_of(request)
    row, standing = posts.look(database, name, country)
    return standing.note or (row, posts.pictures_of(database, name, country))


@require_safe
def post(request: HttpRequest, name: str) -> HttpResponse:
    """One post."""
    try:
        found = _post(request, name)
    except NoSuchThing:
        return not_found(request)
    if isinstance(found, Note):
        return barred(request, found)
    row, pictures = found
    return page(request, "post.html", {"post": row, "pictures": pictures, "room": posts.ROOMS[row["room"]]})


@require_safe
def post_json(request: HttpRequest, name: str) -> HttpResponse:
    """One post for programs."""
    try:
        found = _post(request, name)
    except NoSuchThing:
        return JsonResponse({"error": "absent"}, status=404)
    if isinstance(found, Note):
        answer = JsonResponse({"error": "unavailable_for_legal_reasons", "reference": found.reference}, status=451)
        answer["Link"] = f'<{found.blocked_by}>; rel="blocked-by"'
        return answer
    row, pictures = found
    plain = {key: row[key] for key in ("id", "room", "title", "body", "created_at")}
    return JsonResponse({**plain, "by": row["handle"], "pictures": [f"/media/{one['id']}" for one in pictures]})


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """One picture."""
    database = visitors.house(request).database
    try:
        row, standing = posts.look_at_picture(database, name, visitors.country_of(request))
    except NoSuchThing:
        return not_found(request)
    if standing.note is not None:
        return barred(request, standing.note)
    response = HttpResponse(posts.octets(database, row["sha256"]), content_type=row["media_type"])
    response["Content-Disposition"] = "inline"
    return response


@require_safe
def stylesheet(_request: HttpRequest) -> HttpResponse:
    """The one stylesheet."""
    return HttpResponse(_CSS, content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})
