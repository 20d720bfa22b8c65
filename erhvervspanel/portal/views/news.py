"""News about the programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import Composed, seldom
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug, page_of
from erhvervspanel.portal.models import News
from events.models import Event
from ideas.models import Idea
from initiatives.models import Initiative
from panels.models import Theme

NEWS_PER_PAGE = 20


@require_safe
@public_page(PAGE_PARAMETER)
def news_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, News.objects.published().newest_first(), size=NEWS_PER_PAGE)
    return render(request, "portal/news_list.html", {"page": page})


@Composed
def public_news(slug):
    return News.objects.published().filter(slug=slug)


@require_safe
@public_page()
def news(request: HttpRequest, slug: str) -> HttpResponse:
    news = by_slug(public_news, slug)
    context = {
        "news": news,
        "themes": themes_of(news.pk),
        "ideas": ideas_of(news.pk),
        "initiatives": initiatives_of(news.pk),
        "events": events_of(news.pk),
    }
    return render(request, "portal/news_detail.html", context)


@seldom
def themes_of(news):
    return Theme.objects.published().filter(news=news)


@seldom
def ideas_of(news):
    return Idea.objects.published().filter(news=news).for_list().order_by("theme__year", "number")


@seldom
def initiatives_of(news):
    return Initiative.objects.published().filter(news=news).for_list().order_by("number")


@seldom
def events_of(news):
    return Event.objects.published().filter(news=news).order_by("starts_at")
