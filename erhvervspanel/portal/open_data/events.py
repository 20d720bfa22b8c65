"""Events, without anybody who registers."""

from django.db.models import Q

from erhvervspanel.foundation.publishing import holds
from erhvervspanel.portal.open_data.dataset import (
    CHANGED,
    EXAMPLE,
    PROVENANCE,
    Dataset,
    Field,
    Kind,
    label_of,
    linked,
    page,
    seen,
)
from events.models import Event
from events.models.event import EventKind
from initiatives.models import Initiative
from panels.models import Theme

EVENTS = Dataset(
    "arrangementer",
    "Arrangementer",
    "Konferencer, møder og workshopper: hvad, hvor og hvornår. Ingen oplysninger om tilmeldte.",
    lambda: Event.objects.published().order_by("starts_at", "pk"),
    (
        Field("nøgle", Kind.TEXT, "Det navn, arrangementet har i adresser. Arrangementets nøgle.", "slug"),
        Field("art", Kind.TEXT, "Hvad slags arrangement det er.", "kind", label_of(EventKind)),
        Field("titel", Kind.TEXT, "Arrangementets navn.", "title"),
        Field("resume", Kind.TEXT, "Arrangementet i få sætninger.", "summary"),
        Field("beskrivelse", Kind.MARKDOWN, "Om arrangementet.", "description"),
        Field("udbytte", Kind.MARKDOWN, "Det, der kom ud af det.", "outcome"),
        Field("begynder", Kind.MOMENT, "Hvornår det begynder.", "starts_at"),
        Field("slutter", Kind.MOMENT, "Hvornår det slutter.", "ends_at"),
        Field("aflyst", Kind.YES_NO, "Om det er aflyst.", holds(Q(cancelled_at__isnull=False))),
        Field("sted", Kind.TEXT, "Stedets navn.", "venue__name"),
        Field("vej", Kind.TEXT, "Stedets adresse.", "venue__address"),
        Field("postnummer", Kind.TEXT, "Stedets postnummer.", "venue__postcode"),
        Field("by", Kind.TEXT, "Stedets by.", "venue__town"),
        Field(
            "pladser",
            Kind.INTEGER,
            "Hvor mange der er plads til. Tomt, hvor der ingen grænse er.",
            "capacity",
        ),
        Field("tema", Kind.INTEGER, "Temaets år.", seen(Theme, "theme", "year"), refers="temaer"),
        Field(
            "initiativer",
            Kind.TEXTS,
            "De initiativer, arrangementet er en del af.",
            linked(Initiative, "events"),
            refers="initiativer",
        ),
        PROVENANCE,
        EXAMPLE,
        CHANGED,
        Field("side", Kind.URL, "Arrangementets side på portalen.", "slug", page("events:event")),
    ),
)
