"""Who is visiting, and from which country."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from board.config import House
from board.store import accounts
from board.store.accounts import Account, Origin
from board.store.territories import is_country

COOKIE = "visit"


def house(request: HttpRequest) -> House:
    """The running board."""
    found = request.META["board.house"]
    assert isinstance(found, House)
    return found


def country_of(request: HttpRequest) -> str:
    """The visitor's country: what a believed proxy says, or the board's default."""
    config = house(request).config
    claimed = str(request.META.get("HTTP_X_COUNTRY", ""))
    if request.META.get("REMOTE_ADDR") in config.country_header_from and is_country(claimed):
        return claimed
    return config.territory


def origin(request: HttpRequest) -> Origin:
    """Address and browser, for the access data."""
    return Origin(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_USER_AGENT", ""))


def account(request: HttpRequest) -> Account | None:
    """Who is logged in."""
    token = request.COOKIES.get(COOKIE)
    return accounts.visitor(house(request).database, token) if token else None


def remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Give the browser the visit's cookie."""
    response.set_cookie(
        COOKIE, token, max_age=14 * 86400, httponly=True, samesite="Lax", secure=house(request).config.secure_cookies
    )
