"""What machines ask for: robots, site map, security contact, and the accessibility statement's address."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_response
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.portal.models import News
from events.models import Event
from ideas.models import Idea, Recommendation
from initiatives.models import Initiative
from panels.models import Company, Decision, PanelMeeting, Theme

# security.txt must name when it stops being true, at most a year ahead (RFC 9116, 2.5.5).
SECURITY_TXT_LASTS = timedelta(days=180)


@require_safe
def was(request: HttpRequest) -> HttpResponse:
    """The accessibility statement lives in the state's WAS-Tool; /was leads there."""
    return HttpResponseRedirect(settings.WAS_URL)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /konto/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    expires = datetime.now(UTC) + SECURITY_TXT_LASTS
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: da, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class PageSitemap(Sitemap):
    """The pages that stand by themselves."""

    def items(self):
        return [
            "portal:home", "panels:theme-list", "ideas:idea-list", "panels:meeting-list",
            "panels:company-list", "initiatives:initiative-list", "events:event-list",
            "ideas:recommendation-list", "ideas:synergy", "ideas:service-list", "portal:news-list",
            "portal:numbers", "portal:about",
            "ideas:submission-form", "portal:accessibility", "portal:privacy", "portal:cookies",
        ]  # fmt: skip

    def location(self, item):
        return reverse(item)


@require_safe
@public_page("p")
def sitemap(request: HttpRequest) -> HttpResponse:
    rows = {
        "temaer": Theme.objects.published(),
        "moeder": PanelMeeting.objects.published().select_related("theme"),
        "virksomheder": Company.objects.published(),
        "beslutninger": Decision.objects.published(),
        "ideer": Idea.objects.published().select_related("theme"),
        "anbefalinger": Recommendation.objects.published().select_related("assembly"),
        "initiativer": Initiative.objects.published(),
        "arrangementer": Event.objects.published(),
        "nyheder": News.objects.published(),
    }
    sections = {
        name: GenericSitemap({"queryset": queryset.order_by("pk"), "date_field": "updated_at"})
        for name, queryset in rows.items()
    }
    return sitemap_response(request, {"sider": PageSitemap, **sections})
