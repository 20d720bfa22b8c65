"""The pages by which ideas come in as a file, and go out as one."""

import logging
import queue
import threading
from collections.abc import Iterator
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import escape
from django.views.decorators.http import require_http_methods, require_safe

from erhvervspanel.foundation.desk import ExportPage
from erhvervspanel.foundation.spreadsheets import FORMATS, download
from ideas.actions import carry_out
from ideas.actions.import_ideas import CHANGED_MEANWHILE
from ideas.exchange import COLUMNS, EXPLAINED, planned, rows_of
from ideas.forms import ExportIdeasForm, UploadForm
from ideas.models import Idea, IdeaUpload
from panels.forms import answers_in, asked
from panels.vocabulary import Refused

logger = logging.getLogger(__name__)
SHOWS_PROGRESS = 500  # rows from which on the page tells how far it is
ASKED = "spurgt"  # the keys of all choices that the form asks for


class ExchangePages(ExportPage):
    """For the admin of ideas."""

    export_form = ExportIdeasForm
    export_note = "Filen kan indlæses igen. Vælg Excel, hvis den skal åbnes i Excel: en CSV-fil får ideernes numre læst som datoer."

    def get_urls(self):
        both = require_http_methods(["GET", "HEAD", "POST"])
        pages = [
            ("hent/", both(self.upload), "upload"),
            ("hent/skabelon.<str:kind>", require_safe(self.template_file), "template"),
            ("hent/<int:key>/", both(self.look_over), "look_over"),
        ]
        wrapped = [
            path(route, self.admin_site.admin_view(view), name=f"ideas_idea_{name}")
            for route, view, name in pages
        ]
        return [*wrapped, *super().get_urls()]

    def has_import_permission(self, request) -> bool:
        return request.user.has_perms(("ideas.add_idea", "ideas.change_idea"))

    def changelist_view(self, request, extra_context=None):
        extra = {"may_import": self.has_import_permission(request)}
        return super().changelist_view(request, (extra_context or {}) | extra)

    def exchange_page(self, request, name: str, title: str, **context):
        frame = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "is_nav_sidebar_enabled": False,
        }
        return TemplateResponse(request, f"admin/ideas/idea/{name}.html", frame | context)

    # -- In ----------------------------------------------------------------------------------------------------

    def upload(self, request):
        """Which file, and for which theme."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            kept = IdeaUpload.objects.create(
                file_name=file.name, content=file.read(), theme=form.cleaned_data["theme"], by=request.user
            )
            return redirect("admin:ideas_idea_look_over", kept.pk)
        return self.exchange_page(request, "upload", "Indlæs ideer", form=form, columns=EXPLAINED)

    @staticmethod
    def template_file(request, kind: str):
        """An empty table to fill in."""
        if kind not in FORMATS:
            raise Http404
        return download(kind, "ideer-skabelon", COLUMNS, [])

    def look_over(self, request, key: int):
        """What the file would do; sent, it does it."""
        upload = IdeaUpload.objects.select_related("theme").filter(pk=key, by=request.user).first()
        if not self.has_import_permission(request):
            raise PermissionDenied
        if upload is None:
            messages.error(request, "Filen er ikke gemt længere. Vælg den igen.")
            return redirect("admin:ideas_idea_upload")
        if upload.done_at is not None:
            return self.exchange_page(request, "imported", "Ideerne er indlæst", upload=upload)
        if request.method == "POST":
            return self.imported(request, upload)
        return self.show_plan(request, upload, planned(BytesIO(upload.content), upload.theme))

    def imported(self, request, upload: IdeaUpload):
        answers = answers_in(request.POST)
        # Kept first: once the page of progress has begun, there is no way back to what was chosen.
        upload.answers = answers
        upload.save(update_fields=["answers"])
        given = {"answers": answers, "seen": request.POST.get("seen", "")}
        if request.POST.get("rows", "").isdecimal() and int(request.POST["rows"]) > SHOWS_PROGRESS:
            if answers.keys() >= set(request.POST.getlist(ASKED)):
                return self.imported_with_progress(request, upload, given)
            return self.show_plan(request, upload, planned(BytesIO(upload.content), upload.theme))
        try:
            carry_out(upload, **given)
        except Refused as refused:
            return self.show_plan(request, upload, refused.plan, str(refused))
        except IntegrityError:  # a company was merged with another meanwhile, or something was deleted
            plan = planned(BytesIO(upload.content), upload.theme)
            return self.show_plan(request, upload, plan, CHANGED_MEANWHILE)
        return redirect("admin:ideas_idea_look_over", upload.pk)

    def show_plan(self, request, upload: IdeaUpload, plan, why: str = ""):
        answers = upload.answers or {}
        title = f"Indlæs ideer fra {upload.file_name}"
        context = {
            "upload": upload,
            "plan": plan,
            "choices": asked(plan.choices, answers),
            "why": why,
            "unanswered": upload.answers is not None,
        }
        return self.exchange_page(request, "look_over", title, **context)

    def imported_with_progress(self, request, upload: IdeaUpload, given: dict):
        """The page piece by piece, as the work goes on. Uncompressed, as what is compressed comes at the end only."""
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Henter ideerne ind"}
        frame = render_to_string("admin/ideas/idea/progress.html", context, request)
        before, after = frame.split("<!-- progress -->")
        response = StreamingHttpResponse(told_while(upload, given, before, after))
        response["Content-Encoding"] = "identity"
        response["X-Accel-Buffering"] = "no"
        return response

    # -- Out ---------------------------------------------------------------------------------------------------

    def exported(self, rows, given: dict):
        """As `rows_of` reads them, in the order of their numbers, so that the file comes back in as it is."""
        ideas = Idea.objects.filter(pk__in=rows.order_by().values("pk")).order_by("theme__year", "number")
        return COLUMNS, rows_of(ideas, with_unnamed=given["with_unnamed"])


def told_while(upload: IdeaUpload, given: dict, before: str, after: str) -> Iterator[str]:
    """The page, with a line for each batch while a thread does the work: a browser that goes away stops nothing halfway."""
    lines: queue.Queue[str | None] = queue.Queue()

    def work() -> None:
        try:
            carry_out(upload, **given, progress=lambda done, total: lines.put(f"{done} af {total} rækker"))
            lines.put("Færdig.")
        except Refused as refused:
            lines.put(str(refused) or "Noget skal rettes eller vælges først.")
        except Exception:
            logger.exception("Import of upload %s", upload.pk)
            lines.put("Noget gik galt, og intet er indlæst. Prøv igen.")
        finally:
            connection.close()
            lines.put(None)

    threading.Thread(target=work).start()
    yield before
    while (line := lines.get()) is not None:
        yield f"<li>{escape(line)}</li>\n"
    yield after
