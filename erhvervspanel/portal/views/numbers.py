"""The programme in numbers, and each table as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.portal.numbers import Table, as_csv, tables
from panels.funnel import funnel_of
from panels.models import Theme
from panels.theme_records import told_themes


@require_safe
@public_page("tema")
def numbers(request: HttpRequest) -> HttpResponse:
    themes, theme = asked(request)
    found = tables(themes, theme) if theme else []
    context = {
        "themes": themes,
        "theme": theme,
        "funnel": funnel_of(theme) if theme else [],
        "tables": found,
        "has_examples": any(table.has_examples for table in found),
    }
    return render(request, "portal/numbers.html", context)


@require_safe
@public_page("tema")
def numbers_table(request: HttpRequest, table: str) -> HttpResponse:
    """One table as CSV."""
    themes, theme = asked(request)
    found = named(table, tables(themes, theme)) if theme else None
    if found is None:
        raise Http404
    response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{theme.year}.csv"'
    return response


def asked(request: HttpRequest) -> tuple[list[Theme], Theme | None]:
    """All themes, the newest first, and the one that `?tema=` asks for; by default the one with most to tell."""
    told = told_themes()
    chosen = next((theme for theme in told if str(theme.year) == request.GET.get("tema")), None)
    themes = sorted(told, key=lambda theme: -theme.year)
    return themes, chosen or (told[0] if told else None)


def named(slug: str, found: list[Table]) -> Table | None:
    return next((table for table in found if table.slug == slug), None)
