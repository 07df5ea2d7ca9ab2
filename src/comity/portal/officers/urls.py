"""Every address that officers may open; the gate asks for the namespace."""

from __future__ import annotations

from django.urls import path, register_converter

from comity.portal.officers import demands, filing, listing, order, packages
from comity.portal.references import ReferenceConverter

app_name = "officers"

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", listing.orders, name="orders"),
    path("new", filing.new, name="new"),
    path("new/check", filing.check, name="check"),
    path("new/filed", filing.filed, name="filed"),
    path("users/", demands.demands, name="demands"),
    path("users/<slug:instrument>/", demands.demand, name="demand"),
    path("users/<slug:instrument>/check", demands.check, name="check_demand"),
    path("information", listing.information, name="information"),
    path("<reference:reference>/", order.show, name="order"),
    path("<reference:reference>/write", order.write, name="write"),
    path("<reference:reference>/clarify", order.clarify, name="clarify"),
    path("<reference:reference>/withdraw", order.withdraw, name="withdraw"),
    path("<reference:reference>/extend", order.extend, name="extend"),
    path("<reference:reference>/answers/<slug:form>", order.answer, name="answer"),
    path("<reference:reference>/correct", demands.correct, name="correct"),
    path("<reference:reference>/packages/<reference:package>", packages.fetch, name="package"),
    path("<reference:reference>/packages/<reference:package>/manifest", packages.manifest, name="manifest"),
    path("<reference:reference>/proofs/<reference:entry>", order.proof, name="proof"),
]
