"""Panel meetings, their material, and which companies took part."""

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from erhvervspanel.foundation import materials
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import (
    PublicQuerySet,
    Publishable,
    published_count,
    related_model,
)
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import search_index, words_column
from panels.models.company import Company
from panels.models.theme import Theme


class MeetingQuerySet(PublicQuerySet):
    def with_counts(self):
        """Annotates `idea_count`, the ideas that the public may see, `company_count`, named or not, and `shares_ideas`: whether any of
        those ideas is counted at another meeting too."""
        others = self.model.objects.published().filter(~Q(pk=OuterRef(OuterRef("pk"))), ideas=OuterRef("pk"))
        ideas = related_model(self.model, "ideas").objects.published()
        return self.annotate(
            shares_ideas=Exists(ideas.filter(Exists(others), meetings=OuterRef("pk"))),
            idea_count=published_count(self.model, "ideas"),
            company_count=Count("attendances", distinct=True),
        )


class PanelMeeting(Publishable):
    """One meeting of a theme's panel."""

    visible_with = ("theme",)
    ADDRESSED_BY = ("theme", "number")

    theme = models.ForeignKey(Theme, verbose_name="tema", on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField("nummer i temaet")
    title = models.CharField("titel", max_length=160)
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    is_online = models.BooleanField("virtuelt", default=False)
    place = models.CharField("sted", max_length=160, blank=True)
    agenda = models.TextField("dagsorden", blank=True, help_text=FORMATTING)
    minutes = models.TextField("referat", blank=True, help_text=FORMATTING)
    companies = models.ManyToManyField(
        Company, verbose_name="virksomheder", through="Attendance", related_name="meetings"
    )

    search_words = words_column(("title",), ("agenda", "minutes", "place"), kind="panelmøde")

    objects = MeetingQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "panelmøde"
        verbose_name_plural = "panelmøder"
        ordering = ("-theme__year", "number")
        indexes = [search_index("meeting")]
        constraints = [
            models.UniqueConstraint(fields=("theme", "number"), name="meeting_number_once_per_theme"),
            models.CheckConstraint(
                name="meeting_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="Mødet skal slutte, efter at det er begyndt.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme.year}, møde {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        return link("panels:meeting", self.theme.year, self.number)

    @property
    def key(self) -> str:
        """What the meeting goes by in an address: `2021-2`."""
        return f"{self.theme.year}-{self.number}"

    @property
    def is_over(self) -> bool:
        return self.ends_at < timezone.now()


class Attendance(Record):
    """A company took part in a meeting. It counts even where its name is withheld."""

    meeting = models.ForeignKey(
        PanelMeeting, verbose_name="møde", on_delete=models.CASCADE, related_name="attendances"
    )
    company = models.ForeignKey(
        Company, verbose_name="virksomhed", on_delete=models.PROTECT, related_name="attendances"
    )

    history = History()

    class Meta:
        verbose_name = "deltagelse"
        verbose_name_plural = "deltagelser"
        constraints = [
            models.UniqueConstraint(fields=("meeting", "company"), name="attendance_once_per_company"),
        ]

    def __str__(self) -> str:
        return f"{self.company} – {self.meeting}"


class Material(materials.Material):
    """Something to read from a meeting."""

    visible_with = ("meeting",)

    meeting = models.ForeignKey(
        PanelMeeting, verbose_name="møde", on_delete=models.CASCADE, related_name="materials"
    )

    history = History()
