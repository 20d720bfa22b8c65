"""Themes, focus areas, meetings, companies, needs and decisions."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, Expression, F, OuterRef, When
from django.urls import reverse

from erhvervspanel.foundation.publishing import counted, present
from erhvervspanel.portal.open_data.dataset import (
    CHANGED,
    EXAMPLE,
    PROVENANCE,
    Dataset,
    Field,
    Kind,
    label_of,
    linked,
    meeting_key,
    page,
    seen,
)
from panels.models import Attendance, Company, Decision, FocusArea, Need, PanelMeeting, SizeBand, Theme


def once_held(source: Callable[[], Expression]) -> Callable[[], Expression]:
    """`source` of a meeting that is over: before that its page tells neither who takes part nor the minutes."""
    return lambda: Case(When(ends_at__lt=present(), then=source()))


def attendance() -> Expression:
    return counted(Attendance.objects.filter(meeting=OuterRef("pk")))


def ideas_with(need: str) -> str:
    return f"{settings.SITE_URL}{reverse('ideas:idea-list')}?{urlencode({'behov': need})}"


THEMES = Dataset(
    "temaer",
    "Temaer",
    "De strategiske temaer, som udvalget vælger, og som udfoldes sammen med lokale virksomheder.",
    lambda: Theme.objects.published().order_by("year"),
    (
        Field("år", Kind.INTEGER, "Året, hvor temaets paneler mødtes. Temaets nøgle.", "year"),
        Field("titel", Kind.TEXT, "Temaets navn.", "title"),
        Field("beslutningsår", Kind.INTEGER, "Året, hvor temaet blev valgt.", "year_decided"),
        Field("besluttet_af", Kind.TEXT, "Det udvalg, der valgte temaet.", "deciding_body"),
        Field(
            "beslutning",
            Kind.TEXT,
            "Den beslutning, der valgte temaet.",
            seen(Decision, "decision"),
            refers="beslutninger",
        ),
        Field("spørgsmål", Kind.TEXT, "Det, virksomhederne blev spurgt om.", "question"),
        Field("resume", Kind.TEXT, "Temaet i få sætninger.", "summary"),
        Field("introduktion", Kind.MARKDOWN, "Om temaet.", "introduction"),
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Temaets side på portalen.", "year", page("panels:theme")),
    ),
)


FOCUS_AREAS = Dataset(
    "fokusomraader",
    "Fokusområder",
    "De områder, som hvert tema er delt i.",
    lambda: FocusArea.objects.published().order_by("theme__year", "position", "pk"),
    (
        Field("tema", Kind.INTEGER, "Temaets år.", "theme__year", refers="temaer"),
        Field("navn", Kind.TEXT, "Områdets navn. Sammen med temaet er det områdets nøgle.", "name"),
        Field("beskrivelse", Kind.TEXT, "Hvad området handler om.", "description"),
        Field("rækkefølge", Kind.INTEGER, "Områdets plads i temaet.", "position"),
        EXAMPLE,
    ),
)


MEETINGS = Dataset(
    "moeder",
    "Panelmøder",
    "Panelernes møder med dagsorden, referat og antallet af virksomheder, der deltog.",
    lambda: PanelMeeting.objects.published().order_by("theme__year", "number"),
    (
        Field("møde", Kind.TEXT, "Temaets år og mødets nummer i temaet. Mødets nøgle.", meeting_key()),
        Field("tema", Kind.INTEGER, "Temaets år.", "theme__year", refers="temaer"),
        Field("nummer", Kind.INTEGER, "Mødets nummer i temaet.", "number"),
        Field("titel", Kind.TEXT, "Mødets navn.", "title"),
        Field("begynder", Kind.MOMENT, "Hvornår mødet begynder.", "starts_at"),
        Field("slutter", Kind.MOMENT, "Hvornår mødet slutter.", "ends_at"),
        Field("virtuelt", Kind.YES_NO, "Om mødet holdes på nettet.", "is_online"),
        Field("sted", Kind.TEXT, "Hvor mødet holdes.", "place"),
        Field("dagsorden", Kind.MARKDOWN, "Mødets dagsorden.", "agenda"),
        Field(
            "referat", Kind.MARKDOWN, "Mødets referat, når mødet er holdt.", once_held(lambda: F("minutes"))
        ),
        Field(
            "antal_virksomheder",
            Kind.INTEGER,
            "Hvor mange virksomheder der deltog, også dem uden navn. Tomt, til mødet er holdt.",
            once_held(attendance),
        ),
        Field(
            "virksomheder",
            Kind.TEXTS,
            "De virksomheder, der deltog og har sagt ja til at blive nævnt. Tomt, til mødet er holdt.",
            once_held(linked(Company, "meetings")),
            refers="virksomheder",
        ),
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field(
            "side",
            Kind.URL,
            "Mødets side på portalen.",
            meeting_key(),
            page("panels:meeting", lambda key: key.split("-")),
        ),
    ),
)


COMPANIES = Dataset(
    "virksomheder",
    "Virksomheder",
    "De virksomheder i panelerne, der har sagt ja til at blive nævnt ved navn. De andre tælles kun.",
    lambda: Company.objects.published().order_by("sort_key", "pk"),
    (
        Field("nøgle", Kind.TEXT, "Det navn, virksomheden har i adresser. Virksomhedens nøgle.", "slug"),
        Field("navn", Kind.TEXT, "Virksomhedens navn.", "name"),
        Field("cvr", Kind.TEXT, "CVR-nummeret, 8 cifre.", "cvr"),
        Field("branche", Kind.TEXT, "Virksomhedens branche.", "trade"),
        Field("størrelse", Kind.TEXT, "Antal ansatte i CVR's intervaller.", "size_band", label_of(SizeBand)),
        Field("by", Kind.TEXT, "Den by, virksomheden ligger i.", "town"),
        Field("hjemmeside", Kind.URL, "Virksomhedens egen hjemmeside.", "website"),
        Field(
            "reklamebeskyttet",
            Kind.YES_NO,
            "Om virksomheden har frabedt sig reklame i CVR. Så må oplysningerne ikke bruges til at sende den reklame.",
            "advertising_protected",
        ),
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Virksomhedens side på portalen.", "slug", page("panels:company")),
    ),
)


NEEDS = Dataset(
    "behov",
    "Behov",
    "Det, virksomhederne har brug for. Behovene hedder det samme år efter år, så de kan sammenlignes.",
    lambda: Need.objects.published().order_by("sort_key", "pk"),
    (
        Field("navn", Kind.TEXT, "Behovets navn. Behovets nøgle.", "name"),
        Field("beskrivelse", Kind.TEXT, "Hvad behovet dækker.", "description"),
        EXAMPLE,
        Field("side", Kind.URL, "De ideer på portalen, der har behovet.", "slug", ideas_with),
    ),
)


DECISIONS = Dataset(
    "beslutninger",
    "Beslutninger",
    "Udvalgets beslutninger om temaer, ideer og initiativer.",
    lambda: Decision.objects.published().order_by("decided_on", "pk"),
    (
        Field("nøgle", Kind.TEXT, "Det navn, beslutningen har i adresser. Beslutningens nøgle.", "slug"),
        Field("udvalg", Kind.TEXT, "Det udvalg, der besluttede.", "committee"),
        Field("besluttet", Kind.DATE, "Mødets dag.", "decided_on"),
        Field("punkt", Kind.TEXT, "Punktet på udvalgets dagsorden.", "agenda_item"),
        Field("titel", Kind.TEXT, "Punktets titel.", "title"),
        Field("tekst", Kind.MARKDOWN, "Beslutningens ordlyd.", "text"),
        Field("referat", Kind.URL, "Udvalgets referat.", "minutes_url"),
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Beslutningens side på portalen.", "slug", page("panels:decision")),
    ),
)
