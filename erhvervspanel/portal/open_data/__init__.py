"""Open data: everything that the public may see of the programme, as files that others can use, with a dictionary of every field."""

from erhvervspanel.portal.open_data.dataset import Dataset, Field, Kind
from erhvervspanel.portal.open_data.events import EVENTS
from erhvervspanel.portal.open_data.ideas import ANSWERS, IDEAS, OVERLAPS, RECOMMENDATIONS, SERVICES
from erhvervspanel.portal.open_data.initiatives import INDICATORS, INITIATIVES, MILESTONES, READINGS
from erhvervspanel.portal.open_data.panels import COMPANIES, DECISIONS, FOCUS_AREAS, MEETINGS, NEEDS, THEMES

# In the order of the story.
DATASETS = {
    dataset.slug: dataset
    for dataset in (
        THEMES,
        FOCUS_AREAS,
        MEETINGS,
        COMPANIES,
        NEEDS,
        IDEAS,
        DECISIONS,
        ANSWERS,
        INITIATIVES,
        MILESTONES,
        INDICATORS,
        READINGS,
        RECOMMENDATIONS,
        OVERLAPS,
        SERVICES,
        EVENTS,
    )
}

__all__ = ["DATASETS", "Dataset", "Field", "Kind"]
