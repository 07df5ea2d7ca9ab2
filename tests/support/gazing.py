"""Reviewers at the console: log-ins, pictures with something in them, and whether bytes show it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageFilter, ImageStat

from support.pictures import encoded, scene

if TYPE_CHECKING:
    from django.test import Client

    from support.reviewing import Gallery

WHY = {"why": "Nothing speaks for any purpose.", "reasons": "As listed."}
DISABLE: dict[str, Any] = {"outcome": "disable", "limbs": ["incites"], "upto": "10000", **WHY}
STAND: dict[str, Any] = {"outcome": "let_stand", "standing": "no_ground", "upto": "10000", "reasons": "A cat."}


def as_(name: str) -> Client:
    """The console for one of the first staff, logged in just now."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth.models import User
    from django.test import Client

    from support.console_staff import log_in

    user = User.objects.get(username=name)
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def shown(seed: int = 1) -> bytes:
    """A picture full of edges."""
    return encoded(scene(640, 480, seed))


def post(gallery: Gallery, title: str = "A title", body: str = "", seed: int = 1, **more: Any) -> tuple[str, str]:
    """A post with such a picture that matches; gives its public address and the detection's case."""
    night = gallery.night
    item = night.board.publish("ada", title=title, body=body or "Words of a post.", pictures=(shown(seed),))
    url = night.board_adapter.describe(item).urls[0]
    return url, gallery.detect(item, url, **{"account": gallery.account_of(item), **more})


def addresses(page: str) -> list[str]:
    """Of every picture of a review on a page."""
    return [found.replace("&amp;", "&") for found in re.findall(r'<img src="(/reviews/[^"]+)"', page)]


def bytes_of(answer: Any) -> bytes:
    """The body of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def is_clear(body: bytes) -> bool:
    """Whether bytes are a picture in which edges can be seen at all: large, and not smooth."""
    try:
        found = Image.open(io.BytesIO(body))
        found.load()
    except (OSError, SyntaxError, ValueError):
        return False
    edges = found.convert("L").filter(ImageFilter.FIND_EDGES)
    return max(found.size) > 24 or found.mode != "L" or ImageStat.Stat(edges).mean[0] > 60
