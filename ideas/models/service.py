"""Signposts to the national business-promotion system.

A signpost, not a platform: Erhvervsfremmeloven § 14, stk. 2 lets municipalities point to the state's services
but not establish platforms of their own.
"""

from django.db import models
from django.urls import reverse

from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.search import folded_column, search_indexes, sort_column, words_column
from erhvervspanel.foundation.slugs import Slugged
from panels.models import Need


class Service(Slugged, Publishable):
    """An offer that a company may be pointed to."""

    slug_source = "name"

    name = models.CharField("navn", max_length=160)
    provider = models.CharField("udbyder", max_length=160)
    summary = models.CharField("kort", max_length=240, blank=True, help_text="En sætning til oversigter.")
    description = models.TextField("beskrivelse", help_text="Markdown.")
    price = models.CharField("pris", max_length=120, blank=True)
    url = models.URLField("link")
    verified_on = models.DateField("sidst kontrolleret", null=True, blank=True)
    needs = models.ManyToManyField(Need, verbose_name="behov", blank=True, related_name="services")

    sort_key = sort_column("name")
    search_title = folded_column("name")
    search_text = folded_column("name", "provider", "summary", "description")
    search_words = words_column(("name",), ("provider", "summary", "description"))

    objects = PublicQuerySet.as_manager()
    history = History(links=("needs",))

    class Meta:
        verbose_name = "tilbud"
        verbose_name_plural = "tilbud"
        ordering = ("sort_key",)
        indexes = search_indexes("service")

    def __str__(self) -> str:
        return f"{self.name} ({self.provider})"

    def get_absolute_url(self) -> str:
        return f"{reverse('ideas:service-list')}#{self.slug}"
