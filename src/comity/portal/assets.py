"""The portal's style and scripts. Only what stands in the table is served."""

from __future__ import annotations

from comity.pages import Files, Source

_FILES = Files(
    {
        "portal.css": Source.style("comity.portal", "static/portal/portal.css"),
        "portal.js": Source.plain("text/javascript", "comity.portal", "static/portal/portal.js"),
        "mark.svg": Source.plain("image/svg+xml", "comity.portal", "static/portal/mark.svg"),
        "htmx.js": Source.plain("text/javascript", "django_htmx", "static/django_htmx/htmx-2.min.js"),
    }
)
asset, address, serve = _FILES.file, _FILES.address, _FILES.serve
