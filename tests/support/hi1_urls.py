"""The authorities' door with HI-1 open."""

from comity.api.machines import routes
from comity.api.urls import handler400, handler404, handler500
from comity.api.urls import urlpatterns as _plain

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
urlpatterns = [*_plain, *routes("/hi1")]
