"""The strategic theme that the committee picks each year, and its focus areas."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import (
    Public,
    PublicQuerySet,
    Publishable,
    counted,
    has_examples,
    holds,
    published_count,
    related_model,
)
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.search import search_index, words_column
from erhvervspanel.foundation.slugs import free_slug, refuse_letterless
from panels.models.decision import Decision


class ThemeQuerySet(PublicQuerySet):
    def newest_first(self):
        return self.order_by("-year")

    def with_funnel(self):
        """Annotates the numbers of the funnel, each counted from what the public may see.

        `company_count`, those that took part, named or not · `meeting_count` · `idea_count`, as they came in: an idea that
        was split is one · `part_count`, what was split out of these, and is no idea of its own here · `treated_count`, those with an
        answer that a committee gave, to the idea or to what it lives on in · `initiative_count` · `delivered_count` ·
        `counts_examples`, whether anything that is counted is made up.
        """
        ideas = related_model(self.model, "ideas")
        moves = related_model(ideas, "origins").objects.published()
        splits = moves.filter(kind="split")
        parts = splits.values("successor")
        answers = related_model(ideas, "answers").objects.published().given()
        # The few parts are found first: the original of each answered idea would be looked for one by one.
        split_up = splits.filter(successor=OuterRef("idea")).values("idea")[:1]
        came_in = Case(
            When(idea__in=parts, then=Subquery(split_up)),
            default="idea",
            output_field=models.BigIntegerField(),
        )
        made_up = [has_examples(self.model, relation) for relation in ("meetings", "ideas", "initiatives")]
        made_up += [
            has_examples(self.model, "meetings", "companies__"),
            Exists(answers.filter(is_example=True, idea__theme=OuterRef("pk"))),
        ]
        # Merged ideas without an answer of their own, which lacks above: answered where they live on, or one step further on.
        answered_there = Exists(answers.filter(idea=OuterRef("successor")))
        further_on = Exists(moves.filter(answered_there, idea=OuterRef("successor")))
        merged = moves.filter(
            ~Exists(answers.filter(idea=OuterRef("idea"))),
            Q(answered_there) | Q(further_on),
            kind="merge",
            idea__theme=OuterRef("pk"),
        ).exclude(idea__in=parts)
        return self.annotate(
            company_count=published_count(self.model, "meetings", of="companies"),
            meeting_count=published_count(self.model, "meetings"),
            idea_count=published_count(self.model, "ideas", ~Q(pk__in=parts)),
            part_count=counted(splits.filter(successor__theme=OuterRef("pk"))),
            treated_count=counted(answers.filter(idea__theme=OuterRef("pk")), of=came_in) + counted(merged),
            initiative_count=published_count(self.model, "initiatives"),
            delivered_count=published_count(self.model, "initiatives", Q(status="delivered")),
            counts_examples=holds(reduce(or_, map(Q, made_up))),
        )

    def with_most_to_tell(self):
        """The newest first among those whose initiatives are public, and then the rest."""
        initiatives = related_model(self.model, "initiatives").objects.published()
        told = Exists(initiatives.filter(theme=OuterRef("pk")))
        return self.order_by(Case(When(told, then=0), default=1), "-year")


class Theme(Publishable):
    """One year's strategic theme. It goes by the year its panels met."""

    ADDRESSED_BY = ("year",)

    year = models.PositiveSmallIntegerField(
        "år for panelmøderne", unique=True, help_text="Året, hvor panelerne mødtes. Indgår i adressen."
    )
    year_decided = models.PositiveSmallIntegerField("beslutningsår")
    title = models.CharField("titel", max_length=120)
    question = models.TextField("spørgsmål til virksomhederne", blank=True)
    summary = models.TextField("kort om temaet", blank=True, help_text="To-tre sætninger til oversigter.")
    introduction = models.TextField("introduktion", blank=True, help_text=FORMATTING)
    deciding_body = models.CharField("besluttet af", max_length=120)
    decision = models.ForeignKey(
        Decision,
        verbose_name="beslutning",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="themes",
        help_text="Den beslutning, som valgte temaet.",
    )

    search_words = words_column(("title",), ("summary", "question", "introduction"))

    objects = ThemeQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "tema"
        verbose_name_plural = "temaer"
        ordering = ("-year",)
        indexes = [search_index("theme")]
        constraints = [
            models.CheckConstraint(
                name="theme_decided_before_unfolded",
                condition=Q(year_decided__lte=models.F("year")),
                violation_error_message="Temaet kan ikke være besluttet efter det år, det udfoldes.",
            ),
            models.CheckConstraint(
                name="theme_year_sensible",
                condition=Q(year__gte=2000, year__lte=2100),
                violation_error_message="Skriv et årstal mellem 2000 og 2100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.title}"

    def get_absolute_url(self) -> str:
        return link("panels:theme", self.year)


class FocusArea(Public):
    """One of the areas that a theme is divided into."""

    visible_with = ("theme",)

    theme = models.ForeignKey(
        Theme, verbose_name="tema", on_delete=models.PROTECT, related_name="focus_areas"
    )
    name = models.CharField("navn", max_length=80)
    slug = models.SlugField(
        "adresse",
        max_length=80,
        blank=True,
        help_text="Områdets navn i adresser. Lad feltet stå tomt, så laves det af navnet.",
    )
    description = models.TextField("beskrivelse", blank=True)
    position = models.PositiveSmallIntegerField("rækkefølge", default=1)

    search_words = words_column(("name",), ("description",))

    objects = PublicQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "fokusområde"
        verbose_name_plural = "fokusområder"
        ordering = ("-theme__year", "position")
        indexes = [search_index("focus_area")]
        constraints = [
            models.UniqueConstraint(fields=("theme", "slug"), name="focus_area_slug_once_per_theme"),
            models.UniqueConstraint(fields=("theme", "name"), name="focus_area_name_once_per_theme"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_by(cls, now) -> Q:
        return Q()

    def clean(self):
        super().clean()
        stored = FocusArea.objects.filter(pk=self.pk).first()
        if stored is not None and stored.theme_id != self.theme_id and stored.ideas.exists():
            raise ValidationError(
                {"theme": f"»{stored}« har ideer i sit tema. Flyt ideerne til et andet fokusområde først."}
            )
        if not self.slug:
            refuse_letterless(self.name)

    def save(self, *args, **kwargs):
        """With a slug of its name where it has none. Not before: all rows of a theme's form are cleaned before the first of them is saved."""
        others = FocusArea.objects.filter(theme=self.theme_id).exclude(pk=self.pk)
        self.slug = self.slug or free_slug(others, self.name)
        super().save(*args, **kwargs)
