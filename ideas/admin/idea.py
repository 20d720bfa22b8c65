from django import forms
from django.contrib import admin, messages

from erhvervspanel.foundation.desk import (
    PUBLISHING_FOLLOWED,
    SOURCE,
    BlockInline,
    FollowersColumn,
    PublishableAdmin,
    StateColumn,
)
from erhvervspanel.foundation.publishing import State
from ideas.actions import check, uncheck
from ideas.admin.agenda import AgendaAction
from ideas.admin.answer_form import AnswerForm
from ideas.admin.committee.pages import decision_page
from ideas.admin.desk_actions import DeskActions
from ideas.admin.desk_form import IdeaForm, NoteInline
from ideas.admin.desk_lists import DeskColumns, LackFilter, StatusFilter, StepFilter, ViewFilter
from ideas.admin.exchange import ExchangePages
from ideas.admin.similar import SimilarIdeas
from ideas.admin.succession import SuccessionActions
from ideas.desk import HOW, Step, next_step, on_desk
from ideas.desk.lacks import BY_KEY
from ideas.models import Answer, CheckKind, Idea, Note, Overlap


class AnswerInline(StateColumn, BlockInline):
    model = Answer
    form = AnswerForm
    fk_name = "idea"
    fields = (("decision", "outcome", "state"), "reason", ("office", "service", "merged_into"))
    list_select_related = ("idea__theme", "decision", "service", "merged_into__theme")


class OverlapInline(StateColumn, BlockInline):
    model = Overlap
    fields = (("recommendation", "kind", "state"), "reason")
    list_select_related = ("idea__theme", "recommendation")


@admin.register(Idea)
class IdeaAdmin(
    DeskColumns,
    DeskActions,
    AgendaAction,
    SuccessionActions,
    SimilarIdeas,
    ExchangePages,
    FollowersColumn,
    PublishableAdmin,
):
    """The desk: where each idea is in the work, what it lacks, who has it, and all that can be done with it."""

    form = IdeaForm
    list_display = ("reference", "title", "area", "step", "missing", "decision", "assignee", "age")
    list_display_links = ("reference", "title")
    list_filter = (
        ViewFilter,
        StepFilter,
        LackFilter,
        StatusFilter,
        "theme",
        "area",
        ("assignee", admin.RelatedOnlyFieldListFilter),
        "addressee",
    )
    search_fields = ("theme__year", "theme__title", "own_words")
    search_help_text = "Som på den offentlige side: ord, dele af ord eller et nummer som 2021-07."
    list_select_related = ("theme", "area", "published_by", "assignee")
    inlines = (NoteInline, AnswerInline, OverlapInline)
    actions = (
        *PublishableAdmin.actions,
        "assign_ideas",
        "check_ideas",
        "note_ideas",
        "put_on_agenda",
        "merge",
        "split",
        "undo",
    )
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
        ("Arbejdet", {"fields": ("assignee", "checked", "hides_wordings")}),
        PUBLISHING_FOLLOWED,
        SOURCE,
    )

    def get_queryset(self, request):
        return on_desk(super().get_queryset(request))

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            return fieldsets
        (name, options), *rest = fieldsets
        added = "is_another" if obj is None else "shown_checks"
        return [(name, {**options, "fields": [*options["fields"], added]}), *rest]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "assignee":  # few, and their names are no secret to colleagues
            kwargs["widget"] = forms.Select
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "assignee" and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = False
        return field

    def change_view(self, request, object_id, form_url="", extra_context=None):
        idea = self.get_object(request, object_id)
        extra = {"desk": self.desk_of(request, idea)} if idea else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | extra)

    def desk_of(self, request, idea: Idea) -> dict:
        """Where the idea is, what it lacks, and what can be done with it now."""
        step = Step(idea.step)
        after = next_step(step)
        lacks = [BY_KEY[key] for key in idea.lacks]
        lives_on = list(idea.successions.filter(undone_at=None).select_related("successor__theme"))
        idle = {self.DONE_IN.get(idea.publishing_state), "" if lives_on else "undo"}
        return {
            "step": step,
            "steps": list(Step),
            "how": HOW.get(after, ""),
            "required": [lack.noun for lack in lacks if lack.is_required],
            "advised": [lack.noun for lack in lacks if not lack.is_required],
            "actions": [
                (name, label)
                for name, (_, _, label) in self.get_actions(request).items()
                if name in self.DOABLE and name not in idle
            ],
            "filters": request.GET.get("_changelist_filters", ""),
            "decision_url": idea.decision_key and decision_page(request.user, idea.decision_key),
            "decision_title": idea.decision_title,
            "lives_on": lives_on,
        }

    # What the page of an idea offers besides its form.
    DOABLE = ("publish_rows", "unpublish_rows", "put_on_agenda", "merge", "split", "undo")
    # What would leave an idea in that state as it is.
    DONE_IN = {State.PUBLISHED: "publish_rows", State.DRAFT: "unpublish_rows"}

    def save_formset(self, request, form, formset, change):
        if formset.model is Note:
            for note in formset.save(commit=False):
                note.author = request.user
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        idea, lapsed = form.instance, form.lapsed - form.ticked
        uncheck(idea, form.unticked | lapsed)
        check([idea], form.ticked, by=request.user)
        if lapsed:
            names = ", ".join(f"»{CheckKind(kind).label}«" for kind in sorted(lapsed))
            self.message_user(
                request,
                f"Teksten er ændret, så {names} er ikke længere sat. Sæt det igen, når den er læst.",
                messages.INFO,
            )

    @admin.display(description="tjekliste")
    def checked(self, idea) -> str:
        """For those who may only look."""
        return ", ".join(check.get_kind_display() for check in idea.checks.holding())
