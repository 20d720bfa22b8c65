"""What companies need: one vocabulary across the years, on ideas and on services."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Subquery

from erhvervspanel.foundation.publishing import related_model
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import search_index, sort_column, words_column
from erhvervspanel.foundation.slugs import Slugged
from panels.models.names import plain_name
from panels.models.theme import Theme


class NeedQuerySet(models.QuerySet):
    def published(self):
        """Those that a public idea or a public service has. What drafts alone ask for is not told of."""

        def first_of(relation: str) -> Subquery:
            rows = related_model(self.model, relation).objects.published().filter(needs=OuterRef("pk"))
            # Until the first, in the order of the index: where few of very many have a need, looking for any would read all.
            return Subquery(rows.order_by("pk").values("pk")[:1])

        return self.alias(idea=first_of("ideas"), service=first_of("services")).exclude(
            idea=None, service=None
        )

    def with_years(self):
        """Annotates `years`, the years whose public ideas have the need, the first one first.

        A need with more than one is recurring: what was asked for came back.
        """
        ideas = related_model(self.model, "ideas").objects.published()
        having = ideas.filter(theme=OuterRef("pk"), needs=OuterRef(OuterRef("pk")))
        # Theme by theme, and in each until the first: a need may have very many ideas, of which EXISTS would read all.
        one = Subquery(having.order_by().values("pk")[:1])
        years = (
            Theme.objects.published().alias(one=one).filter(one__isnull=False).order_by("year").values("year")
        )
        return self.annotate(years=ArraySubquery(years))


class Need(Slugged, Record):
    """A need, named the same way every year, so that demand and supply can be compared."""

    slug_source = "name"

    name = models.CharField("navn", max_length=80, unique=True)
    description = models.TextField("beskrivelse", blank=True)

    sort_key = sort_column("name")
    search_words = words_column(("name",), ("description",))

    objects = NeedQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "behov"
        verbose_name_plural = "behov"
        ordering = ("sort_key",)
        indexes = [search_index("need")]

    def __str__(self) -> str:
        return self.name

    def clean(self):
        """Raises ValidationError where the name would be read as two."""
        self.name = plain_name(self.name)
        super().clean()

    @classmethod
    def of_row(cls, row: dict) -> "Need":
        """The need that a query gave as columns, `years` among them."""
        need = cls(**{name: value for name, value in row.items() if name != "years"})
        need.years = row["years"]
        return need

    @property
    def is_recurring(self) -> bool:
        """Whether ideas of more than one year have it. Needs `with_years`."""
        return len(self.years) > 1
