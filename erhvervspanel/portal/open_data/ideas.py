"""Ideas and the answers to them, the citizens' recommendations, and the signposts to services."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

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
    meeting_key,
    page,
    recommendation_key,
    seen,
    those,
)
from ideas.models import (
    Addressee,
    Answer,
    Idea,
    Outcome,
    Overlap,
    OverlapKind,
    Recommendation,
    ResponseOutcome,
    Service,
    Status,
    Succession,
    bringing,
)
from initiatives.models import Initiative
from panels.models import Company, Need, PanelMeeting


def place_of_answer(reference: str) -> str:
    return f"{page('ideas:idea')(reference)}#svar"


def place_of_service(slug: str) -> str:
    return f"{settings.SITE_URL}{reverse('ideas:service-list')}#{slug}"


IDEAS = Dataset(
    "ideer",
    "Ideer",
    "Virksomhedernes ideer, og hvor langt hver af dem er kommet. Også dem, der ikke gik videre eller blev lagt sammen.",
    lambda: Idea.objects.published().with_status().order_by("theme__year", "number"),
    (
        Field("nummer", Kind.TEXT, "Temaets år og ideens nummer i temaet. Ideens nøgle.", idea_key()),
        Field("tema", Kind.INTEGER, "Temaets år.", "theme__year", refers="temaer"),
        Field("fokusområde", Kind.TEXT, "Navnet på et af temaets fokusområder.", "area__name"),
        Field("titel", Kind.TEXT, "Ideens titel.", "title"),
        Field("resume", Kind.TEXT, "Ideen i en sætning.", "summary"),
        Field(
            "behov",
            Kind.TEXTS,
            "Behovene bag.",
            those(lambda: Need.objects.filter(ideas=OuterRef("pk")), "name"),
            refers="behov",
        ),
        Field("behovet_bag", Kind.MARKDOWN, "Behovet med ord.", "need"),
        Field("forslag", Kind.MARKDOWN, "Det, der foreslås.", "proposal"),
        Field("hvem_gavner_det", Kind.TEXT, "Hvem der får noget ud af ideen.", "beneficiaries"),
        Field(
            "egne_ord", Kind.TEXT, "Virksomhedernes egne ord, som de blev sagt eller skrevet.", "own_words"
        ),
        Field("rettet_til", Kind.TEXT, "Hvem ideen er rettet til.", "addressee", label_of(Addressee)),
        Field("modtaget", Kind.DATE, "Hvornår ideen blev modtaget.", "submitted_on"),
        Field("status", Kind.TEXT, "Hvad der blev af ideen.", "status", label_of(Status)),
        Field(
            "møder",
            Kind.TEXTS,
            "De panelmøder, ideen kom fra.",
            linked(PanelMeeting, "ideas", meeting_key()),
            refers="moeder",
        ),
        Field(
            "virksomheder",
            Kind.TEXTS,
            "De virksomheder bag ideen, der har sagt ja til at blive nævnt.",
            linked(Company, "ideas"),
            refers="virksomheder",
        ),
        Field(
            "lever_videre_i",
            Kind.TEXTS,
            "De ideer, den er lagt sammen med eller delt i.",
            linked(Succession, "idea", idea_key("successor__")),
            refers="ideer",
        ),
        Field(
            "initiativer",
            Kind.TEXTS,
            "De initiativer, ideen har ført til.",
            linked(Initiative, "ideas"),
            refers="initiativer",
        ),
        GOALS,
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Ideens side på portalen.", idea_key(), page("ideas:idea")),
    ),
)


ANSWERS = Dataset(
    "svar",
    "Svar på ideerne",
    "Udvalgets svar på hver ide: et udfald med en begrundelse. En ide kan have flere svar. Når en ide lægges ind i en anden eller deles, følger "
    "dens svar med; tæl kun dem, der ikke fulgte med, hvis du vil vide, hvor mange svar udvalget har givet.",
    lambda: Answer.objects.published().order_by(
        "idea__theme__year", "idea__number", "decision__decided_on", "pk"
    ),
    (
        Field("ide", Kind.TEXT, "Den ide, der er svaret på.", idea_key("idea__"), refers="ideer"),
        Field(
            "beslutning",
            Kind.TEXT,
            "Den beslutning, svaret er en del af.",
            "decision__slug",
            refers="beslutninger",
        ),
        Field("udfald", Kind.TEXT, "Hvad udvalget besluttede om ideen.", "outcome", label_of(Outcome)),
        Field("begrundelse", Kind.TEXT, "Hvorfor.", "reason"),
        Field("afdeling", Kind.TEXT, "Den afdeling, der svarer.", "office"),
        Field(
            "tilbud",
            Kind.TEXT,
            "Det tilbud, som ideen allerede findes som.",
            seen(Service, "service"),
            refers="tilbud",
        ),
        Field(
            "lagt_sammen_med",
            Kind.TEXT,
            "Den ide, som ideen er lagt sammen med.",
            seen(Idea, "merged_into", idea_key()),
            refers="ideer",
        ),
        Field(
            "fulgte_med",
            Kind.YES_NO,
            "Om svaret er givet til en anden ide og fulgte med fra den, da den blev lagt ind i denne eller delt.",
            lambda: Exists(bringing()),
        ),
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Svaret på ideens side.", idea_key("idea__"), place_of_answer),
    ),
)


RECOMMENDATIONS = Dataset(
    "anbefalinger",
    "Borgernes anbefalinger",
    "Borgersamlingernes anbefalinger og kommunens svar på dem.",
    lambda: Recommendation.objects.published().order_by("assembly__slug", "number"),
    (
        Field(
            "nøgle",
            Kind.TEXT,
            "Borgersamlingen og anbefalingens nummer. Anbefalingens nøgle.",
            recommendation_key(),
        ),
        Field("borgersamling", Kind.TEXT, "Borgersamlingens navn.", "assembly__name"),
        Field(
            "overrakt",
            Kind.DATE,
            "Hvornår borgersamlingen overrakte sine anbefalinger.",
            "assembly__handed_over_on",
        ),
        Field("nummer", Kind.INTEGER, "Anbefalingens nummer.", "number"),
        Field("titel", Kind.TEXT, "Anbefalingens titel.", "title"),
        Field("resume", Kind.TEXT, "Anbefalingen i få sætninger.", "summary"),
        Field("anbefaling", Kind.MARKDOWN, "Anbefalingen med begrundelse.", "reason"),
        Field("rettet_til", Kind.TEXT, "Hvem anbefalingen er rettet til.", "addressee"),
        Field(
            "svar",
            Kind.TEXT,
            "Om kommunen følger anbefalingen.",
            "response_outcome",
            label_of(ResponseOutcome),
        ),
        Field("svar_begrundelse", Kind.MARKDOWN, "Kommunens svar med begrundelse.", "response"),
        Field("svaret", Kind.DATE, "Hvornår kommunen svarede.", "responded_on"),
        GOALS,
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field(
            "side",
            Kind.URL,
            "Anbefalingens side på portalen.",
            recommendation_key(),
            page("ideas:recommendation", lambda key: key.rsplit("-", 1)),
        ),
    ),
)


OVERLAPS = Dataset(
    "overlap",
    "Overlap mellem ideer og anbefalinger",
    "Hvor virksomhedernes ideer og borgernes anbefalinger mødes, og hvorfor.",
    lambda: Overlap.objects.published().order_by(
        "recommendation__assembly__slug", "recommendation__number", "pk"
    ),
    (
        Field("ide", Kind.TEXT, "Virksomhedernes ide.", idea_key("idea__"), refers="ideer"),
        Field(
            "anbefaling",
            Kind.TEXT,
            "Borgernes anbefaling.",
            recommendation_key("recommendation__"),
            refers="anbefalinger",
        ),
        Field(
            "art",
            Kind.TEXT,
            "Om de overlapper, støtter hinanden eller trækker hver sin vej.",
            "kind",
            label_of(OverlapKind),
        ),
        Field("begrundelse", Kind.TEXT, "Hvorfor de to hænger sammen.", "reason"),
        PROVENANCE,
        EXAMPLE,
    ),
)


SERVICES = Dataset(
    "tilbud",
    "Tilbud til virksomheder",
    "Vejvisere til det nationale erhvervsfremmesystem. Tilbuddene drives af andre.",
    lambda: Service.objects.published().order_by("sort_key", "pk"),
    (
        Field("nøgle", Kind.TEXT, "Det navn, tilbuddet har i adresser. Tilbuddets nøgle.", "slug"),
        Field("navn", Kind.TEXT, "Tilbuddets navn.", "name"),
        Field("udbyder", Kind.TEXT, "Hvem der driver tilbuddet.", "provider"),
        Field("resume", Kind.TEXT, "Tilbuddet i en sætning.", "summary"),
        Field("beskrivelse", Kind.MARKDOWN, "Hvad man kan få hjælp til.", "description"),
        Field("pris", Kind.TEXT, "Hvad det koster.", "price"),
        Field("adresse", Kind.URL, "Hvor tilbuddet findes.", "url"),
        Field(
            "kontrolleret", Kind.DATE, "Hvornår kommunen sidst så efter, om tilbuddet findes.", "verified_on"
        ),
        Field("slut", Kind.YES_NO, "Om tilbuddet ikke kan søges mere.", "is_over"),
        Field(
            "behov",
            Kind.TEXTS,
            "De behov, tilbuddet dækker.",
            those(lambda: Need.objects.filter(services=OuterRef("pk")), "name"),
            refers="behov",
        ),
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Tilbuddet på portalen.", "slug", place_of_service),
    ),
)
