"""The catalogue, its ideas, the citizens' recommendations and the signposts."""

from collections import Counter
from functools import lru_cache

from django.db.models import OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import goals, notation, throttle
from erhvervspanel.foundation.composed import MOST_COMPOSED, Composed, seldom
from erhvervspanel.foundation.facets import SORTING, FacetedList
from erhvervspanel.foundation.fewer_words import having_any
from erhvervspanel.foundation.guarded_forms import public_form
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug_of, page_of
from erhvervspanel.foundation.publishing import counted
from erhvervspanel.foundation.references import is_reference, year_and_number
from erhvervspanel.foundation.search import asked_literally
from ideas import idea_records as records
from ideas.actions import submit
from ideas.chain import chain_of
from ideas.demand import uncovered_needs, unverified_needs
from ideas.filters import FACETS, PRINTED, catalogue
from ideas.forms import SubmissionForm
from ideas.models import Assembly, Feedback, Idea, Overlap, Recommendation, Service
from ideas.printing import MOST_PRINTED, with_texts
from ideas.short_list import PARAMETER as SHORT_LIST
from ideas.short_list import ShortList
from ideas.story import story_of, successors
from ideas.suggestion import instead_of
from ideas.synergy import meeting_points
from panels.models import Need, Theme

# The whole of one year's catalogue on a page: it can be searched, skimmed and printed as one.
IDEAS_PER_PAGE = 40
THEMES_OF_DEMAND = 5  # the newest ones; the file that staff send on has all


@require_safe
@public_page(*(facet.name for facet in FACETS), SORTING, PAGE_PARAMETER)
def idea_list(request: HttpRequest) -> HttpResponse:
    found = catalogue(request.GET)
    page = page_of(request, found, size=IDEAS_PER_PAGE, total=found.total)
    short = ShortList(request.GET)
    context = {
        "found": found,
        "page": page,
        "short": short,
        "reset_url": short.catalogue if short else link("ideas:idea-list"),
        "kept": [*found.kept, (SHORT_LIST, short.value)] if short else found.kept,
        "print_url": address_of("ideas:idea-print", found),
        "goals": goals.named(map(int, found.chosen[goals.PARAMETER])),
        **(instead_in_catalogue(found) if found.query and not found.total else {}),
    }
    return render(request, "ideas/idea_list.html", context)


@require_safe
@public_page()
def short_list(request: HttpRequest) -> HttpResponse:
    """The ideas that somebody has gathered in the address."""
    short = ShortList(request.GET)
    context = {"unknown_sentence": short.leave_out_unknown(), "short": short}
    return render(request, "ideas/short_list.html", context)


@require_safe
@public_page(*(facet.name for facet in FACETS), SORTING)
def idea_print(request: HttpRequest) -> HttpResponse:
    """The catalogue as it is filtered, all on one page and with its texts."""
    found = catalogue(request.GET, PRINTED)
    most = notation.number(MOST_PRINTED)
    context = {
        "found": found,
        "ideas": with_texts(found[:MOST_PRINTED]),
        "list_url": address_of("ideas:idea-list", found),
        "capped": f"Der er flere end {most} ideer, og her er de første {most}. Vælg et tema eller et fokusområde i kataloget for at "
        "få dem alle med.",
    }
    return render(request, "ideas/idea_print.html", context)


def address_of(name: str, found: FacetedList) -> str:
    """The page `name` with the same choices as `found`."""
    query = found.first_page().urlencode()
    return f"{link(name)}?{query}" if query else link(name)


def instead_in_catalogue(found: FacetedList) -> dict:
    """What may be searched for in the whole catalogue instead."""
    search, words = found.searched
    if not search.terms:
        return {}
    had = Counter(terms for (terms,) in ideas_having_any(search.terms)(**words))
    return instead_of(found.query, had, finds_idea)


@lru_cache(MOST_COMPOSED)
def ideas_having_any(terms: int) -> Composed:
    return Composed(lambda: having_any(Idea.objects.published(), terms, many=True), planned_once=False)


def finds_idea(query: str) -> bool:
    search, words = asked_literally(query)
    return search.matches(Idea.objects.published(), words.__getitem__).exists()


@require_safe
@public_page()
def idea(request: HttpRequest, reference: str, slug: str = "") -> HttpResponse:
    idea = records.public_idea.first(*year_and_number(reference))
    if idea is None:
        raise Http404
    short = ShortList(request.GET)
    if slug or reference != idea.reference:
        return redirect(f"{idea.get_absolute_url()}{short.query}", permanent=True)
    meetings = records.meetings_of(idea.pk)
    needs = idea.need_list
    answers = records.answers_of(idea.pk)
    indicators = records.indicators_of(idea.pk)
    initiatives = records.initiatives_of(idea.pk)
    for initiative in initiatives:
        initiative.measured = [each for each in indicators if each.initiative_id == initiative.pk]
    companies = records.companies_of(idea.pk)
    named = [company for company in companies if company.is_named]
    story = story_of(idea, meetings=meetings, answers=answers, initiatives=initiatives)
    context = {
        "idea": idea,
        "short": short,
        "on_list": idea.reference in short,
        "put_url": short.with_also(idea.reference),
        "chain": chain_of(
            idea,
            meetings=meetings,
            needs=needs,
            answer=answers[0] if answers else None,
            initiatives=initiatives,
        ),
        "chain_label": f"Vejen for ide {idea.reference}",
        "story": story,
        "successors": successors(story),
        "meetings": meetings,
        "needs": needs,
        "goals": goals.named(idea.goals),
        "answers": answers,
        "initiatives": initiatives,
        "indicators": indicators,
        "companies": named,
        "unnamed_count": len(companies) - len(named),
        "overlaps": records.overlaps_of(idea.pk),
        "services": records.services_for([need.pk for need in needs]) if needs else [],
        "related": records.related_ideas(idea, needs),
    }
    return render(request, "ideas/idea_detail.html", context)


@require_safe
@public_page(goals.PARAMETER)
def recommendation_list(request: HttpRequest) -> HttpResponse:
    goal = goals.asked_goal(request.GET)
    recommendations = (
        Recommendation.objects.published()
        .annotate(overlap_count=counted(Overlap.objects.told_once().filter(recommendation=OuterRef("pk"))))
        .order_by("number")
    )
    if goal:
        recommendations = recommendations.filter(goals__contains=[goal])
    assemblies = Assembly.objects.published().prefetch_related(
        Prefetch("recommendations", queryset=recommendations, to_attr="public_recommendations")
    )
    context = {
        "assemblies": [each for each in assemblies if each.public_recommendations or not goal],
        "goals": goals.named([goal] if goal else []),
    }
    return render(request, "ideas/recommendation_list.html", context)


@require_safe
@public_page()
def recommendation(request: HttpRequest, assembly: str, number: int) -> HttpResponse:
    recommendation = by_slug_of(Assembly, assembly, lambda slug: public_recommendation.first(slug, number))
    siblings = recommendations_of(recommendation.assembly_id)
    place = siblings.index(recommendation)
    context = {
        "recommendation": recommendation,
        "goals": goals.named(recommendation.goals),
        "overlaps": overlaps_with(recommendation.pk),
        "feedbacks": feedbacks_on(recommendation.pk),
        "initiatives": initiatives_behind(recommendation.pk),
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place + 1 < len(siblings) else None,
    }
    return render(request, "ideas/recommendation_detail.html", context)


@seldom
def public_recommendation(assembly, number):
    found = Recommendation.objects.published().filter(assembly__slug=assembly, number=number)
    return found.select_related("assembly")


@seldom
def recommendations_of(assembly):
    found = Recommendation.objects.published().filter(assembly=assembly)
    return found.select_related("assembly").order_by("number")


@seldom
def overlaps_with(recommendation):
    overlaps = Overlap.objects.told_once().filter(recommendation=recommendation)
    return overlaps.select_related("idea__theme", "idea__area")


@seldom
def feedbacks_on(recommendation):
    return Feedback.objects.filter(recommendation=recommendation)


@seldom
def initiatives_behind(recommendation):
    found = records.INITIATIVES.objects.published().filter(recommendations=recommendation)
    return found.for_list().order_by("number")


@require_safe
@public_page("tema")
def synergy(request: HttpRequest) -> HttpResponse:
    """Recommendations against a theme's focus areas: where they meet, why, and where they do not."""
    themes = list(Theme.objects.published().with_most_to_tell())
    chosen = next((theme for theme in themes if str(theme.year) == request.GET.get("tema")), None)
    theme = chosen or (themes[0] if themes else None)
    context = {
        "theme": theme,
        "themes": sorted(themes, key=lambda theme: -theme.year),
        "grid": meeting_points(theme) if theme else None,
    }
    return render(request, "ideas/synergy.html", context)


@require_safe
@public_page("behov")
def service_list(request: HttpRequest) -> HttpResponse:
    needs = needs_with_offers()
    chosen = next((need for need in needs if need.slug == request.GET.get("behov")), None)
    context = {
        "services": services_for_need(chosen.pk) if chosen else all_services(),
        "needs": needs,
        "chosen": chosen,
        "gaps": [] if chosen else uncovered_needs(latest=THEMES_OF_DEMAND),
        "unverified": [] if chosen else unverified_needs(),
        "themes_of_demand": THEMES_OF_DEMAND,
    }
    return render(request, "ideas/service_list.html", context)


@seldom
def needs_with_offers():
    """Those of any offer that the public may see, with the `years` that they were asked for."""
    having = Need.objects.with_years().filter(pk__in=Service.objects.published().values("needs"))
    return having.order_by("sort_key")


@seldom
def all_services():
    return Service.objects.published().with_need_names().order_by("is_over", "sort_key")


@seldom
def services_for_need(need):
    found = Service.objects.published().filter(needs=need).with_need_names()
    return found.order_by("is_over", "sort_key")


@public_form
def submission_form(request: HttpRequest) -> HttpResponse:
    """»Meld et behov«."""
    form = SubmissionForm(request.POST if request.method == "POST" else None)
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            throttle.admit(request, "submission", address=form.cleaned_data["email"])
        except throttle.TooMany as too_many:
            return throttle.refused(request, "ideas/submission_form.html", context, too_many)
        submission = submit(form.given, form_token=form.token.number)
        return redirect(f"{link('ideas:submission-received')}?nummer={submission.reference}")
    if request.method == "POST":
        form.renew_token()
    return render(request, "ideas/submission_form.html", context)


@require_safe
def submission_received(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    number = request.GET.get("nummer", "")
    return render(
        request, "ideas/submission_received.html", {"number": number if is_reference(number) else ""}
    )
