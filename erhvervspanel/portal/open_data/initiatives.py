"""Initiatives, their milestones, and what is measured."""

from django.db.models import OuterRef

from erhvervspanel.foundation.publishing import visible
from erhvervspanel.portal.open_data.dataset import (
    CHANGED,
    EXAMPLE,
    GOALS,
    PROVENANCE,
    Dataset,
    Field,
    Kind,
    idea_key,
    label_of,
    linked,
    page,
    recommendation_key,
    seen,
    those,
)
from ideas.models import Idea, Recommendation, Service
from initiatives.models import (
    Direction,
    Indicator,
    Initiative,
    InitiativeStatus,
    Milestone,
    Partner,
    Reading,
)
from panels.models import Decision

INITIATIVES = Dataset(
    "initiativer",
    "Initiativer",
    "Det, kommunen gør ved ideerne: hvad, for hvem, sammen med hvem, og hvor langt det er.",
    lambda: Initiative.objects.published().order_by("theme__year", "number"),
    (
        Field("nøgle", Kind.TEXT, "Det navn, initiativet har i adresser. Initiativets nøgle.", "slug"),
        Field("tema", Kind.INTEGER, "Temaets år.", "theme__year", refers="temaer"),
        Field("nummer", Kind.INTEGER, "Initiativets nummer i temaet.", "number"),
        Field("titel", Kind.TEXT, "Initiativets titel.", "title"),
        Field("resume", Kind.TEXT, "Initiativet i få sætninger.", "summary"),
        Field("hvad", Kind.MARKDOWN, "Hvad der sker.", "what"),
        Field("hvorfor", Kind.MARKDOWN, "Hvorfor det sker.", "why"),
        Field("hvem", Kind.TEXT, "Hvem det er for.", "audience"),
        Field("virksomheden_kan", Kind.MARKDOWN, "Hvad en virksomhed kan gøre nu.", "company_action"),
        Field("afdeling", Kind.TEXT, "Den afdeling, der er ansvarlig.", "unit"),
        Field(
            "samarbejdspartnere",
            Kind.TEXTS,
            "Dem, kommunen gør det sammen med.",
            those(lambda: Partner.objects.filter(initiatives=OuterRef("pk")), "name"),
        ),
        Field("begynder", Kind.DATE, "Hvornår initiativet begynder.", "starts_on"),
        Field("slutter", Kind.DATE, "Hvornår initiativet slutter.", "ends_on"),
        Field("status", Kind.TEXT, "Hvor langt initiativet er.", "status", label_of(InitiativeStatus)),
        Field("næste_skridt", Kind.TEXT, "Det næste, der skal ske.", "next_step"),
        Field("næste_skridt_senest", Kind.DATE, "Hvornår det senest skal ske.", "next_step_on"),
        Field("opdateret", Kind.DATE, "Hvornår nogen sidst så oplysningerne efter.", "reviewed_on"),
        Field("ideer", Kind.TEXTS, "Ideerne bag.", linked(Idea, "initiatives", idea_key()), refers="ideer"),
        Field(
            "anbefalinger",
            Kind.TEXTS,
            "De af borgernes anbefalinger, initiativet også følger.",
            linked(Recommendation, "initiatives", recommendation_key()),
            refers="anbefalinger",
        ),
        Field(
            "tilbud",
            Kind.TEXTS,
            "Tilbud, der hjælper på vej.",
            linked(Service, "initiatives"),
            refers="tilbud",
        ),
        Field(
            "beslutning",
            Kind.TEXT,
            "Den beslutning, der satte initiativet i gang.",
            seen(Decision, "decision"),
            refers="beslutninger",
        ),
        GOALS,
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Initiativets side på portalen.", "slug", page("initiatives:initiative")),
    ),
)


MILESTONES = Dataset(
    "milepaele",
    "Milepæle",
    "Initiativernes skridt, med frist og den dag, de blev nået.",
    lambda: Milestone.objects.filter(visible(Initiative, "initiative__")).order_by("due_on", "pk"),
    (
        Field(
            "initiativ",
            Kind.TEXT,
            "Det initiativ, milepælen hører til.",
            "initiative__slug",
            refers="initiativer",
        ),
        Field("titel", Kind.TEXT, "Det, der skal nås.", "title"),
        Field("frist", Kind.DATE, "Hvornår det skal være nået.", "due_on"),
        Field("nået", Kind.DATE, "Hvornår det blev nået. Tomt, til det er sket.", "reached_on"),
        Field("bemærkning", Kind.TEXT, "Hvad der ellers er at sige.", "note"),
        EXAMPLE,
    ),
)


INDICATORS = Dataset(
    "indikatorer",
    "Indikatorer",
    "Det, initiativernes virkning måles på: enhed, udgangspunkt og mål.",
    lambda: Indicator.objects.published().order_by("pk"),
    (
        Field("indikator", Kind.INTEGER, "Indikatorens nummer. Dens nøgle.", "pk"),
        Field("initiativ", Kind.TEXT, "Det initiativ, der måles.", "initiative__slug", refers="initiativer"),
        Field("navn", Kind.TEXT, "Det, der måles.", "name"),
        Field("enhed", Kind.TEXT, "Enheden for udgangspunkt, mål og målinger.", "unit"),
        Field("retning", Kind.TEXT, "Om mere eller mindre er bedre.", "direction", label_of(Direction)),
        Field("udgangspunkt", Kind.NUMBER, "Værdien, før initiativet begyndte.", "baseline"),
        Field("udgangspunkt_målt", Kind.DATE, "Hvornår udgangspunktet blev målt.", "baseline_on"),
        Field("mål", Kind.NUMBER, "Den værdi, der skal nås.", "target"),
        Field("mål_senest", Kind.DATE, "Hvornår målet skal være nået.", "target_on"),
        Field("metode", Kind.TEXT, "Hvordan der måles.", "method"),
        EXAMPLE,
    ),
)


READINGS = Dataset(
    "maalinger",
    "Målinger",
    "Hvad indikatorerne er målt til, dag for dag og med kilde.",
    lambda: Reading.objects.filter(visible(Initiative, "indicator__initiative__")).order_by(
        "indicator", "read_on"
    ),
    (
        Field("indikator", Kind.INTEGER, "Den indikator, der er målt.", "indicator_id", refers="indikatorer"),
        Field("målt", Kind.DATE, "Dagen.", "read_on"),
        Field("værdi", Kind.NUMBER, "Værdien i indikatorens enhed.", "value"),
        Field("kilde", Kind.TEXT, "Hvor målingen kommer fra.", "source"),
        EXAMPLE,
    ),
)
