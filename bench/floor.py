"""The floor: the least that a page can cost in Django on this server, against which the portal's pages are told.

An application of its own, with no middleware and the portal's database: a view with no query, one with 20 or 40 rows by an indexed
query in a small template, and a search with its count. Each shows what a list of ideas shows: title, sentence and date.
"""

import environ
from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

database = environ.Env().db("DATABASE_URL") | {"CONN_MAX_AGE": 600}
database.setdefault("OPTIONS", {})["options"] = "-c jit=off"
settings.configure(
    DATABASES={"default": database},
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="nothing",  # noqa: S106 (it has none to keep)
    LANGUAGE_CODE="da",
    TIME_ZONE="Europe/Copenhagen",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)

import django  # noqa: E402 (the settings come first)

django.setup()

from django.db import models  # noqa: E402 (likewise)
from django.template import Context, Engine  # noqa: E402 (likewise)

TEMPLATE = Engine().from_string(
    "<!doctype html><html lang=da><title>Ideer</title><h1>Ideer</h1>{% if count %}<p>{{ count }}</p>{% endif %}<ul>"
    '{% for idea in ideas %}<li><a href="/ideer/{{ idea.pk }}/">{{ idea.title }}</a><p>{{ idea.summary }}</p>'
    '<time>{{ idea.updated_at|date:"j. F Y" }}</time></li>{% endfor %}</ul>'
)


class Idea(models.Model):
    """A row of the portal's table of ideas, with what a list shows."""

    title = models.TextField()
    summary = models.TextField()
    updated_at = models.DateTimeField()
    search_words = SearchVectorField()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "ideas_idea"

    def __str__(self) -> str:
        return self.title


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><html lang=da><title>Gulv</title><h1>Gulv</h1>")


def rows(request: HttpRequest, number: int) -> HttpResponse:
    """The newest `number` by the key's index."""
    return shown(Idea.objects.order_by("-pk").only("title", "summary", "updated_at")[:number])


def search(request: HttpRequest) -> HttpResponse:
    """The first 20 with a word, and how many there are."""
    hits = Idea.objects.filter(search_words=SearchQuery(request.GET["q"], config="simple"))
    return shown(hits.order_by("-pk").only("title", "summary", "updated_at")[:20], hits.count())


def shown(ideas: models.QuerySet, count: int = 0) -> HttpResponse:
    return HttpResponse(TEMPLATE.render(Context({"ideas": ideas, "count": count})))


urlpatterns = [
    path("", nothing),
    path("robots.txt", nothing),  # by which `dev.serve` sees that a server is up
    path("<int:number>", rows),
    path("search", search),
]
application = WSGIHandler()
