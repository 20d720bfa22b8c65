"""How many came of how many: companies, meetings, ideas, treated, initiatives, delivered."""

from dataclasses import dataclass

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.notation import number
from panels.models import Theme


@dataclass(frozen=True)
class FunnelStep:
    """One number of the funnel, as the component `funnel` draws it, with the list that it counts.

    Attributes:
        singular: what one of them is called, where that is another word than `label`.
        note: what the list shows besides, or "".
    """

    number: int
    label: str
    url: str
    singular: str = ""
    note: str = ""

    @property
    def counted(self) -> str:
        """The word for what the number counts."""
        return self.singular if self.number == 1 and self.singular else self.label


def funnel_of(theme: Theme) -> list[FunnelStep]:
    """The funnel of a theme from `with_funnel`. Every number is counted, never typed."""
    of_theme = f"?tema={theme.year}"
    initiatives = link("initiatives:initiative-list") + of_theme
    delivered = "#gennemfoert" if theme.initiative_count else ""  # without any, the list has no groups
    parts = f"og {number(theme.part_count)} delt ud af andre" if theme.part_count else ""
    return [
        FunnelStep(theme.company_count, "virksomheder", link("panels:company-list") + of_theme, "virksomhed"),
        FunnelStep(theme.meeting_count, "panelmøder", link("panels:meeting-list") + of_theme, "panelmøde"),
        FunnelStep(theme.idea_count, "ideer", link("ideas:idea-list") + of_theme, "ide", parts),
        FunnelStep(theme.treated_count, "behandlet politisk", link("initiatives:theme-answers", theme.year)),
        FunnelStep(theme.initiative_count, "initiativer", initiatives, "initiativ"),
        FunnelStep(theme.delivered_count, "gennemført", initiatives + delivered),
    ]
