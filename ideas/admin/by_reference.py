"""Searching a list for what belongs to an idea by the idea's number."""

from erhvervspanel.foundation.publishing import prefixed
from erhvervspanel.foundation.references import leading_reference
from ideas.models import Idea


class FoundByReference:
    """For the admin of rows that lead to an idea by `idea`: `2021-07` finds those of that idea, as its own list does."""

    def get_search_results(self, request, queryset, search_term):
        found, doubled = super().get_search_results(request, queryset, search_term)
        reference, _rest = leading_reference(search_term)
        if reference is None:
            return found, doubled
        its_own = queryset.filter(prefixed(Idea.referred_to(*reference), "idea__"))
        return its_own if its_own.exists() else found, doubled
