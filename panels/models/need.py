"""What companies need: one vocabulary across the years, on ideas and on services."""

from django.db import models

from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import sort_column
from erhvervspanel.foundation.slugs import Slugged


class Need(Slugged, Record):
    """A need, named the same way every year, so that demand and supply can be compared."""

    slug_source = "name"

    name = models.CharField("navn", max_length=80, unique=True)
    description = models.TextField("beskrivelse", blank=True)

    sort_key = sort_column("name")

    history = History()

    class Meta:
        verbose_name = "behov"
        verbose_name_plural = "behov"
        ordering = ("sort_key",)

    def __str__(self) -> str:
        return self.name
