"""Every address that overseers may open; the gate asks for the namespace."""

from __future__ import annotations

from django.urls import path, register_converter

from comity.portal.oversight import pages
from comity.portal.references import ReferenceConverter

app_name = "oversight"


class DigestConverter(ReferenceConverter):
    """Sixty-four lower-case hexadecimal digits."""

    regex = "[0-9a-f]{64}"


register_converter(ReferenceConverter, "seen")
register_converter(DigestConverter, "digest")

urlpatterns = [
    path("", pages.summary, name="summary"),
    path("cases", pages.cases, name="cases"),
    path("accesses", pages.accesses, name="accesses"),
    path("cases/<seen:case>/", pages.case, name="case"),
    path("cases/<seen:case>/proofs/<seen:entry>", pages.proof, name="proof"),
    path("cases/<seen:case>/documents/<seen:entry>", pages.document, name="document"),
    path("cases/<seen:case>/exhibits/<digest:digest>", pages.exhibit, name="exhibit"),
]
