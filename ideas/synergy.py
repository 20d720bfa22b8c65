"""Where the citizens' recommendations and the companies' ideas meet, and where they do not."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from ideas.models import Overlap, Recommendation
from panels.models import FocusArea, Theme


@dataclass(frozen=True)
class Meeting:
    """One cell of the grid: a recommendation, a focus area, and the overlaps of the two."""

    recommendation: Recommendation
    area: FocusArea
    overlaps: list[Overlap]

    @property
    def key(self) -> str:
        """The cell's own place on the page: `anbefaling-borgersamling-3-groen-inklusion`."""
        recommendation = self.recommendation
        return f"anbefaling-{recommendation.assembly.slug}-{recommendation.number}-{self.area.slug}"


class Row(NamedTuple):
    """One row of the grid."""

    recommendation: Recommendation
    cells: list[Meeting]

    @property
    def is_example(self) -> bool:
        """Whether anything that the row counts is made up."""
        overlaps = (overlap for cell in self.cells for overlap in cell.overlaps)
        return self.recommendation.is_example or any(
            each.is_example or each.idea.is_example for each in overlaps
        )


@dataclass(frozen=True)
class Grid:
    """Recommendations down, the focus areas of a theme across.

    Attributes:
        lonely_recommendations: those that no public idea of the theme meets.
        lonely_areas: those whose ideas no recommendation meets.
    """

    areas: list[FocusArea]
    rows: list[Row]
    lonely_recommendations: list[Recommendation]
    lonely_areas: list[FocusArea]

    @property
    def has_several_assemblies(self) -> bool:
        """Whether a recommendation's number does not tell which it is."""
        return len({recommendation.assembly_id for recommendation, _ in self.rows}) > 1

    @property
    def has_examples(self) -> bool:
        return any(row.is_example for row in self.rows)

    @property
    def meetings(self) -> list[Meeting]:
        """The cells where something meets, row by row."""
        return [cell for _, cells in self.rows for cell in cells if cell.overlaps]


def meeting_points(theme: Theme) -> Grid:
    """The grid of `theme`, by what the public may see. Three queries."""
    areas = list(theme.focus_areas.order_by("position"))
    recommendations = list(
        Recommendation.objects.published().select_related("assembly").order_by("assembly_id", "number")
    )
    found: dict[tuple[int, int], list[Overlap]] = defaultdict(list)
    overlaps = Overlap.objects.told_once().filter(idea__theme=theme).select_related("idea__theme")
    for overlap in overlaps.order_by("idea__number"):
        found[overlap.recommendation_id, overlap.idea.area_id].append(overlap)
    rows = [
        Row(each, [Meeting(each, area, found.get((each.pk, area.pk), [])) for area in areas])
        for each in recommendations
    ]
    met_recommendations = {recommendation for recommendation, _ in found}
    met_areas = {area for _, area in found}
    return Grid(
        areas,
        rows,
        [each for each in recommendations if each.pk not in met_recommendations],
        [area for area in areas if area.pk not in met_areas],
    )
