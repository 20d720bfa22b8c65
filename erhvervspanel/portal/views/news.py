"""News about the programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug, page_of
from erhvervspanel.portal.models import News

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
        "themes": news.themes.published(),
        "ideas": news.ideas.published().for_list().order_by("theme__year", "number"),
        "initiatives": news.initiatives.published().for_list().order_by("number"),
        "events": news.events.published().order_by("starts_at"),
    }
    return render(request, "portal/news_detail.html", context)
