"""The form of an idea at the desk: the checklist, the notes, and the question whether the idea is new."""

from django import forms
from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.utils.html import format_html, format_html_join

from erhvervspanel.foundation.desk.forms import OpenedVersionField, RecordForm
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.personal_data import refuse_cpr
from ideas.models import WORDING, CheckKind, Idea, Note

ALIKE = 5  # ideas shown
TOO_ALIKE = 0.45  # likeness of titles from which on a new idea is asked about


class IdeaForm(RecordForm):
    """An idea, with the points of its checklist. A new idea much like another is asked about before it is saved."""

    checked = forms.MultipleChoiceField(
        label="Tjekliste",
        choices=CheckKind,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text="Fluebenene gælder ordlyden, som den er nu. Ændres teksten, forsvinder de.",
    )
    shown_checks = OpenedVersionField(required=False)
    is_another = forms.BooleanField(
        label="Det er en anden ide",
        required=False,
        help_text="Sæt flueben, hvis portalen viser ideer, der ligner, og det her alligevel er en ny.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            held = self.instance.checks.holding().values_list("kind", flat=True)
            self.fields["checked"].initial = self.initial["checked"] = list(held)
            self.fields["shown_checks"].initial = ",".join(held)
            del self.fields["is_another"]

    def clean(self):
        given = super().clean()
        if self.instance.pk is None and not given.get("is_another") and given.get("title"):
            alike = [
                idea for idea in Idea.objects.alike(given["title"])[:ALIKE] if idea.likeness >= TOO_ALIKE
            ]
            if alike:
                self.add_error("is_another", question(alike))
        return given

    @property
    def shown(self) -> set[str]:
        """The points that were ticked when the form was opened: a colleague may have ticked others meanwhile."""
        return set(filter(None, self.cleaned_data["shown_checks"].split(",")))

    @property
    def ticked(self) -> set[str]:
        return set(self.cleaned_data["checked"]) - self.shown

    @property
    def unticked(self) -> set[str]:
        return self.shown - set(self.cleaned_data["checked"])

    @property
    def lapsed(self) -> set[str]:
        """The points that were ticked and hold no more, as the text has changed."""
        return set(self.fields["checked"].initial or ()) if self.changes_wording else set()

    @property
    def changes_wording(self) -> bool:
        return bool(set(WORDING) & set(self.changed_data))


def question(alike: list[Idea]) -> str:
    links = format_html_join(
        ", ",
        '<a href="{}">{}</a>',
        ((link("admin:ideas_idea_change", idea.pk), idea) for idea in alike),
    )
    return format_html(
        "Det ligner {}. Er det den samme, så ret den i stedet. Er det en anden ide, så sæt flueben her og gem igen.",
        links,
    )


class NoteForm(forms.ModelForm):
    """A new note."""

    def clean_text(self) -> str:
        refuse_cpr(self.cleaned_data["text"])
        return self.cleaned_data["text"]


class NoteInline(admin.StackedInline):
    """The notes, the newest first, and room for one more. Who may see ideas reads them, and who may change ideas writes them."""

    model = Note
    form = NoteForm
    fields = (("author", "written_at"), "text")
    readonly_fields = ("author", "written_at")
    extra = 1
    max_num = None
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author", "idea__theme")

    def get_formset(self, request, obj=None, **kwargs):
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        return super().get_formset(request, obj, widgets=widgets, **kwargs)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("ideas.view_idea") or self.has_add_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("ideas.change_idea")

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
