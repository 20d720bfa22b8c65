"""The staff's page for taking an event's registrations out as a file: for a purpose, which is written down."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.accounts.gate import recently_confirmed
from erhvervspanel.foundation.models import AuditAction
from erhvervspanel.foundation.spreadsheets import download
from events.admin.frames import page
from events.forms import ExportForm
from events.models import Event, Registration, SessionChoice

CHUNK = 500  # registrations read at a time
COLUMNS = {
    "nummer": lambda row: row.reference,
    "navn": lambda row: row.name,
    "medfølgende": lambda row: ", ".join(companion.name for companion in row.companions.all()),
    "virksomhed eller forening": lambda row: row.organisation,
    "pladser": lambda row: row.places,
    "mødt op": lambda row: row.places_present,
    "status": lambda row: row.get_state_display(),
    "programpunkter": lambda row: ", ".join(named(choice, row.event) for choice in in_order(row)),
    "tilmeldt": lambda row: timezone.localtime(row.created_at).replace(tzinfo=None, microsecond=0),
}
EMAIL = {"e-mail": lambda row: row.email}


def urls(model_admin) -> list:
    """The address of the page, below that of the event."""
    return [page(model_admin, "hent", recently_confirmed(export))]


def export(request: HttpRequest, event: Event, context: dict) -> HttpResponseBase:
    """Asks for what and why; then the file."""
    if not request.user.has_perm("events.export_registrations"):
        raise PermissionDenied
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return taken_out(request, event, form.cleaned_data)
    context |= {
        "title": "Hent tilmeldinger som fil",
        "form": form,
        "button": "Hent filen",
        "gives_file": True,
    }
    return TemplateResponse(request, "admin/events/event/form.html", context)


@transaction.atomic
def taken_out(request: HttpRequest, event: Event, given: dict) -> HttpResponse:
    """The file, of those who still have a name, once it is written down who took it and why."""
    columns = COLUMNS | (EMAIL if given["with_email"] else {})
    rows = event.registrations.filter(state__in=given["states"]).exclude(name="").order_by("created_at", "pk")
    audit.record(
        AuditAction.EXPORTED,
        event,
        by=request.user,
        purpose=given["purpose"],
        fields=columns,
        rows=rows.count(),
    )
    return download(
        given["file_format"], f"tilmeldinger-{event.slug}"[:80], list(columns), values(rows, columns)
    )


def values(rows, columns: dict) -> Iterator[list]:
    for row in rows.prefetch_related("companions", "choices__session").iterator(chunk_size=CHUNK):
        yield [value_of(row) for value_of in columns.values()]


def in_order(row: Registration) -> list[SessionChoice]:
    return sorted(row.choices.all(), key=lambda choice: (choice.session.starts_at, choice.session_id))


def named(choice: SessionChoice, event: Event) -> str:
    return f"{choice.session.with_hours(event)}{' (venter)' if choice.queued_at else ''}"
