"""The bulk actions of the desk."""

from django.contrib import admin

from ideas.actions import assign, check, note
from ideas.forms import AssignForm, CheckForm, NoteForm


class DeskActions:
    """For the admin of ideas."""

    @admin.action(description="Tildel …", permissions=["change"])
    def assign_ideas(self, request, queryset):
        def do(to):
            word = f"tildelt {to}" if to else "ikke længere tildelt nogen"
            self.tell(request, assign(queryset, to=to, by=request.user), word)

        form = self.confirmed_form(request, AssignForm)
        return self.ask_and_do(
            request,
            queryset,
            form,
            do,
            title="Tildel",
            effect=lambda idea: f"nu {idea.assignee or 'ingen'}",
        )

    @admin.action(description="Sæt flueben på tjeklisten …", permissions=["change"])
    def check_ideas(self, request, queryset):
        def do(kinds):
            self.tell(request, check(queryset, kinds, by=request.user), "tjekket")

        form = self.confirmed_form(request, CheckForm)
        return self.ask_and_do(request, queryset, form, do, title="Sæt flueben")

    @admin.action(description="Skriv en note …", permissions=["change"])
    def note_ideas(self, request, queryset):
        def do(text):
            self.tell(request, note(queryset, text=text, by=request.user), "noteret")

        form = self.confirmed_form(request, NoteForm)
        return self.ask_and_do(request, queryset, form, do, title="Skriv en note")
