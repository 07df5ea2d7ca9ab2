"""Every address of the portal. The namespaces behind the gate stand in ``kinds``."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from comity.portal import assets
from comity.portal.door import absent
from comity.portal.pages import confirming, failures, outside

urlpatterns = [
    path("", outside.front, name="front"),
    path("access/", outside.apply, name="apply"),
    path("access/asked", outside.applied, name="applied"),
    path("enrol/", outside.enrol, name="enrol"),
    path("enrol/passkey", outside.register, name="register"),
    path("sign-in/", outside.sign_in, name="sign_in"),
    path("sign-in/confirm", confirming.step_up, name="step_up"),
    path("sign-in/cooling", confirming.cooling, name="cooling"),
    path("sign-out/", outside.sign_out, name="sign_out"),
    path("language", set_language, name="set_language"),
    path("assets/<slug:digest>/<str:name>", assets.serve, name="asset"),
    path("orders/", include("comity.portal.officers.urls")),
    path("oversight/", include("comity.portal.oversight.urls")),
]

handler400 = failures.malformed
handler403 = failures.forbidden
handler404 = absent
handler500 = failures.broken
