"""Exhibits open only with a purpose, only for who stated it, and nothing in them runs."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from comity.console.errors import UnshowableExhibitError
from comity.console.pictures import as_jpeg
from comity.registry.duties import Role
from support.console_cases import picture
from support.console_docket import ConsoleDocket


def exhibit(house: ConsoleDocket, kind: str) -> str:
    return next(line.digest for line in house.cases[417].exhibits if line.media_type == kind)


def viewing(client: Client, digest: str) -> str:
    text = client.post(f"/cases/417/exhibits/{digest}/", {"purpose": "decide"}).content.decode()
    return re.search(r'<img src="(/cases/[^"]+)"', text).group(1).replace("&amp;", "&")  # type: ignore[union-attr]


def test_a_picture_is_encoded_anew_and_sandboxed(moderator: Client, house: ConsoleDocket) -> None:
    response = moderator.get(viewing(moderator, exhibit(house, "image/png")))
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.content[:2] == b"\xff\xd8"
    assert house.calls[-1] == ("exhibit", {"digest": exhibit(house, "image/png"), "purpose": "decide"})


def test_nothing_is_opened_without_a_purpose(moderator: Client, house: ConsoleDocket) -> None:
    digest = exhibit(house, "image/png")
    for purpose in ("", "curiosity"):
        assert moderator.post(f"/cases/417/exhibits/{digest}/", {"purpose": purpose}).status_code == 422
    assert moderator.get(f"/cases/417/exhibits/{digest}/picture").status_code == 409
    assert moderator.get(f"/cases/417/exhibits/{digest}/picture?permit=forged:x:y").status_code == 409
    assert moderator.get(f"/cases/417/exhibits/{digest}/").status_code == 405
    assert "exhibit" not in [call[0] for call in house.calls]


def test_a_permit_is_for_one_person_and_one_exhibit(
    moderator: Client, house: ConsoleDocket, entered: Callable[..., Client]
) -> None:
    digest = exhibit(house, "image/png")
    address = viewing(moderator, digest)
    assert entered(house, "other", Role.MODERATOR).get(address).status_code == 409
    assert moderator.get(address.replace(digest, exhibit(house, "message/rfc822"))).status_code == 409
    assert moderator.get(address.replace("417", "416")).status_code == 404


def test_a_text_is_shown_as_text(moderator: Client, house: ConsoleDocket) -> None:
    digest = exhibit(house, "message/rfc822")
    text = moderator.post(f"/cases/417/exhibits/{digest}/", {"purpose": "decide"}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_a_download_is_no_page(moderator: Client, house: ConsoleDocket) -> None:
    digest = exhibit(house, "message/rfc822")
    text = moderator.post(f"/cases/417/exhibits/{digest}/", {"purpose": "review"}).content.decode()
    address = re.search(r'href="(/cases/417/exhibits/[^"]+download[^"]+)"', text).group(1)  # type: ignore[union-attr]
    response = moderator.get(address)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert b"Subject:" in b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_unknown_exhibits_are_absent(moderator: Client) -> None:
    assert moderator.post(f"/cases/417/exhibits/{'00' * 32}/", {"purpose": "decide"}).status_code == 404
    assert moderator.post("/cases/417/exhibits/../", {"purpose": "decide"}).status_code == 404


def test_what_is_not_a_picture_is_refused_as_one(moderator: Client, house: ConsoleDocket) -> None:
    digest = exhibit(house, "image/png")
    house.bytes[digest] = ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    response = moderator.get(viewing(moderator, digest))
    assert response.status_code == 409
    assert b"console.unshowable_exhibit" in response.content


def test_metadata_does_not_survive() -> None:
    image = Image.open(io.BytesIO(picture()))
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"<script>")
    again = as_jpeg(iter([out.getvalue()]))
    assert b"<script>" not in again
    assert not Image.open(io.BytesIO(again)).getexif()


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(UnshowableExhibitError, match="50 million"):
        as_jpeg(iter([out.getvalue()]))
    out = io.BytesIO()
    Image.new("1", (20000, 20000)).save(out, "PNG")
    with pytest.raises(UnshowableExhibitError):
        as_jpeg(iter([out.getvalue()]))


def test_too_many_bytes_are_refused_while_they_come() -> None:
    with pytest.raises(UnshowableExhibitError, match="32 MiB"):
        as_jpeg(b"\0" * (1 << 20) for _ in range(1 << 20))


@given(st.binary(max_size=400), st.integers(0, 300))
def test_broken_pictures_raise_only_their_own_failure(noise: bytes, cut: int) -> None:
    whole = picture()
    for body in (noise, whole[:cut] + noise, whole[: 40 + cut] + noise + whole[60 + cut :]):
        with contextlib.suppress(UnshowableExhibitError):
            assert as_jpeg(iter([body]))[:2] == b"\xff\xd8"
