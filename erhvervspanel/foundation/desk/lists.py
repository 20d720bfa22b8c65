"""Lists that are a desk: Danish search, filters with counts, a selection that stays, and a way from row to row."""

import copy
from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import IS_FACETS_VAR, ChangeList
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, F, Func, Q, TextField
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.utils.safestring import SafeString

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.plain_requests import plain
from erhvervspanel.foundation.publishing import holds
from erhvervspanel.foundation.search import matches

SELECTED = "valgte"  # the keys that are ticked, with commas between
BACK_TO = "til"  # in an action that began on a row's own page: the row's key
MOST_SELECTED = 200  # keys that an address can carry
MOST_WALKED = 5_000  # rows of a list that one can go through one by one
MOST_COUNTED = (
    10_000  # rows; among more, filters are counted only when somebody asks for it: each row is judged
)


NONE = " (0)"  # what Django writes after a value that no row has


class TellingFilter(admin.SimpleListFilter):
    """A filter that leaves out the values that no row has."""

    def choices(self, changelist):
        everything, *rest = super().choices(changelist)
        yield everything
        yield from (choice for choice in rest if choice["selected"] or not choice["display"].endswith(NONE))


class ConditionFilter(TellingFilter):
    """A filter whose values are conditions. All its counts are one statement."""

    def conditions(self, user: AbstractBaseUser) -> dict[str, tuple[str, Q]]:
        """The label and the condition of each value, for one of the staff."""
        raise NotImplementedError

    def __init__(self, request, params, model, model_admin):
        self.offered = self.conditions(request.user)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self.offered.items()]

    def queryset(self, request, queryset):
        _, condition = self.offered.get(self.value(), ("", Q()))
        return queryset.filter(condition)

    def get_facet_queryset(self, changelist):
        others = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        columns = {
            f"is_{place}": holds(condition) for place, (_, condition) in enumerate(self.offered.values())
        }
        counts = {
            f"{place}__c": Count("pk", filter=Q(**{f"is_{place}": True}))
            for place in range(len(self.offered))
        }
        return others.order_by().annotate(**columns).aggregate(**counts)


class DeskList(ChangeList):
    """A list that knows which of its rows were ticked when an action began."""

    made_filters = None

    def __init__(self, request, *arguments):
        super().__init__(request, *arguments)
        if self.full_result_count > MOST_COUNTED:
            self.is_facets_optional = True
            self.add_facets = IS_FACETS_VAR in request.GET

    def get_filters(self, request):
        """Made once: Django would make them all anew, with all that they offer, for each that it counts for."""
        if self.made_filters is None:
            self.made_filters = super().get_filters(request)
        return self.made_filters

    def get_queryset(self, request, exclude_parameters=None):
        """The rows; without the filter that has `exclude_parameters`, which changes nothing where it is not in use."""
        if exclude_parameters is not None and not self.get_filters_params().keys() & set(exclude_parameters):
            return self.queryset
        return super().get_queryset(request, exclude_parameters)

    def get_filters_params(self, params=None):
        found = super().get_filters_params(params)
        found.pop(SELECTED, None)
        return found

    def get_results(self, request):
        super().get_results(request)
        ticked = set(request.GET.get(SELECTED, "").split(","))
        self.result_list = list(self.result_list)
        for row in self.result_list:
            row.is_ticked = str(row.pk) in ticked


class ValueFilter(TellingFilter):
    """A filter by the values of a column, or by those in an array. All its counts are one grouping.

    Attributes:
        column: of the table, or what the list annotates.
        is_array: whether the column holds several values.
        labels: the values that can be asked for, with their labels.
    """

    column = ""
    is_array = False
    labels: dict[str, str] = {}

    def lookups(self, request, model_admin):
        return list(self.labels.items())

    def queryset(self, request, queryset):
        if self.value() not in self.labels:
            return queryset
        if self.is_array:
            return queryset.filter(**{f"{self.column}__contains": [self.value()]})
        return queryset.filter(**{self.column: self.value()})

    def get_facet_queryset(self, changelist):
        others = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        value = (
            Func(F(self.column), function="UNNEST", output_field=TextField())
            if self.is_array
            else F(self.column)
        )
        groups = others.order_by().values(facet=value).annotate(rows=Count("pk")).values_list("facet", "rows")
        counts = dict(groups)
        return {f"{place}__c": counts.get(value, 0) for place, value in enumerate(self.labels)}


class HappenedFilter(admin.EmptyFieldListFilter):
    """A filter by whether something has happened: it has where the field says when, and has not where it is empty."""

    def choices(self, changelist):
        counts = self.get_facet_queryset(changelist) if changelist.add_facets else {}
        for value, label, count in (
            (None, "Alle", ""),
            ("0", "Ja", "not_empty__c"),
            ("1", "Nej", "empty__c"),
        ):
            yield {
                "selected": self.lookup_val == value,
                "query_string": changelist.get_query_string({self.lookup_kwarg: value}),
                "display": f"{label} ({counts[count]})" if count in counts else label,
            }


@dataclass(frozen=True)
class Walk:
    """Where a row is in the list that one came from: its place, of how many, and the addresses of its neighbours."""

    place: int
    count: int
    previous: str
    next: str


class OfferedLookups:
    """For an admin whose list can be narrowed by its address in the ways that it offers, and in no others: Django lets an address ask of
    any column, and of what the row links to, and so tells by and by what the list does not show."""

    def lookup_allowed(self, lookup, value, request=None):
        offered = {self.date_hierarchy, *map(parameter_of, self.get_list_filter(request))}
        is_offered = any(lookup == name or lookup.startswith(f"{name}__") for name in offered if name)
        return is_offered and super().lookup_allowed(lookup, value, request)


def parameter_of(each) -> str:
    """What a filter of a list is called in the address."""
    if isinstance(each, str):
        return each
    return each[0] if isinstance(each, tuple) else each.parameter_name


class DeskListAdmin(OfferedLookups):
    """For the admin of curated records."""

    show_facets = admin.ShowFacets.ALWAYS

    def get_changelist(self, request, **kwargs):
        return DeskList

    def changelist_view(self, request, extra_context=None):
        wide = {"is_nav_sidebar_enabled": False}  # the table needs the room
        return super().changelist_view(request, (extra_context or {}) | wide)

    def action_checkbox(self, obj):
        attrs = {"class": "action-select", "aria-label": f"Vælg {obj}"}
        box = forms.CheckboxInput(attrs, check_test=lambda key: obj.is_ticked)
        return box.render(admin.helpers.ACTION_CHECKBOX_NAME, str(obj.pk))

    action_checkbox.short_description = SafeString(
        '<input type="checkbox" id="action-toggle" aria-label="Vælg alle">'
    )

    def get_search_results(self, request, queryset, search_term):
        """What the public search finds, and what stands in the other `search_fields`."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        if not search_term.strip() or not hasattr(self.model, "search_words"):
            return found, doubled
        hits = matches(self.model._default_manager.all(), search_term)
        either = Q(pk__in=hits.order_by().values("pk")) | Q(pk__in=found.order_by().values("pk"))
        return queryset.filter(either), False

    def response_action(self, request, queryset):
        """What was ticked stays ticked; an action that began on a row's page ends there. Raises SuspiciousOperation for keys that are none."""
        keys = request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME)
        if not all(map(str.isdecimal, keys)):
            raise SuspiciousOperation("A chosen key is no number.")
        response = super().response_action(request, queryset)
        if not isinstance(response, HttpResponseRedirect):
            return response
        return HttpResponseRedirect(self.after_action(request))

    def after_action(self, request) -> str:
        row = request.POST.get(BACK_TO, "")
        if row.isdecimal():
            change = link(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row)
            query = QueryDict(mutable=True)
            if request.GET:
                query["_changelist_filters"] = request.GET.urlencode()
            return f"{change}?{query.urlencode()}" if query else change
        query = request.GET.copy()
        query.pop(SELECTED, None)
        keys = request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME)
        if 0 < len(keys) <= MOST_SELECTED:
            query[SELECTED] = ",".join(keys)
        return f"{request.path}?{query.urlencode(safe=',')}" if query else request.path

    # -- From row to row ---------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        walk = self.walk(request, object_id) if object_id and request.method in ("GET", "HEAD") else None
        return super().changeform_view(request, object_id, form_url, (extra_context or {}) | {"walk": walk})

    def walk(self, request, object_id: str) -> Walk | None:
        """The neighbours of a row in the list as it was filtered and sorted; None where the row is not in it."""
        if not object_id.isdecimal() or not self.has_view_or_change_permission(request):
            return None
        filters = request.GET.get("_changelist_filters", "")
        try:
            rows = self.get_changelist_instance(listing(request, filters)).queryset
        except (IncorrectLookupParameters, SuspiciousOperation):
            return None
        keys = list(rows.values_list("pk", flat=True)[:MOST_WALKED])
        if int(object_id) not in keys:
            return None
        place = keys.index(int(object_id))
        near = [keys[at] if 0 <= at < len(keys) else None for at in (place - 1, place + 1)]
        return Walk(place + 1, len(keys), *(self.row_page(key, filters) for key in near))

    def row_page(self, key: int | None, filters: str) -> str:
        if key is None:
            return ""
        change = link(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", key)
        query = QueryDict(mutable=True)
        if filters:
            query["_changelist_filters"] = filters
        return f"{change}?{query.urlencode()}" if query else change


def listing(request: HttpRequest, filters: str) -> HttpRequest:
    """`request` as if it had asked for the list with `filters`, which are made plain as those of an address are."""
    asked = copy.copy(request)
    asked.GET = plain(QueryDict(filters))
    return asked
