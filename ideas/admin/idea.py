from django.contrib import admin, messages
from django.db import transaction

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    BlockInline,
    PublishableAdmin,
    RecordAdmin,
    RowInline,
    StateColumn,
)
from ideas.actions import merge_ideas, split_idea, undo_succession
from ideas.admin.agenda import AgendaAction
from ideas.forms import MergeForm, SplitForm
from ideas.models import Answer, Idea, Overlap, Status, Succession


class AnswerInline(StateColumn, BlockInline):
    model = Answer
    fk_name = "idea"
    fields = (
        ("decision", "outcome"),
        "reason",
        "office",
        ("service", "merged_into"),
        "state",
    )
    list_select_related = ("idea__theme", "decision", "service", "merged_into__theme")


class OverlapInline(StateColumn, RowInline):
    model = Overlap
    fields = ("recommendation", "kind", "reason", "state")
    list_select_related = ("idea__theme", "recommendation")


@admin.register(Idea)
class IdeaAdmin(AgendaAction, PublishableAdmin):
    list_display = ("reference", "title", "area", "status", "state")
    list_display_links = ("reference", "title")
    list_filter = ("theme", "area", "addressee")
    search_fields = (
        "title",
        "theme__year",
        "theme__title",
        "summary",
        "need",
        "proposal",
        "own_words",
    )
    list_select_related = ("theme", "area", "published_by")
    inlines = (AnswerInline, OverlapInline)
    actions = ("put_on_agenda", "merge", "split", "undo")
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("theme", "number"),
                    "title",
                    "summary",
                    "area",
                    ("addressee", "submitted_on"),
                )
            },
        ),
        ("Teksten", {"fields": ("need", "proposal", "beneficiaries", "own_words")}),
        ("Sammenhæng", {"fields": ("meetings", "companies", "needs", "related", "goals")}),
        PUBLISHING,
        SOURCE,
    )

    def get_queryset(self, request):
        return super().get_queryset(request).with_status()

    @admin.display(description="nummer", ordering="number")
    def reference(self, idea) -> str:
        return idea.reference

    @admin.display(description="status")
    def status(self, idea) -> str:
        return Status(idea.status).label

    @admin.action(description="Læg sammen med en anden ide …", permissions=["change"])
    def merge(self, request, queryset):
        form = self.confirmed_form(request, MergeForm)
        if not form.is_valid():
            return self.confirmation(request, queryset, title="Læg sammen", form=form)
        into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]
        word = f"lagt sammen med {into.reference}"
        return self.carry_out(
            request, lambda: merge_ideas(queryset, into=into, reason=reason, by=request.user), word
        )

    @admin.action(description="Del i flere ideer …", permissions=["change"])
    def split(self, request, queryset):
        if queryset.count() != 1:
            self.message_user(request, "Vælg én ide ad gangen, når du vil dele.", messages.ERROR)
            return None
        form = self.confirmed_form(request, SplitForm)
        if not form.is_valid():
            return self.confirmation(request, queryset, title="Del i flere ideer", form=form)
        given = {name: form.cleaned_data[name] for name in ("titles", "reason")}
        return self.carry_out(
            request,
            lambda: split_idea(queryset.get(), **given, by=request.user),
            "oprettet. Skriv deres forslag",
        )

    @admin.action(description="Fortryd sammenlægning eller deling …", permissions=["change"])
    def undo(self, request, queryset):
        if "confirmed" not in request.POST:
            return self.confirmation(request, queryset, title="Fortryd sammenlægning eller deling")
        return self.carry_out(request, lambda: undone(queryset, by=request.user), "som før")


@transaction.atomic
def undone(ideas, *, by) -> list[Idea]:
    """`ideas`, which live on nowhere else any more."""
    for idea in ideas:
        undo_succession(idea, by=by)
    return list(ideas)


@admin.register(Succession)
class SuccessionAdmin(RecordAdmin):
    """The log of merges and splits. They are made and undone from the list of ideas."""

    list_display = ("idea", "kind", "successor", "made_on", "made_by", "undone_at")
    list_filter = ("kind", ("undone_at", admin.EmptyFieldListFilter), "idea__theme")
    search_fields = ("idea__title", "successor__title", "reason")
    list_select_related = ("idea__theme", "successor__theme", "made_by", "undone_by")
    fieldsets = (
        ("Det vigtigste", {"fields": ("idea", "kind", "successor", "reason")}),
        ("Hvem og hvornår", {"fields": (("made_on", "made_by"), ("undone_at", "undone_by"))}),
        SOURCE,
    )

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
