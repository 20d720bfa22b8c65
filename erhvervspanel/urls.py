"""The site map."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("erhvervspanel.portal.urls")),
    path("", include("panels.urls")),
    path("", include("ideas.urls")),
    path("", include("initiatives.urls")),
    path("", include("events.urls")),
    path("konto/", include("erhvervspanel.foundation.accounts.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "erhvervspanel.portal.views.bad_request"
handler500 = "erhvervspanel.portal.views.server_error"

if settings.DEBUG:
    from erhvervspanel.portal.component_page import component_page

    urlpatterns += [path("komponenter/", component_page, name="components")]
