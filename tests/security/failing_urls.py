"""A site whose front page fails, to see what a failure carries. The rest is the portal's, as its error page links to it."""

from django.urls import path

from erhvervspanel.urls import handler400
from erhvervspanel.urls import urlpatterns as own

__all__ = ["handler400", "urlpatterns"]


def fails(request):
    raise RuntimeError("Noget er gået galt.")


urlpatterns = [path("", fails), *own]
