"""The catalogue with its texts, for the page that prints it: many ideas, and a statement for each kind of record around them."""

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from erhvervspanel.foundation.publishing import holds, related_model, visible
from ideas.models import Answer, Idea, Succession
from panels.models import Company, PanelMeeting

MOST_PRINTED = 1000  # ideas; as many as are counted


def for_print(ideas: QuerySet) -> QuerySet:
    """`ideas` with what the page shows of each in itself."""
    texts = ("need", "proposal", "beneficiaries", "own_words")
    shown = ("number", "title", "summary", "is_example", "theme__year", "theme__title", "area__name")
    return ideas.with_status().select_related("theme", "area").only(*shown, *texts)


def with_texts(ideas: list[Idea]) -> list[Idea]:
    """`ideas`, each with what its page says besides: `public_meetings`, `public_answers`, the newest first, `public_successions`,
    `public_initiatives`, `named` companies, and `unnamed_count` of the others. Five queries."""
    initiatives = related_model(Idea, "initiatives").objects.published()
    companies = Company.objects.annotate(is_named=holds(visible(Company)))
    successors = Succession.objects.published().select_related("successor__theme")
    meetings = PanelMeeting.objects.published().select_related("theme")
    prefetch_related_objects(
        ideas,
        Prefetch("meetings", meetings.order_by("starts_at", "number"), to_attr="public_meetings"),
        Prefetch("answers", Answer.objects.published().for_page(), to_attr="public_answers"),
        Prefetch("successions", successors, to_attr="public_successions"),
        Prefetch("initiatives", initiatives.order_by("number"), to_attr="public_initiatives"),
        Prefetch("companies", companies.order_by("sort_key"), to_attr="credited"),
    )
    for idea in ideas:
        idea.named = [company for company in idea.credited if company.is_named]
        idea.unnamed_count = len(idea.credited) - len(idea.named)
    return ideas
