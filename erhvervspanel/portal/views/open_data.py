"""Open data: the page that tells of it, the files, and the catalogue for other portals."""

import json
from hashlib import blake2b

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import content_version
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.portal.open_data import DATASETS, Dataset
from erhvervspanel.portal.open_data.catalogue import catalogue
from erhvervspanel.portal.open_data.files import FORMATS


@require_safe
@public_page()
def data(request: HttpRequest) -> HttpResponse:
    context = {"datasets": DATASETS.values(), "licence": settings.DATA_LICENCE}
    return render(request, "portal/open_data.html", context)


@require_safe
@public_page()
def data_catalogue(request: HttpRequest) -> HttpResponse:
    content = json.dumps(catalogue(), ensure_ascii=False, indent=1)
    return for_everybody(HttpResponse(content, content_type="application/ld+json"))


@require_safe
def data_file(request: HttpRequest, dataset: str, ending: str) -> HttpResponseBase:
    """A dataset as CSV or JSON. It is no kept page: it is sent while it is read, however long it is."""
    if dataset not in DATASETS:
        raise Http404
    chosen = DATASETS[dataset]
    label = label_of(chosen, ending)
    response = get_conditional_response(request, etag=label) or streamed(request, chosen, ending)
    response["ETag"] = label
    patch_cache_control(response, public=True, no_cache=True)
    return for_everybody(response)


def label_of(dataset: Dataset, ending: str) -> str:
    """What tells whether a reader has the file already: it is the same for as long as the content and the fields are.

    It is weak, as a file says when it was made, and is compressed in different ways.
    """
    said = f"{content_version.current()} {ending} {dataset.names} {settings.DATA_LICENCE}"
    return f'W/"{blake2b(said.encode(), digest_size=15).hexdigest()}"'


def streamed(request: HttpRequest, dataset: Dataset, ending: str) -> StreamingHttpResponse:
    media_type, write = FORMATS[ending]
    # Who asks for the headers alone is not read to.
    pieces = write(dataset) if request.method == "GET" else ()
    response = StreamingHttpResponse(pieces, content_type=f"{media_type}; charset=utf-8")
    if ending == "csv":
        response["Content-Disposition"] = f'attachment; filename="{dataset.slug}.csv"'
    return response


def for_everybody(response: HttpResponseBase) -> HttpResponseBase:
    """`response`, which pages of others may read too: it is public, and nothing in it hangs on who asks (WHATWG, »Fetch«)."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
