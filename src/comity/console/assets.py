"""The console's style and scripts. Only what stands here is served; the scripts of others come whole from the
packages that ship them.
"""

from __future__ import annotations

from comity.pages import Files, Source

_FILES = Files(
    {
        "console.css": Source.style("comity.console", "static/console/console.css"),
        "disclosures.css": Source.plain("text/css", "comity.console", "static/console/disclosures.css"),
        "hunts.css": Source.plain("text/css", "comity.console", "static/console/hunts.css"),
        "workload.css": Source.plain("text/css", "comity.console", "static/console/workload.css"),
        "reviews.css": Source.plain("text/css", "comity.console", "static/console/reviews.css"),
        "incident.css": Source.plain("text/css", "comity.console", "static/console/incident.css"),
        "console.js": Source.plain("text/javascript", "comity.console", "static/console/console.js"),
        "regions.js": Source.plain("text/javascript", "comity.console", "static/console/regions.js"),
        "mark.svg": Source.plain("image/svg+xml", "comity.console", "static/console/mark.svg"),
        "htmx.js": Source.plain("text/javascript", "django_htmx", "static/django_htmx/htmx-2.min.js"),
        "webauthn-json.js": Source.plain("text/javascript", "allauth", "mfa/static/mfa/js/webauthn-json.js"),
        "webauthn.js": Source.plain("text/javascript", "allauth", "mfa/static/mfa/js/webauthn.js"),
        "onload.js": Source.plain("text/javascript", "allauth", "account/static/account/js/onload.js"),
    }
)
asset, address, serve = _FILES.file, _FILES.address, _FILES.serve
