"""The needs that companies have told of: read, and made an idea, answered or put away."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.desk.audited import AuditedList
from erhvervspanel.foundation.desk.confirmation import ConfirmedActions
from erhvervspanel.foundation.desk.lists import DeskListAdmin
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import AuditAction
from ideas.actions import answer, companies_of, delete_dismissed, dismiss, make_idea, reword
from ideas.forms import MakeIdeaForm, RewordForm, SubmissionAnswerForm
from ideas.models import Idea, Submission, SubmissionState

ALIKE = 5  # ideas shown beside a need
SHOWN = ("company_name", "cvr", "contact_name", "email")  # what tells who somebody is, on a need's page


@admin.register(Submission)
class SubmissionAdmin(ConfirmedActions, AuditedList, DeskListAdmin, admin.ModelAdmin):
    """What a company wrote stays as it was written, but for what names somebody; what becomes of it happens by actions."""

    list_display = ("reference", "company_name", "need_start", "state", "created_at", "handled_by")
    list_filter = ("state", ("handled_by", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("handled_by",)
    search_fields = ("reference", "company_name", "cvr", "need", "proposal")
    date_hierarchy = "created_at"
    actions = ("delete_rows",)
    fieldsets = (
        ("Behovet", {"fields": ("reference", "created_at", "need", "proposal")}),
        ("Virksomheden", {"fields": ("company_name", "cvr", "may_be_named")}),
        ("Personen", {"fields": ("contact_name", "email", "notice_version")}),
        ("Behandlingen", {"fields": ("state", "idea", "answer", ("handled_at", "handled_by"))}),
    )

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_handle_permission(self, request) -> bool:
        return request.user.has_perm("ideas.change_submission")

    @admin.display(description="behovet")
    def need_start(self, submission) -> str:
        return submission.need if len(submission.need) <= 100 else f"{submission.need[:100]} …"

    def get_urls(self):
        handle = path(
            "<int:key>/behandl/", self.admin_site.admin_view(self.handle), name="ideas_submission_handle"
        )
        return [handle, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        submission = Submission.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if submission and self.has_view_permission(request, submission):
            audit.record(AuditAction.SEEN, submission, by=request.user, fields=SHOWN)
        extra = {"may_handle": submission and self.has_handle_permission(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def handle(self, request: HttpRequest, key: int) -> HttpResponse:
        """What to do with a need: each form is sent on its own."""
        if not self.has_handle_permission(request):
            raise PermissionDenied
        submission = get_object_or_404(Submission, pk=key)
        step = request.POST.get("step", "")
        companies = companies_of(submission)
        may_make_company = submission.company_name and request.user.has_perm("panels.add_company")
        offers_company = bool(may_make_company and not companies)
        forms = {
            "ide": MakeIdeaForm(request.POST if step == "ide" else None, offers_company=offers_company),
            "svar": SubmissionAnswerForm(request.POST if step == "svar" else None),
            "tekst": RewordForm.of(submission, request.POST if step == "tekst" else None),
        }
        for name, form in forms.items():
            form.auto_id = f"id_{name}_%s"  # several forms on one page
        if step == "afvis" or (step in forms and forms[step].is_valid()):
            try:
                return redirect(self.carry_out(request, submission, step, forms))
            except ValidationError as error:
                messages.error(request, error.messages[0])
                submission.refresh_from_db()
                forms["tekst"].renew(submission)
        audit.record(AuditAction.SEEN, submission, by=request.user, fields=("company_name", "cvr"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"Behandl {submission.reference}",
            "submission": submission,
            "companies": companies,
            "forms": forms,
            "alike": Idea.objects.alike(submission.need)[:ALIKE],
        }
        return TemplateResponse(request, "admin/ideas/submission/handle.html", context)

    def carry_out(self, request: HttpRequest, submission: Submission, step: str, forms: dict) -> str:
        """Does what was asked for, and returns where to go next. Raises ValidationError where it is dealt with already."""
        if step == "ide":
            idea = make_idea(submission, by=request.user, **forms["ide"].cleaned_data)
            messages.success(request, f"Ide {idea.reference} er oprettet som kladde. Skriv den færdig her.")
            return link("admin:ideas_idea_change", idea.pk)
        if step == "tekst":
            return self.reword(request, submission, forms["tekst"])
        if step == "svar":
            answer(submission, text=forms["svar"].cleaned_data["text"], by=request.user)
            messages.success(request, "Svaret er på vej.")
        else:
            dismiss(submission, by=request.user)
            messages.success(request, "Det er lagt væk, og der er ikke skrevet til nogen.")
        return link("admin:ideas_submission_changelist")

    @transaction.atomic
    def reword(self, request: HttpRequest, submission: Submission, form: RewordForm) -> str:
        """Gives the need the text of `form`, and writes down which fields were touched, never what stood in them."""
        reword(submission, **form.cleaned_data)
        if form.changed_data:
            audit.record(AuditAction.CHANGED, submission, by=request.user, fields=form.changed_data)
        messages.success(request, "Teksten er rettet.")
        return link("admin:ideas_submission_change", submission.pk)

    @admin.action(description="Slet dem, der er lagt væk …", permissions=["handle"])
    def delete_rows(self, request, queryset):
        if "confirmed" not in request.POST:
            return self.confirmation(request, queryset, title="Slet for altid", effect=after_deleting)
        with transaction.atomic():
            deleted = delete_dismissed(queryset)
            purpose = "Slettede indmeldte behov, der var lagt væk"
            audit.record(AuditAction.ERASED, by=request.user, purpose=purpose, rows=len(deleted))
        self.tell(request, deleted, "slettet")
        return None


def after_deleting(submission: Submission) -> str:
    """What becomes of `submission` when the dismissed ones of those chosen are deleted, for the page of confirmation."""
    if submission.state == SubmissionState.DISMISSED:
        return "slettes helt, og det kan ikke fortrydes"
    return f"bliver, som det er: {submission.get_state_display().lower()}"
