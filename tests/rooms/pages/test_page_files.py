"""What the doors for people share: one base style, and files that are served by their digest or not at all."""

from __future__ import annotations

import gzip

import pytest
from django.http import Http404
from django.test import RequestFactory

from comity.console import assets as console
from comity.pages import Files, Source
from comity.portal import assets as portal

FILES = Files({"portal.css": Source.style("comity.portal", "static/portal/portal.css")})


def get(digest, name, **headers):
    return FILES.serve(RequestFactory().get("/", headers=headers), digest, name)


def test_every_door_looks_alike_but_for_its_colours_and_its_own_shapes():
    sheets = [console.asset("console.css").body, portal.asset("portal.css").body]
    base = sheets[0][: sheets[0].index(b"/* The console's own")]
    assert base == sheets[1][: sheets[1].index(b"/* The portal's own")]
    assert len(base) > 10_000


@pytest.mark.parametrize("name", ["portal.css", "console.css"])
def test_the_base_leaves_the_colours_of_its_bar_to_each_door(name):
    sheet = (portal if name == "portal.css" else console).asset(name).body.decode()
    base, _, own = sheet.partition("'s own colours")
    for colour in ("--bar:", "--accent:", "--focus:"):
        assert colour not in base
        assert own.count(colour) == 2  # by day and by night


def test_a_file_is_given_whole_or_packed():
    file = FILES.file("portal.css")
    assert get(file.digest, "portal.css").content == file.body
    packed = get(file.digest, "portal.css", accept_encoding="br, gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == file.body


@pytest.mark.parametrize(
    ("digest", "name"),
    [("0" * 16, "portal.css"), ("", "portal.css"), (FILES.file("portal.css").digest, "base.css"), ("", "../files.py")],
)
def test_an_old_digest_or_a_name_outside_the_table_is_gone(digest, name):
    with pytest.raises(Http404):
        get(digest, name)


def test_only_the_table_is_read():
    with pytest.raises(KeyError):
        FILES.file("base.css")
