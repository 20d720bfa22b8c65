"""What is new, for those who follow along in a feed reader."""

from heapq import merge
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import markdown
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.portal.models import News
from events.models import Event
from initiatives.models import Initiative
from panels.models import Decision

NEWEST = 30
# What is told of, and how a text of it becomes HTML.
TOLD = {
    News: lambda news: escape(news.summary),
    Decision: lambda decision: markdown.render(decision.text),
    Initiative: lambda initiative: escape(initiative.summary),
    Event: lambda event: escape(event.summary),
}


class NewsFeed(Feed):
    """News, decisions, initiatives and events as Atom (RFC 4287), by when they became public. Four queries."""

    feed_type = Atom1Feed
    language = "da"
    title = "Nyt fra Erhvervspanel"
    subtitle = "Nyheder, beslutninger, initiativer og arrangementer."
    author_name = "Erhvervspanel, Rudersdal Kommune"

    def link(self) -> str:
        return f"{settings.SITE_URL}{link('portal:home')}"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{link('portal:feed')}"

    def items(self) -> list[models.Model]:
        newest = (model.objects.published().order_by("-publish_at", "-pk")[:NEWEST] for model in TOLD)
        return list(islice(merge(*newest, key=lambda row: row.publish_at, reverse=True), NEWEST))

    def item_guid(self, item) -> str:
        """What a reader knows the entry by, also when its address changes (RFC 4151)."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2021:{item._meta.model_name}/{item.pk}"

    def item_title(self, item) -> str:
        return f"{item.title} (eksempel)" if item.is_example else item.title

    def item_description(self, item) -> str:
        return TOLD[type(item)](item)

    def item_link(self, item) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_categories(self, item) -> tuple[str]:
        return (str(item._meta.verbose_name),)

    def item_pubdate(self, item):
        return item.publish_at

    def item_updateddate(self, item):
        return max(item.publish_at, item.updated_at)


NEWS_FEED = NewsFeed()


@require_safe
@public_page()
def feed(request: HttpRequest) -> HttpResponse:
    response = NEWS_FEED(request)
    # What is taken back makes the newest older, and a reader that asks by date would not be told.
    del response["Last-Modified"]
    return response
