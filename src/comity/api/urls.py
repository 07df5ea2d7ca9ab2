"""Where this door's addresses are. It is served by itself, on a host of its own."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from comity.api.calls import JSON, commands
from comity.api.machines import routes
from comity.api.oauth import Token
from comity.api.packages import api
from comity.api.schemas import HealthOut


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while orders can be received, 503 while they cannot."""
    healthy = commands().healthy()
    body = HealthOut(status="ok" if healthy else "down").model_dump_json()
    return HttpResponse(body, status=200 if healthy else 503, content_type=JSON)


urlpatterns = [
    path("v1/oauth/token", Token.as_view(), name="token"),
    path("v1/", api.urls),
    path("healthz", healthz, name="healthz"),
    *routes(getattr(settings, "COMITY_HI1_PATH", "")),
]
handler400 = "comity.api.problems.bad"
handler404 = "comity.api.problems.not_found"
handler500 = "comity.api.problems.broken"
