"""Every address of the public door. The log's paths are those of C2SP tlog-tiles, under this host's root."""

from __future__ import annotations

from django.urls import path

from comity.public import pages

urlpatterns = [
    path("", pages.index, name="index"),
    path("checkpoint", pages.checkpoint, name="checkpoint"),
    path("tile/<path:path>", pages.tile, name="tile"),
    path("log", pages.log, name="log"),
    path("stamps/<path:name>", pages.stamp, name="stamp"),
    path("contact", pages.contact, name="contact"),
    path("complaint/<slug:token>", pages.complaint, name="complaint"),
    path("style/<slug:digest>.css", pages.style, name="style"),
]

handler404 = pages.absent
handler500 = pages.broken
