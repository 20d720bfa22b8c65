"""The page of something that is not public yet, by a signed link from the back office."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.guarded_responses import undisclosed
from erhvervspanel.foundation.previews import NoPreview, opened, showing


@never_cache
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The public page, made by its own view; what is public by now leads on to its own address."""
    try:
        thing, until = opened(token)
    except NoPreview:
        return render(request, "portal/preview_over.html", status=410)
    if type(thing).objects.published().filter(pk=thing.pk).exists():
        return redirect(thing)
    page = resolve(urlsplit(thing.get_absolute_url()).path)
    request.preview_until = until
    with showing(thing):
        response = page.func(request, *page.args, **page.kwargs)
    return undisclosed(response)
