"""The filter engine: facets in the address, with counts, over any public list.

Everything is a GET parameter, so that Back works and an address can be shared. Values of one facet widen the
result, facets narrow each other. A facet's counts follow the other choices but not its own, so that they
say what another choice would give. What does not exist is left out, and named in `unknown`.
"""

from erhvervspanel.foundation.facets.facet import Facet, SingleFacet, text
from erhvervspanel.foundation.facets.faceted_list import LONGEST_QUERY, SORTING, FacetedList
from erhvervspanel.foundation.facets.listing import Listing, Sorting

__all__ = ["LONGEST_QUERY", "SORTING", "Facet", "FacetedList", "Listing", "SingleFacet", "Sorting", "text"]
