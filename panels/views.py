"""Themes, meetings, companies and decisions."""

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import Composed, seldom
from erhvervspanel.foundation.documents import document_response
from erhvervspanel.foundation.materials import linked
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug, page_of
from erhvervspanel.foundation.publishing import related_model, visible
from erhvervspanel.foundation.search import matches
from panels import theme_records
from panels.funnel import funnel_of
from panels.models import Company, Decision, Material, PanelMeeting, Theme
from panels.theme_records import IDEAS, INDICATORS, INITIATIVES

COMPANIES_PER_PAGE = 60


def asked_theme(request: HttpRequest) -> Theme | None:
    """The theme that `?tema=<year>` narrows a list to; None where it names none that the public may see."""
    year = request.GET.get("tema", "")
    return (
        Theme.objects.published().filter(year=year).first() if year.isdecimal() and len(year) == 4 else None
    )


@require_safe
@public_page()
def theme_list(request: HttpRequest) -> HttpResponse:
    themes = sorted(theme_records.told_themes(), key=lambda theme: -theme.year)
    return render(request, "panels/theme_list.html", {"themes": themes})


@require_safe
@public_page()
def theme(request: HttpRequest, year: int) -> HttpResponse:
    theme = theme_records.public_theme.first(year)
    if theme is None:
        raise Http404
    areas = theme_records.areas_of(theme.pk)
    outcomes, outcome = theme_records.outcomes_of(theme.pk)
    for area in areas:
        area.outcome = outcomes.get(area.pk)
    needs = theme_records.needs()
    meetings = theme_records.meetings_of(theme.pk)
    context = {
        "theme": theme,
        "areas": areas,
        "outcome": outcome,
        "recurring_needs": [need for need in needs if need.is_recurring and theme.year in need.years],
        "news": theme_records.news_of(theme.pk),
        "meetings": meetings,
        "shares_ideas": any(meeting.shares_ideas for meeting in meetings),
        "initiatives": theme_records.initiatives_of(theme.pk),
        "events": theme_records.events_of(theme.pk),
        "funnel": funnel_of(theme),
        "decision": theme_records.public_decision.first(theme.decision_id) if theme.decision_id else None,
        **neighbours(theme, among=theme_records.years()),
    }
    return render(request, "panels/theme_detail.html", context)


def neighbours(theme: Theme, *, among: list[Theme]) -> dict[str, Theme | None]:
    """The themes of the years before and after `theme`, as `previous` and `next`."""
    earlier = [other for other in among if other.year < theme.year]
    later = [other for other in among if other.year > theme.year]
    return {"previous": earlier[-1] if earlier else None, "next": later[0] if later else None}


@require_safe
@public_page("tema")
def meeting_list(request: HttpRequest) -> HttpResponse:
    theme = asked_theme(request)
    meetings = PanelMeeting.objects.published().with_counts().select_related("theme")
    if theme:
        meetings = meetings.filter(theme=theme)
    context = {
        "meetings": meetings,
        "theme": theme,
        "shares_ideas": any(meeting.shares_ideas for meeting in meetings),
    }
    return render(request, "panels/meeting_list.html", context)


@require_safe
@public_page()
def meeting(request: HttpRequest, year: int, number: int) -> HttpResponse:
    meeting = public_meeting.first(year, number)
    if meeting is None:
        raise Http404
    companies = companies_at(meeting.pk)
    context = {
        "meeting": meeting,
        "ideas": ideas_of_meeting(meeting.pk),
        "companies": companies,
        "unnamed_count": meeting.company_count - len(companies),
        "materials": linked(materials_of(meeting.pk), request),
        "siblings": meetings_of_theme(meeting.theme_id),
    }
    return render(request, "panels/meeting_detail.html", context)


@seldom
def public_meeting(year, number):
    meetings = PanelMeeting.objects.published().filter(theme__year=year, number=number)
    return meetings.select_related("theme").with_counts()


@seldom
def meetings_of_theme(theme):
    return PanelMeeting.objects.published().filter(theme=theme).select_related("theme").order_by("number")


@seldom
def companies_at(meeting):
    return Company.objects.published().filter(meetings=meeting).order_by("sort_key")


@seldom
def ideas_of_meeting(meeting):
    return IDEAS.objects.published().filter(meetings=meeting).for_list().order_by("number")


@seldom
def materials_of(meeting):
    return Material.objects.filter(meeting=meeting)


@require_safe
def material(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """An uploaded document of a meeting."""
    return document_response(request, Material.objects.published(), key, name)


@require_safe
@public_page("tema", PAGE_PARAMETER)
def company_list(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    theme = asked_theme(request)
    everyone = companies_by("meetings", theme)
    of_ideas = Company.objects.published().filter(pk__in=companies_by("ideas", theme).values("pk"))
    there = Q(pk__in=everyone.values("pk"))
    companies = Company.objects.published().filter(there | Q(pk__in=of_ideas.values("pk")))
    companies = companies.with_counts().order_by("sort_key", "pk")
    found = matches(companies, query) if query else companies
    context = {
        "query": query,
        "theme": theme,
        "page": page_of(request, found, size=COMPANIES_PER_PAGE),
        "counts": everyone.aggregate(
            everyone=Count("pk", distinct=True), named=Count("pk", filter=visible(Company), distinct=True)
        ),
        "others_count": of_ideas.exclude(there).count(),
    }
    return render(request, "panels/company_list.html", context)


def companies_by(relation: str, theme: Theme | None) -> QuerySet:
    """The companies, named or not, that have a meeting or an idea which the public may see; of `theme`, where one is given."""
    of_theme = {f"{relation}__theme": theme} if theme else {}  # of the same meeting, so in one filter
    return Company.objects.filter(visible(related_model(Company, relation), f"{relation}__"), **of_theme)


@Composed
def public_company(slug):
    return Company.objects.published().filter(slug=slug)


@require_safe
@public_page()
def company(request: HttpRequest, slug: str) -> HttpResponse:
    company = by_slug(public_company, slug)
    context = {
        "company": company,
        "initiatives": initiatives_of_company(company.pk),
        "outcome": INDICATORS.together(indicators_of_company(company.pk)).get(company.pk),
        "meetings": meetings_of_company(company.pk),
        "ideas": ideas_of_company(company.pk),
    }
    return render(request, "panels/company_detail.html", context)


@seldom
def initiatives_of_company(company):
    of_ideas = IDEAS.objects.published().filter(companies=company).values("initiatives")
    found = INITIATIVES.objects.published().filter(pk__in=of_ideas)
    return found.for_list().order_by("-theme__year", "number")


@seldom
def indicators_of_company(company):
    return INDICATORS.objects.to_roll_up("initiative__ideas__companies", companies=company)


@seldom
def meetings_of_company(company):
    meetings = PanelMeeting.objects.published().filter(companies=company)
    return meetings.select_related("theme").order_by("-starts_at")


@seldom
def ideas_of_company(company):
    return IDEAS.objects.published().filter(companies=company).for_list().order_by("-theme__year", "number")


@Composed
def public_decision(slug):
    return Decision.objects.published().filter(slug=slug)


@require_safe
@public_page()
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    decision = by_slug(public_decision, slug)
    context = {
        "decision": decision,
        "answers": answers_of_decision(decision.pk),
        "themes": themes_of_decision(decision.pk),
        "initiatives": initiatives_of_decision(decision.pk),
    }
    return render(request, "panels/decision_detail.html", context)


@seldom
def answers_of_decision(decision):
    answers = related_model(Decision, "answers").objects.published().given().filter(decision=decision)
    return answers.select_related("idea__theme", "idea__area").order_by("idea__theme__year", "idea__number")


@seldom
def themes_of_decision(decision):
    return Theme.objects.published().filter(decision=decision)


@seldom
def initiatives_of_decision(decision):
    return INITIATIVES.objects.published().filter(decision=decision).for_list().order_by("number")
