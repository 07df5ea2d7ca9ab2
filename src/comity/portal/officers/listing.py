"""The orders of one's own authority."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.portal.door import PortalRequest, page


@require_safe
@page
def orders(request: PortalRequest) -> HttpResponse:
    """The newest first."""
    return render(request, "portal/orders.html", {"here": "orders"})
