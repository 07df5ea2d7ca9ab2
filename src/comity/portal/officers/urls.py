"""Every address that officers may open; the gate asks for the namespace."""

from __future__ import annotations

from django.urls import path

from comity.portal.officers import listing

app_name = "officers"
urlpatterns = [
    path("", listing.orders, name="orders"),
    path("new", listing.orders, name="new"),
]
