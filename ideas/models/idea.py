"""An idea from the panels."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.postgres.aggregates import BoolAnd, BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.composed import Among
from erhvervspanel.foundation.goals import GoalsField, goals_are_known
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable, counted, related_model, visible
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.references import numbered, year_and_number
from erhvervspanel.foundation.search import (
    folded_column,
    search_index,
    sorted_by,
    terms_of,
    title_index,
    words_column,
)
from ideas.models.status import Status
from panels.models import Company, FocusArea, Need, PanelMeeting, Theme

LONG_WORD = 6  # letters; shorter ones say little of what an idea is about
MOST_WEIGHED = 200  # ideas of a kind; nobody is shown more than a few


class Addressee(models.TextChoices):
    """Whom an idea is meant for."""

    MUNICIPALITY = "municipality", "Kommunen"
    BUSINESS_HOUSE = "business_house", "Erhvervshuset"
    STATE = "state", "Staten"
    COMPANIES = "companies", "Virksomhederne selv"


def long_words(text: str) -> list[str]:
    """The words of `text` that say something of what an idea is about, without their endings."""
    return [term.roots[0] for term in terms_of(text) if len(term.roots[0]) >= LONG_WORD]


def has_any(words: list) -> Q:
    """The condition of having one of `words` in the title, in any form or compound."""
    conditions = [Q(search_title__contains=word) for word in words]
    return reduce(or_, conditions) if conditions else Q(pk=None)


class IdeaQuerySet(PublicQuerySet):
    def with_status(self, *, as_if_public: Q | None = None, for_staff: bool = False):
        """Annotates `status`: a value of Status, by the newest answer that the public may see.

        An idea that lives on in another is merged or split, whatever was answered. One whose answer is an initiative
        goes with its initiatives: delivered when all of them are, under way when any has begun. Those that were stopped
        decide nothing, unless all were.

        Args:
            as_if_public: a condition on answers that count besides, to tell what the status is going to be.
            for_staff: an idea lives on as soon as that is settled, though it or the other is a draft still.
        """
        successions = related_model(self.model, "successions")
        answers = related_model(self.model, "answers")
        initiatives = related_model(self.model, "initiatives")
        # Of no initiatives there is no row.
        of_initiatives = (
            initiatives.objects.filter(visible(initiatives), ideas=OuterRef("idea"))
            .order_by()
            .values("ideas")
            .annotate(
                initiatives_status=Case(
                    When(BoolAnd(Q(status="stopped")), then=Value(Status.STOPPED)),
                    When(BoolAnd(Q(status__in=("delivered", "stopped"))), then=Value(Status.DELIVERED)),
                    When(BoolOr(Q(status__in=("running", "delivered"))), then=Value(Status.UNDER_WAY)),
                    default=Value(Status.INITIATIVE),
                    output_field=models.CharField(),
                )
            )
            .values("initiatives_status")
        )
        # Decided inside the one subquery: Django would repeat it for each case outside.
        status = Case(
            When(outcome="already_done", then=Value(Status.ALREADY_DONE)),
            When(outcome="already_offered", then=Value(Status.ALREADY_OFFERED)),
            When(outcome="merged", then=Value(Status.MERGED)),
            When(outcome="later", then=Value(Status.LATER)),
            When(outcome="not_pursued", then=Value(Status.NOT_PURSUED)),
            default=Coalesce(Subquery(of_initiatives), Value(Status.INITIATIVE)),
            output_field=models.CharField(),
        )
        newest = (
            answers.objects.filter(
                visible(answers) if as_if_public is None else visible(answers) | as_if_public,
                idea=OuterRef("pk"),
            )
            .order_by("-decision__decided_on", "-pk")
            .annotate(idea_status=status)
            .values("idea_status")[:1]
        )
        lives_on = (
            successions.objects.filter(
                Q(undone_at=None) if for_staff else visible(successions), idea=OuterRef("pk")
            )
            .annotate(
                idea_status=Case(When(kind="split", then=Value(Status.SPLIT)), default=Value(Status.MERGED))
            )
            .values("idea_status")[:1]
        )
        return self.annotate(status=Coalesce(Subquery(lives_on), Subquery(newest), Value(Status.AWAITING)))

    def for_list(self):
        """What a list of ideas shows, and no more."""
        return (
            self.with_status()
            .select_related("theme", "area")
            .only("number", "title", "summary", "is_example", "theme__year", "area__name", "area__slug")
        )

    def for_front_page(self):
        """Those with most to tell: what is delivered first, then what is under way."""
        told = Case(When(status=Status.DELIVERED, then=0), When(status=Status.UNDER_WAY, then=1), default=2)
        return self.for_list().order_by(told, "number")

    def for_page(self):
        """What an idea's own page shows of the idea, its neighbours in the theme and its `need_list` included."""
        needs = Need.objects.with_years().filter(ideas=OuterRef("pk"))
        need = JSONObject(id="pk", name="name", slug="slug", years="years")
        others = self.model.objects.published().filter(theme=OuterRef("theme")).values("number")
        before = others.filter(number__lt=OuterRef("number")).order_by("-number")
        after = others.filter(number__gt=OuterRef("number")).order_by("number")
        return (
            self.with_status()
            .select_related("theme", "area")
            .annotate(
                previous_number=Subquery(before[:1]),
                next_number=Subquery(after[:1]),
                need_rows=ArraySubquery(needs.order_by("sort_key").values(row=need)),
            )
        )

    def related_to(self, idea, *, area, needs, title, words):
        """Other ideas of all years, the likest first: those that staff linked, then by needs, area and words of the
        title in common. Among very many, only some of each kind are weighed, those beside `self` among them.

        Args: each a value, or what stands for one in a statement that is composed once.
            idea, area: keys.
            needs: a list of keys.
            title: folded.
            words: the `long_words` of the title, a list of such values.
        """
        ideas = self.model.objects.order_by()
        linked = self.model.related.through.objects.filter(to_idea=idea)
        wanting = self.model.needs.through.objects.filter(Among("need", needs))
        candidates = (
            wanting.values("idea"),
            ideas.filter(area=area).values("pk"),
            ideas.filter(has_any(words)).values("pk"),
        )
        some = linked.values("from_idea").union(*(rows[:MOST_WEIGHED] for rows in candidates))
        return (
            self.filter(pk__in=some)
            .exclude(pk=idea)
            .annotate(
                likeness=counted(wanting.filter(idea=OuterRef("pk")))
                + Case(When(area=area, then=1), default=0)
                + Case(When(Exists(linked.filter(from_idea=OuterRef("pk"))), then=10), default=0)
                + 3 * TrigramSimilarity("search_title", title)
            )
            .order_by("-likeness", "-theme__year", "number")
        )

    def alike(self, text: str):
        """Ideas of all years, closed ones and drafts included, with long words of `text` in their titles, the likest first."""
        return (
            self.filter(has_any(long_words(text)))
            .select_related("theme")
            .annotate(likeness=TrigramSimilarity("search_title", danish.fold(text)))
            .order_by("-likeness", "-theme__year", "number")
        )

    def by_reference(self, reference: str):
        """The ideas that go by `reference`: one or none."""
        found = year_and_number(reference)
        return self.filter(self.model.referred_to(*found)) if found else self.none()


class Idea(Publishable):
    """One idea of a theme's catalogue. Rejected and merged ideas stay listed and keep their address."""

    visible_with = ("theme",)
    ADDRESSED_BY = ("theme", "number")
    NOT_RESTORED = ("assignee", "hides_wordings")

    theme = models.ForeignKey(Theme, verbose_name="tema", on_delete=models.PROTECT, related_name="ideas")
    number = models.PositiveSmallIntegerField("nummer")
    title = models.CharField("titel", max_length=160)
    summary = models.CharField(
        "kort beskrivelse", max_length=240, blank=True, help_text="En sætning til oversigter."
    )
    need = models.TextField("behovet bag", blank=True, help_text=FORMATTING)
    proposal = models.TextField("forslag", blank=True, help_text=FORMATTING)
    beneficiaries = models.TextField("hvem gavner det", blank=True)
    own_words = models.TextField(
        "virksomhedernes egne ord",
        blank=True,
        help_text="Som det blev sagt eller skrevet. Står på siden, når ideens egne tekster siger noget andet. Ret kun for at tage "
        "noget ud, som ikke må stå frem, for eksempel et navn: er ideen offentlig, fortæller dens historie det.",
    )
    addressee = models.CharField("rettet til", max_length=20, choices=Addressee, blank=True)
    area = models.ForeignKey(
        FocusArea, verbose_name="fokusområde", on_delete=models.PROTECT, related_name="ideas"
    )
    submitted_on = models.DateField("modtaget den", null=True, blank=True)
    goals = GoalsField()
    meetings = models.ManyToManyField(PanelMeeting, verbose_name="møder", blank=True, related_name="ideas")
    companies = models.ManyToManyField(Company, verbose_name="virksomheder", blank=True, related_name="ideas")
    needs = models.ManyToManyField(Need, verbose_name="behov", blank=True, related_name="ideas")
    related = models.ManyToManyField("self", verbose_name="beslægtede ideer", blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="tildelt",
        null=True,
        blank=True,
        limit_choices_to={"is_active": True, "is_staff": True},
        on_delete=models.SET_NULL,
        related_name="assigned_ideas",
        help_text="Den kollega, som har ideen på sit bord. Vises ikke offentligt.",
    )
    hides_wordings = models.BooleanField(
        "vis ikke tidligere ordlyd",
        default=False,
        db_default=False,
        help_text="Sæt flueben, når noget er taget ud af ideen eller dens svar, som ikke må stå frem, for eksempel et navn. Siden "
        "fortæller stadig, at teksten blev rettet, og medarbejdere kan stadig se versionerne.",
    )

    search_title = folded_column("title")
    search_words = words_column(("title",), ("summary", "need", "proposal", "beneficiaries"))

    objects = IdeaQuerySet.as_manager()
    history = History(links=("meetings", "companies", "needs", "related"))

    class Meta:
        verbose_name = "ide"
        verbose_name_plural = "ideer"
        ordering = ("-theme__year", "number")
        indexes = [
            search_index("idea"),
            title_index("idea"),
            # Those of a theme that the public may see are counted in it, without a look at the rows.
            models.Index(fields=("theme", "publish_at", "id"), name="idea_public_of_theme"),
            # A page of many, in the orders of the catalogue.
            models.Index(sorted_by("title"), name="idea_by_title"),
            models.Index(fields=("-updated_at",), name="idea_last_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("theme", "number"),
                name="idea_number_once_per_theme",
                violation_error_message="Der er allerede en ide med det nummer i temaet.",
            ),
            models.CheckConstraint(
                name="idea_number_positive",
                condition=Q(number__gte=1),
                violation_error_message="Numrene begynder ved 1.",
            ),
            models.CheckConstraint(name="idea_goals_known", condition=goals_are_known()),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return link("ideas:idea", self.reference)

    @classmethod
    def referred_to(cls, year: int, number: int) -> Q:
        """The condition of being the idea that goes by a theme's year and a number."""
        # The theme's key first: beside another condition PostgreSQL would look at every theme's idea of that number.
        theme = Theme.objects.filter(year=year).order_by().values("pk")
        return Q(theme=Subquery(theme), number=number)

    def clean(self):
        super().clean()
        if self.area_id and self.theme_id and self.area.theme_id != self.theme_id:
            raise ValidationError({"area": "Fokusområdet hører til et andet tema. Vælg et af temaets egne."})

    @property
    def quoted(self) -> str:
        """The companies' own words, where they are not what the idea's texts say already; else ""."""
        said, texts = self.own_words.strip(), (self.need.strip(), self.proposal.strip())
        return "" if said in (*texts, "\n\n".join(texts)) else said

    @property
    def has_text(self) -> bool:
        """Whether it says anything beyond its title and summary."""
        return bool(self.need.strip() or self.proposal.strip())

    def refuse_moment(self, at) -> None:
        """An idea goes into the catalogue with a text, and stays there once the committee has it on its agenda."""
        if at is not None and not self.has_text:
            raise ValidationError(
                f"Ide {self.reference} har ingen tekst. Skriv behovet eller forslaget først."
            )
        if at is None and self.pk and self.answers.exists():
            raise ValidationError(
                f"Ide {self.reference} er på udvalgets dagsorden eller besvaret. Tag den af dagsordenen, før du "
                "trækker den tilbage til kladde."
            )

    @property
    def status_label(self) -> str:
        """The status in Danish. Needs `with_status`."""
        return Status(self.status).label

    @property
    def need_list(self) -> list[Need]:
        """The idea's needs, each with the `years` that it was asked for. Needs `for_page`."""
        return [Need.of_row(row) for row in self.need_rows]

    @property
    def reference(self) -> str:
        """What the idea goes by in address, print and search: `2021-07`."""
        return self.reference_of(self.number)

    @property
    def previous(self) -> str:
        """The reference before this one in the theme, or "". Needs `for_page`."""
        return self.reference_of(self.previous_number)

    @property
    def next(self) -> str:
        """The reference after this one in the theme, or "". Needs `for_page`."""
        return self.reference_of(self.next_number)

    def reference_of(self, number: int | None) -> str:
        return numbered(self.theme.year, number) if number else ""

    @property
    def slug(self) -> str:
        """The title for the end of an address; any other words lead to the same page."""
        return danish.slugify(self.title)
