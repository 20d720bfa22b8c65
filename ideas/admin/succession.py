"""Merging and splitting from the list of ideas or from an idea: seen before it is done, and undone."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction

from erhvervspanel.foundation.desk import SOURCE, HappenedFilter, RecordAdmin, chosen_rows
from ideas.actions import merge_ideas, split_idea, undo_succession
from ideas.actions.succession_preview import lost, preview
from ideas.committee.wording import digest
from ideas.forms import MergeForm, SplitForm
from ideas.models import Idea, Succession

PREVIEW = "admin/ideas/idea/_succession.html"
UNDOING = "admin/ideas/idea/_undoing.html"
NAMED = 10  # ideas, in a sentence about those that were chosen


class SuccessionActions:
    """For the admin of ideas."""

    @admin.action(description="Læg sammen med en anden ide …", permissions=["change"])
    def merge(self, request, queryset):
        form = self.confirmed_form(request, MergeForm)
        if not form.is_valid():
            return self.asked(request, queryset, "Læg sammen", form)
        into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]

        def action():
            return merge_ideas(queryset, into=into, reason=reason, by=request.user)

        if request.POST.get("seen") != digest_of(form):
            undone = "Det kan fortrydes, og så er alt som før."
            return self.foreseen(request, queryset, "Læg sammen", form, action, undone=undone)
        return self.carry_out(request, action, f"lagt sammen med {into.reference}")

    @admin.action(description="Del i flere ideer …", permissions=["change"])
    def split(self, request, queryset):
        if queryset.count() != 1:
            self.message_user(request, "Vælg én ide ad gangen, når du vil dele.", messages.ERROR)
            return None
        form = self.confirmed_form(request, SplitForm)
        if not form.is_valid():
            return self.asked(request, queryset, "Del i flere ideer", form)
        given = {name: form.cleaned_data[name] for name in ("titles", "reason")}

        def action():
            return split_idea(queryset.get(), **given, by=request.user)

        if request.POST.get("seen") != digest_of(form):
            undone = "Det kan fortrydes. De nye ideer bliver så kladder."
            return self.foreseen(request, queryset, "Del i flere ideer", form, action, undone=undone)
        return self.carry_out(
            request, action, "oprettet. Skriv deres forslag, og offentliggør dem, der er kladder"
        )

    @admin.action(description="Fortryd sammenlægning eller deling …", permissions=["change"])
    def undo(self, request, queryset):
        if "confirmed" not in request.POST:
            return self.asked_to_undo(request, queryset)
        return self.carry_out(request, lambda: undone(queryset, by=request.user), "som før")

    def asked_to_undo(self, request, queryset):
        """The page of what would be undone. Of ideas that live on nowhere else there is nothing to see, which is told at once."""
        chosen = chosen_rows(self, request, queryset)
        if chosen is None:
            return None
        taken_back = lost(chosen)
        lives_on = {succession.idea_id for succession, _ in taken_back}
        if names := [idea.reference for idea in chosen if idea.pk not in lives_on]:
            more = f" og {len(names) - NAMED} til" if len(names) > NAMED else ""
            told = f"{', '.join(names[:NAMED])}{more} er hverken lagt sammen med en anden ide eller delt. Vælg kun ideer, der er det."
            self.message_user(request, told, messages.ERROR)
            return None
        title = "Fortryd sammenlægning eller deling"
        return self.confirmation(request, queryset, title=title, template=UNDOING, lost=taken_back)

    def asked(self, request, queryset, title: str, form):
        return self.confirmation(request, queryset, title=title, form=form, button="Se, hvad der sker")

    def foreseen(self, request, queryset, title: str, form, action, *, undone: str):
        """The page of what would happen; what was filled in stands there still, and is shown anew where it is changed.

        Args:
            undone: what can be undone, as a sentence.
        """
        try:
            gains = preview(action)
        except ValidationError as error:
            form.add_error(None, error)
            return self.asked(request, queryset, title, form)
        shown = {"gains": gains, "undone": undone, "seen": digest_of(form)}
        return self.confirmation(request, queryset, title=title, form=form, template=PREVIEW, **shown)


def digest_of(form) -> str:
    """Tells what is filled in from anything else."""
    return digest({name: str(value) for name, value in form.cleaned_data.items()})


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
    list_filter = ("kind", ("undone_at", HappenedFilter), "idea__theme")
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
