"""How many came of how many: companies, meetings, ideas, treated, initiatives, delivered."""

from dataclasses import dataclass

from django.urls import reverse

from panels.models import Theme


@dataclass(frozen=True)
class FunnelStep:
    """One number of the funnel, as the component `funnel` draws it, with the list that it counts."""

    number: int
    label: str
    url: str


def funnel_of(theme: Theme) -> list[FunnelStep]:
    """The funnel of a theme from `with_funnel`. Every number is counted, never typed."""
    ideas = f"{reverse('ideas:idea-list')}?tema={theme.year}"
    initiatives = reverse("initiatives:initiative-list")
    return [
        FunnelStep(theme.company_count, "virksomheder", reverse("panels:company-list")),
        FunnelStep(theme.meeting_count, "panelmøder", reverse("panels:meeting-list")),
        FunnelStep(theme.idea_count, "ideer", ideas),
        FunnelStep(theme.treated_count, "behandlet politisk", ideas),
        FunnelStep(theme.initiative_count, "initiativer", initiatives),
        FunnelStep(theme.delivered_count, "gennemført", initiatives),
    ]
