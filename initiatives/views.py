"""Initiatives and what is measured of them."""

from collections import defaultdict
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import goals, notation
from erhvervspanel.foundation.charts import Target, line_chart, period_chart
from erhvervspanel.foundation.composed import Composed, seldom
from erhvervspanel.foundation.danish import slugify
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import by_slug
from erhvervspanel.foundation.publishing import holds, related_model, visible
from ideas.models import Answer, Idea, Recommendation, Service, Status, Succession
from initiatives.models import Indicator, Initiative, InitiativeStatus, Milestone, Partner, Reading
from initiatives.models.indicator import in_percent
from panels.funnel import funnel_of
from panels.models import Decision
from panels.theme_records import focus_areas_of, public_theme
from panels.views import asked_theme

NEWS = 3
# As the board reads: what happens now comes first.
BOARD = (
    InitiativeStatus.RUNNING,
    InitiativeStatus.PLANNED,
    InitiativeStatus.DELIVERED,
    InitiativeStatus.STOPPED,
)
# As the answers are told: what came of most comes first, and the no's are there.
ANSWER_ORDER = (
    Status.DELIVERED,
    Status.UNDER_WAY,
    Status.INITIATIVE,
    Status.ALREADY_DONE,
    Status.ALREADY_OFFERED,
    Status.MERGED,
    Status.SPLIT,
    Status.STOPPED,
    Status.LATER,
    Status.NOT_PURSUED,
    Status.AWAITING,
)


@require_safe
@public_page("tema", goals.PARAMETER)
def initiative_list(request: HttpRequest) -> HttpResponse:
    theme, goal = asked_theme(request), goals.asked_goal(request.GET)
    found = Initiative.objects.published().for_list().order_by("-theme__year", "number")
    found = found.annotate(last_reached_on=Max("milestones__reached_on"))
    if theme:
        found = found.filter(theme=theme)
    if goal:
        found = found.filter(goals__contains=[goal])
    initiatives = list(found)
    context = {
        "theme": theme,
        "goals": goals.named([goal] if goal else []),
        "initiatives": initiatives,
        "board": [
            (status, slugify(status.label), [each for each in initiatives if each.status == status])
            for status in BOARD
        ],
        "by_start": sorted(
            (each for each in initiatives if each.starts_on), key=lambda each: (each.starts_on, each.number)
        ),
        "chart": period_chart(
            [
                (f"{each.theme.year}, {each.number}", each.starts_on, last_day(each))
                for each in initiatives
                if each.starts_on
            ],
            key="perioder",
            title="Initiativernes perioder",
            today=timezone.localdate(),
        ),
    }
    return render(request, "initiatives/initiative_list.html", context)


def last_day(initiative: Initiative) -> date | None:
    """The day until which `initiative` runs, or None where it runs on. What is over and has no such day ended with its last
    reached milestone, as far as anybody wrote down."""
    if initiative.ends_on or initiative.is_open:
        return initiative.ends_on
    return max(initiative.starts_on, initiative.last_reached_on or initiative.starts_on)


@require_safe
@public_page("omraade")
def theme_answers(request: HttpRequest, year: int) -> HttpResponse:
    """»Det sagde I – det gjorde vi«: every idea of the year, what happened to it, and the result so far."""
    theme = public_theme.first(year)
    if theme is None:
        raise Http404
    areas = focus_areas_of(theme.pk)
    chosen = next((area for area in areas if area.slug == request.GET.get("omraade")), None)
    ideas = answered_ideas(theme.pk)
    shown = [idea for idea in ideas if chosen is None or idea.area_id == chosen.pk]
    groups = [(status, [idea for idea in shown if idea.status == status]) for status in ANSWER_ORDER]
    context = {
        "theme": theme,
        "funnel": funnel_of(theme),
        "areas": [(area, sum(idea.area_id == area.pk for idea in ideas)) for area in areas],
        "chosen": chosen,
        "unknown": request.GET.get("omraade", "") if not chosen else "",
        "total": len(ideas),
        "shown": len(shown),
        "groups": [(status, found) for status, found in groups if found],
    }
    return render(request, "initiatives/theme_answers.html", context)


def answered_ideas(theme: int) -> list[Idea]:
    """A theme's ideas with `public_answers`, the newest first, `public_successions`, and `public_initiatives` with what is
    `measured` of them. Five queries."""
    ideas, indicators = ideas_of(theme), indicators_of(theme)
    answers, successions, initiatives = (defaultdict(list) for _ in range(3))
    for answer in answers_of(theme):
        answers[answer.idea_id].append(answer)
    for succession in successions_of(theme):
        successions[succession.idea_id].append(succession)
    for initiative in initiatives_of(theme):
        initiative.measured = [each for each in indicators if each.initiative_id == initiative.pk]
        for key in initiative.idea_keys:
            initiatives[key].append(initiative)
    for idea in ideas:
        idea.public_answers = answers[idea.pk]
        idea.public_successions = successions[idea.pk]
        idea.public_initiatives = initiatives[idea.pk]
    return ideas


@Composed
def ideas_of(theme):
    return Idea.objects.published().filter(theme=theme).for_list().order_by("number")


@Composed
def answers_of(theme):
    return Answer.objects.published().filter(idea__theme=theme).for_page()


@Composed
def successions_of(theme):
    return Succession.objects.published().filter(idea__theme=theme).select_related("successor__theme")


@Composed
def initiatives_of(theme):
    """Those that come of the theme's ideas, with the keys of these, also where the initiative is of another theme."""
    keys = Idea.objects.published().filter(theme=theme, initiatives=OuterRef("pk")).values("pk")
    initiatives = Initiative.objects.published().filter(Exists(keys)).for_list()
    return initiatives.annotate(idea_keys=ArraySubquery(keys)).order_by("number")


@Composed
def indicators_of(theme):
    """Those of `initiatives_of`, and of initiatives that are not public yet; each with its latest reading."""
    return Indicator.objects.filter(initiative__ideas__theme=theme).distinct().with_latest()


@Composed
def public_initiative(slug):
    initiatives = Initiative.objects.published().filter(slug=slug).for_list().select_related("decision")
    return initiatives.annotate(decision_is_public=holds(visible(Decision, "decision__")))


@require_safe
@public_page()
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    initiative = by_slug(public_initiative, slug)
    context = {
        "initiative": initiative,
        "decision": initiative.decision if initiative.decision_is_public else None,
        "news": news_of(initiative.pk),
        "partners": partners_of(initiative.pk),
        "ideas": ideas_behind(initiative.pk),
        "recommendations": recommendations_behind(initiative.pk),
        "services": services_of(initiative.pk),
        "goals": goals.named(initiative.goals),
        "milestones": [milestone_item(milestone, initiative) for milestone in milestones_of(initiative.pk)],
        "indicators": measured_of(initiative.pk),
        "events": events_of(initiative.pk),
    }
    return render(request, "initiatives/initiative_detail.html", context)


@seldom
def news_of(initiative):
    news = related_model(Initiative, "news").objects.published()
    return news.filter(initiatives=initiative).newest_first()[:NEWS]


@seldom
def partners_of(initiative):
    return Partner.objects.filter(initiatives=initiative)


@seldom
def ideas_behind(initiative):
    ideas = Idea.objects.published().filter(initiatives=initiative)
    return ideas.for_list().order_by("theme__year", "number")


@seldom
def recommendations_behind(initiative):
    return Recommendation.objects.published().filter(initiatives=initiative).select_related("assembly")


@seldom
def services_of(initiative):
    return Service.objects.published().filter(initiatives=initiative, is_over=False)


@seldom
def milestones_of(initiative):
    return Milestone.objects.filter(initiative=initiative)


@seldom
def events_of(initiative):
    events = related_model(Initiative, "events").objects.published()
    return events.filter(initiatives=initiative).order_by("starts_at")


@seldom
def own_indicators_of(initiative):
    return Indicator.objects.filter(initiative=initiative)


@seldom
def readings_of(initiative):
    return Reading.objects.filter(indicator__initiative=initiative)


def measured_of(initiative: int) -> list[Indicator]:
    """The initiative's indicators, each with what its page shows of the readings."""
    points = defaultdict(list)
    for reading in readings_of(initiative):
        points[reading.indicator_id].append(reading)
    return [measured(indicator, points[indicator.pk]) for indicator in own_indicators_of(initiative)]


def milestone_item(milestone: Milestone, initiative: Initiative) -> dict:
    """A milestone of `initiative` as the component `timeline` shows it."""
    if milestone.reached_on:
        state, state_text = "done", f"Nået {notation.day(milestone.reached_on)}"
    elif not initiative.is_open:
        state, state_text = "missed", "Ikke nået"
    elif milestone.is_late:
        state, state_text = "late", "Forsinket"
    else:
        state, state_text = "future", "Kommer"
    return {
        "on": milestone.due_on,
        "title": milestone.title,
        "state": state,
        "state_text": state_text,
        "note": milestone.note,
        "is_example": milestone.is_example and not initiative.is_example,
    }


def measured(indicator: Indicator, points: list[Reading]) -> Indicator:
    """`indicator` with what its page shows of the readings, its `points`: `has_notes`, `latest`, `percent` and `chart`."""
    indicator.points = points
    indicator.has_notes = any(reading.note for reading in indicator.points)
    indicator.latest = indicator.points[-1] if indicator.points else None
    share = indicator.share_of_the_way(indicator.latest.value) if indicator.latest else None
    indicator.percent = None if share is None else in_percent(share)
    indicator.chart = line_chart(
        [(reading.read_on, reading.value) for reading in indicator.points],
        key=str(indicator.pk),
        title=indicator.name,
        unit=indicator.unit,
        baseline=indicator.baseline,
        target=Target(indicator.target),
    )
    return indicator
