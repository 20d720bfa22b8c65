"""`/komponenter/`: every component with example data, for those who build pages. Only with DEBUG."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.charts import Target, line_chart
from erhvervspanel.foundation.documents.kinds import PDF
from ideas.models.status import Status
from initiatives.models.indicator import Rollup

CHAIN = [
    ("Tema", "Grøn omstilling og bæredygtig udvikling", "done", "Valgt i 2020"),
    ("Panelmøde", "Andet panelmøde", "done", "Holdt i foråret 2021"),
    ("Behov", "Adgang til viden", "done", "Nævnt af virksomhederne"),
    ("Ide", "Lettere adgang til rådgivning fra forskere og studerende", "done", "Ide 2021-07"),
    ("Beslutning", "Erhvervsudvalget", "done", "Behandlet"),
    ("Svar", "Bliver til initiativ", "done", "Offentliggjort"),
    ("Initiativ", "Én indgang til uddannelsesinstitutionernes viden", "current", "I gang"),
    ("Virkning", "Endnu ikke målt", "future", "Kommer"),
]
FUNNEL = [(100, "virksomheder"), (3, "panelmøder"), (40, "ideer"), (40, "behandlet"), (9, "initiativer")]
READINGS = [(date(2021, 10, 1), 12), (date(2022, 3, 1), 31), (date(2022, 9, 1), 48), (date(2023, 2, 1), 83)]
FACETS = {
    "Fokusområde": [
        ("groen-vejledning", "Grøn vejledning", 9, True),
        ("groen-infrastruktur", "Grøn infrastruktur", 0, False),
    ],
    "Hvad blev der af ideen?": [
        ("gennemfoert", "Gennemført", 4, False),
        ("ikke-videre", "Går ikke videre", 2, False),
    ],
    "Verdensmål": [
        ("12", "12. Ansvarligt forbrug og produktion", 14, False),
        ("13", "13. Klimaindsats", 11, False),
    ],
}
MATERIALS = [
    {"title": "Dagsorden og deltagerliste fra erhvervspanelmødet", "address": "#materiale"},
    {
        "title": "Oplæg om cirkulære forretningsmodeller",
        "address": "#materiale",
        "document": {"kind": PDF},
        "document_size": 240_000,
        "is_example": True,
    },
]
MILESTONES = [
    (date(2021, 10, 4), "Aftale med Erhvervshus Hovedstaden", "done", "Nået"),
    (date(2022, 2, 1), "Første informationsmøde for iværksættervirksomheder", "late", "Forsinket"),
    (date(2022, 6, 15), "Evaluering", "future", "Kommer"),
]


class ExampleForm(forms.Form):
    """A field of every kind."""

    name = forms.CharField(label="Navn", error_messages={"required": "Skriv dit navn"})
    email = forms.EmailField(
        label="Mail",
        help_text="Vi sender en bekræftelse hertil.",
        error_messages={"invalid": "Skriv mailadressen, så den ligner navn@eksempel.dk"},
    )
    places = forms.IntegerField(label="Antal pladser", min_value=1, initial=1)
    organisation = forms.CharField(label="Virksomhed eller forening", required=False)
    message = forms.CharField(label="Bemærkninger", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    area = forms.ChoiceField(
        label="Fokusområde",
        choices=[("", "Vælg"), ("vejledning", "Grøn vejledning"), ("inklusion", "Grøn inklusion")],
    )
    session = forms.ChoiceField(
        label="Gruppe efter pausen",
        help_text="Du kan skifte gruppe indtil dagen før.",
        choices=[
            ("transport", "Grøn transport"),
            ("biodiversitet", "Biodiversitet"),
            ("energi", "Grøn energi"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en gruppe"},
    )
    needs = forms.MultipleChoiceField(
        label="Hjælp, du har brug for",
        required=False,
        choices=[
            ("teleslynge", "Teleslynge"),
            ("tegnsprog", "Tegnsprogstolk"),
            ("kørestol", "Plads til kørestol"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    day = forms.DateField(label="Dato", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    document = forms.FileField(label="Bilag", required=False)
    password = forms.CharField(label="Adgangskode", required=False, widget=forms.PasswordInput)
    newsletter = forms.BooleanField(label="Ja tak til nyhedsbrevet", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class Neighbour(str):
    """What a link to the previous or next page leads to."""

    def get_absolute_url(self) -> str:
        return "#prev"


@require_safe
def component_page(request: HttpRequest) -> HttpResponse:
    bad = {"email": "jytte(a)eksempel", "places": "1", "area": "vejledning"}
    context = {
        "chain": [
            dict(zip(("kind", "title", "state", "state_text"), step, strict=False), url="#chain")
            for step in CHAIN[:-1]
        ]
        + [dict(zip(("kind", "title", "state", "state_text"), CHAIN[-1], strict=False))],
        "funnel": [{"number": number, "label": label} for number, label in FUNNEL],
        "statuses": Status.choices,
        "facets": [facet(label, options) for label, options in FACETS.items()],
        "goals": [(7, "Bæredygtig energi")],
        "chosen": [{"label": "Fokusområde: Grøn vejledning", "url": "#results"}],
        "page": Paginator(range(200), 20).page(5),
        "milestones": [
            dict(zip(("on", "title", "state", "state_text"), item, strict=False)) for item in MILESTONES
        ],
        "chart": line_chart(
            READINGS,
            key="example",
            title="Virksomheder i forløb",
            unit="virksomheder",
            baseline=12,
            target=Target(100),
        ),
        "readings": READINGS,
        "materials": MATERIALS,
        "outcomes": [Rollup(2), Rollup(3, 2), Rollup(3, 2, 1, [Decimal("0.5"), Decimal(1)])],
        "previous": Neighbour("2020"),
        "form": ExampleForm(auto_id="id_%s"),
        "form_with_errors": ExampleForm(bad, auto_id="fejl_%s"),
    }
    return render(request, "components/page.html", context)


def facet(label: str, options) -> dict:
    return {
        "name": f"facet{len(label)}",
        "label": label,
        "options": list(options),
        "open": False,
        "chosen_count": sum(option[-1] for option in options),
    }
