"""What machines ask for: robots, site map, security contact, and the accessibility statement's address."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_response
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.portal.models import News
from events.models import Event
from ideas import short_list
from ideas.models import Idea, Recommendation
from initiatives.models import Initiative
from panels.models import Company, Decision, PanelMeeting, Theme

UNREVIEWED = timedelta(days=90)  # that security.txt is good for, from the day that it is asked for


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
        f"Disallow: /*{short_list.PARAMETER}=",  # each link there leads to another list, without end (RFC 9309 has the star)
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole (RFC 9116). It expires when somebody was to have looked it over (SECURITY_REVIEW_BY).

    Where no day is set it is good for a while all the same: who finds a hole and nobody to tell has no good way left.
    """
    expires = settings.SECURITY_REVIEW_BY or timezone.localdate() + UNREVIEWED
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%d}T00:00:00Z",
        "Preferred-Languages: da, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        *([f"Policy: {settings.SECURITY_POLICY_URL}"] if settings.SECURITY_POLICY_URL else []),
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class OwnAddress:
    """For a site map: by the portal's own address, whichever name it was asked by."""

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class RowSitemap(OwnAddress, GenericSitemap):
    """The pages of a model's rows."""


class AnswersSitemap(RowSitemap):
    """»Det sagde I – det gjorde vi« of each theme."""

    def location(self, item):
        return link("initiatives:theme-answers", item.year)


class PageSitemap(OwnAddress, Sitemap):
    """The pages that stand by themselves."""

    def items(self):
        return [
            "portal:home", "panels:theme-list", "ideas:idea-list", "panels:meeting-list",
            "panels:company-list", "initiatives:initiative-list", "events:event-list",
            "ideas:recommendation-list", "ideas:synergy", "ideas:service-list", "portal:news-list",
            "portal:numbers", "portal:data", "portal:about",
            "ideas:submission-form", "portal:accessibility", "portal:privacy", "portal:cookies",
        ]  # fmt: skip

    def location(self, item):
        return link(item)


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
    sections = {name: RowSitemap(told(queryset)) for name, queryset in rows.items()}
    sections["svar"] = AnswersSitemap(told(Theme.objects.published()))
    return sitemap_response(request, {"sider": PageSitemap, **sections})


def told(rows: QuerySet) -> dict:
    """What a site map is made of."""
    return {"queryset": rows.order_by("pk"), "date_field": "updated_at"}
