"""The bulk actions of the desk."""

from django.contrib import admin

from ideas.actions import assign, check, note
from ideas.forms import AssignForm, CheckForm, NoteForm


class DeskActions:
    """For the admin of ideas."""

    @admin.action(description="Tildel …", permissions=["change"])
    def assign_ideas(self, request, queryset):
        form = self.confirmed_form(request, AssignForm)
        if not form.is_valid():
            return self.confirmation(
                request,
                queryset,
                title="Tildel",
                form=form,
                effect=lambda idea: f"nu {idea.assignee or 'ingen'}",
            )
        to = form.cleaned_data["to"]
        word = f"tildelt {to}" if to else "ikke længere tildelt nogen"
        return self.carry_out(request, lambda: assign(queryset, to=to, by=request.user), word)

    @admin.action(description="Sæt flueben på tjeklisten …", permissions=["change"])
    def check_ideas(self, request, queryset):
        form = self.confirmed_form(request, CheckForm)
        if not form.is_valid():
            return self.confirmation(request, queryset, title="Sæt flueben", form=form)
        kinds = form.cleaned_data["kinds"]
        return self.carry_out(request, lambda: check(queryset, kinds, by=request.user), "tjekket")

    @admin.action(description="Skriv en note …", permissions=["change"])
    def note_ideas(self, request, queryset):
        form = self.confirmed_form(request, NoteForm)
        if not form.is_valid():
            return self.confirmation(request, queryset, title="Skriv en note", form=form)
        text = form.cleaned_data["text"]
        return self.carry_out(request, lambda: note(queryset, text=text, by=request.user), "noteret")
