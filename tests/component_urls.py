"""The site with the component page, which production does not have."""

from django.urls import path

from erhvervspanel.portal.component_page import component_page
from erhvervspanel.urls import urlpatterns as site

urlpatterns = [*site, path("komponenter/", component_page, name="components")]
