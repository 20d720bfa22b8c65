"""Handing a document out: through the portal, wherever it is stored, and only as what it is.

Not by a signed link to the storage: that would be a third party in the reader's browser, with a look of its own at who reads what,
and it would go on working when the page is taken back.
"""

import logging
from hashlib import sha256

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from erhvervspanel.foundation.documents.kinds import JPEG, PDF, PNG, WEBP

logger = logging.getLogger(__name__)

# A document is nobody's page: it fetches nothing, sends nothing and stands in no frame.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SANDBOXED = f"{POLICY}; sandbox"
POLICIES = {
    # Readers of PDF in some browsers do not open in a sandbox; what is sent as PDF, and not to be sniffed, runs no script.
    PDF: POLICY,
    # A browser fits a picture to the window by styles of its own. A picture that we wrote anew has none.
    **dict.fromkeys((PNG, JPEG, WEBP), f"{SANDBOXED}; style-src 'unsafe-inline'"),
}
TRY_AGAIN = "60"  # seconds


def document_response(request: HttpRequest, materials: QuerySet, key: int, name: str) -> HttpResponse:
    """The document of the one of `materials` with the key `key`; a redirect where it goes by another name now.

    Raises Http404 where it is not among them, or is a link.
    """
    material = get_object_or_404(materials.exclude(document=""), pk=key)
    if name != material.document.shown_name:
        return redirect(material)
    # A file that is replaced gets another stored name, so that the name alone tells whether somebody has the newest.
    etag = quote_etag(sha256(material.document.name.encode()).hexdigest()[:32])
    modified = int(material.updated_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=modified) or sent(request, material)
    if response.status_code < 400:
        response["ETag"] = etag
        # A copy is asked about each time: what is taken back is gone at once.
        response["Cache-Control"] = "no-cache"
    return response


def sent(request: HttpRequest, material) -> HttpResponse:
    document, kind = material.document, material.document.kind
    try:
        file = document.storage.open(document.name).file
    except Exception:  # whatever the client of a storage lets out; the page itself is not touched by it
        logger.exception(
            "A document cannot be read from the storage: %s %s", material._meta.label, material.pk
        )
        failure = render(request, "document_unavailable.html", status=503)
        failure["Retry-After"] = TRY_AGAIN
        return failure
    # All kinds are packed in themselves: packing them once more takes time, and the length with it.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    headers = {"Content-Security-Policy": POLICIES.get(kind, SANDBOXED)}
    return FileResponse(
        file,
        as_attachment=not kind.is_shown,
        filename=material.download_name,
        content_type=kind.content_type,
        headers=headers,
    )
