"""Themes, meetings, companies and decisions."""

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.documents import document_response
from erhvervspanel.foundation.materials import linked
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug, page_of
from erhvervspanel.foundation.publishing import related_model, visible
from erhvervspanel.foundation.search import matches
from panels import theme_records
from panels.funnel import funnel_of
from panels.models import Company, Decision, Material, PanelMeeting, Theme

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
    themes = Theme.objects.published().with_funnel().newest_first()
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
    meetings = PanelMeeting.objects.published().select_related("theme")
    meeting = get_object_or_404(meetings.with_counts(), theme__year=year, number=number)
    companies = list(meeting.companies.published().order_by("sort_key"))
    context = {
        "meeting": meeting,
        "ideas": meeting.ideas.published().for_list().order_by("number"),
        "companies": companies,
        "unnamed_count": meeting.company_count - len(companies),
        "materials": linked(meeting.materials.all(), request),
        "siblings": meetings.filter(theme=meeting.theme).order_by("number"),
    }
    return render(request, "panels/meeting_detail.html", context)


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
    initiatives = related_model(Theme, "initiatives").objects.published()
    indicators = related_model(initiatives.model, "indicators").objects
    of_company = initiatives.filter(pk__in=company.ideas.published().values("initiatives"))
    context = {
        "company": company,
        "initiatives": of_company.for_list().order_by("-theme__year", "number"),
        "outcome": indicators.rolled_up("initiative__ideas__companies", companies=company).get(company.pk),
        "meetings": company.meetings.published().select_related("theme").order_by("-starts_at"),
        "ideas": company.ideas.published().for_list().order_by("-theme__year", "number"),
    }
    return render(request, "panels/company_detail.html", context)


@Composed
def public_decision(slug):
    return Decision.objects.published().filter(slug=slug)


@require_safe
@public_page()
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    decision = by_slug(public_decision, slug)
    answers = decision.answers.published().given().select_related("idea__theme", "idea__area")
    context = {
        "decision": decision,
        "answers": answers.order_by("idea__theme__year", "idea__number"),
        "themes": decision.themes.published(),
        "initiatives": decision.initiatives.published().for_list().order_by("number"),
    }
    return render(request, "panels/decision_detail.html", context)
