"""News: a short text about what happens to a theme, an idea, an initiative or an event."""

from django.db import models

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.search import search_index, words_column
from erhvervspanel.foundation.slugs import Slugged
from events.models import Event
from ideas.models import Idea
from initiatives.models import Initiative
from panels.models import Theme


class NewsQuerySet(PublicQuerySet):
    def newest_first(self):
        return self.order_by("-publish_at", "-pk")


class News(Slugged, Publishable):
    """One piece of news. Its date is the moment it became public."""

    title = models.CharField("overskrift", max_length=120)
    summary = models.CharField("kort beskrivelse", max_length=240, help_text="En sætning til oversigter.")
    text = models.TextField("tekst", blank=True, help_text=FORMATTING)
    themes = models.ManyToManyField(Theme, verbose_name="temaer", blank=True, related_name="news")
    ideas = models.ManyToManyField(Idea, verbose_name="ideer", blank=True, related_name="news")
    initiatives = models.ManyToManyField(
        Initiative, verbose_name="initiativer", blank=True, related_name="news"
    )
    events = models.ManyToManyField(Event, verbose_name="arrangementer", blank=True, related_name="news")

    search_words = words_column(("title",), ("summary", "text"))

    objects = NewsQuerySet.as_manager()
    history = History(links=("themes", "ideas", "initiatives", "events"))

    class Meta:
        verbose_name = "nyhed"
        verbose_name_plural = "nyheder"
        ordering = ("-publish_at", "-pk")
        indexes = [search_index("news")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("portal:news", self.slug)
