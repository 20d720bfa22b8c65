from django.contrib import admin, messages
from django.db.models import Count
from django.utils import timezone
from django.utils.html import format_html

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    BlockInline,
    PublishableAdmin,
    PublishForm,
    StateColumn,
)
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.notation import counted
from ideas.actions import follow_decision, publish_together
from ideas.admin.answer_form import AnswerForm, DecisionForm
from ideas.admin.by_reference import FoundByReference
from ideas.admin.committee import CommitteePages
from ideas.admin.committee.publishing import told_of
from ideas.models import Answer, AnswerTemplate
from panels.admin import DecisionAdmin
from panels.models import Decision


class AnswerInline(StateColumn, BlockInline):
    """All ideas that the decision answers, each with its whole answer. To answer many, there is a table with a page of its own."""

    model = Answer
    form = AnswerForm
    fk_name = "decision"
    fields = (("idea", "outcome", "state"), "reason", ("office", "service", "merged_into"))
    list_select_related = ("idea__theme", "service", "merged_into__theme")


@admin.register(Decision)
class AnsweredDecisionAdmin(CommitteePages, DecisionAdmin):
    """A decision with the answers it gives, which are published together."""

    form = DecisionForm
    inlines = (AnswerInline,)
    actions = ("publish_with_answers",)

    def get_list_display(self, request):
        ideas = "answered_ideas" if self.may(request, "answers") else "idea_count"
        return (*super().get_list_display(request), ideas)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(idea_count=Count("answers", distinct=True))

    def save_related(self, request, form, formsets, change):
        """The answers follow a decision that is withdrawn or moved, once the form has saved what it holds of them."""
        super().save_related(request, form, formsets, change)
        if "publish_at" not in form.changed_data:
            return
        before = form.initial.get("publish_at")
        if moved := follow_decision(form.instance, before=before, by=request.user):
            what = (
                "følger beslutningens nye tidspunkt"
                if form.instance.publish_at
                else "er trukket tilbage med den"
            )
            self.message_user(request, f"{len(moved)} svar {what}.", messages.INFO)

    @admin.display(description="ideer på dagsordenen", ordering="idea_count")
    def idea_count(self, decision) -> str:
        return counted(decision.idea_count, "ide", "ideer") if decision.idea_count else "Ingen"

    @admin.display(description="ideer på dagsordenen", ordering="idea_count")
    def answered_ideas(self, decision) -> str:
        page = link("admin:panels_decision_answers", decision.pk)
        told = self.idea_count(decision)
        return format_html('<a href="{}">{}</a>', page, told) if decision.idea_count else told

    def has_publish_permission(self, request) -> bool:
        return self.may(request, "publish")

    @admin.action(description="Offentliggør med svar på alle ideer …", permissions=["publish"])
    def publish_with_answers(self, request, queryset):
        def do(at):
            published = publish_together(queryset, at=at or timezone.now(), by=request.user)
            self.message_user(request, told_of(published, at), messages.SUCCESS)

        form = self.confirmed_form(request, PublishForm)
        return self.ask_and_do(request, queryset, form, do, title="Offentliggør med svar")


@admin.register(Answer)
class AnswerAdmin(FoundByReference, PublishableAdmin):
    """One answer. It is published together with all others of its decision, from the decision's page."""

    form = AnswerForm
    list_display = ("idea", "outcome", "office", "decision", "state")
    list_filter = ("outcome", "idea__theme", "decision")
    search_fields = ("idea__title", "idea__theme__year", "reason", "office", "decision__title")
    list_select_related = (
        "idea__theme",
        "decision",
        "service",
        "merged_into__theme",
        "published_by",
    )
    fieldsets = (
        ("Det vigtigste", {"fields": ("idea", "decision", "outcome", "office")}),
        ("Teksten", {"fields": ("reason",)}),
        ("Sammenhæng", {"fields": ("service", "merged_into")}),
        PUBLISHING,
        SOURCE,
    )
    readonly_fields = (*PublishableAdmin.readonly_fields, "publish_at")

    def get_actions(self, request):
        together = {"publish_rows", "unpublish_rows"}
        return {name: action for name, action in super().get_actions(request).items() if name not in together}


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(admin.ModelAdmin):
    """Texts that staff begin an answer with. They are chosen in the table of a decision's answers."""

    list_display = ("title", "outcome", "updated_at")
    list_filter = ("outcome",)
    search_fields = ("title", "text")
    fields = ("title", "outcome", "text")
