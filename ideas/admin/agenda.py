"""Putting chosen ideas on a committee's agenda, from the list of ideas."""

from django.contrib import admin, messages
from django.utils.html import format_html

from ideas.actions import put_on_agenda
from ideas.admin.committee.pages import decision_page
from ideas.forms import AgendaForm
from ideas.models import Answer, Idea


class AgendaAction:
    """For the admin of ideas."""

    def has_agenda_permission(self, request) -> bool:
        return request.user.has_perm("ideas.add_answer")

    @admin.action(description="Sæt på dagsordenen …", permissions=["agenda"])
    def put_on_agenda(self, request, queryset):
        may_add = request.user.has_perm("panels.add_decision")
        form = AgendaForm(request.POST if "confirmed" in request.POST else None, may_add=may_add)

        def do(chosen, **_):
            ideas = list(queryset)
            new = put_on_agenda(ideas, decision=chosen, by=request.user)
            self.tell_agenda(request, ideas, new, chosen)

        return self.ask_and_do(request, queryset, form, do, title="Sæt på dagsordenen")

    def tell_agenda(self, request, ideas: list[Idea], new: list[Answer], decision) -> None:
        """Says what came on the agenda, what was there already, and where to go on."""
        put = {answer.idea_id for answer in new}
        there = [idea.reference for idea in ideas if idea.pk not in put]
        noun = "ide" if len(new) == 1 else "ideer"
        page = decision_page(request.user, decision.pk or new[0].decision_id)
        go_on = "Skriv svarene" if request.user.has_perm("ideas.change_answer") else "Se beslutningen"
        self.message_user(
            request,
            format_html(
                '{} {} er sat på dagsordenen. <a href="{}">{}</a>', len(new) or "Ingen", noun, page, go_on
            ),
            messages.SUCCESS if new else messages.WARNING,
        )
        if there:
            verb = "stod der" if len(there) == 1 else "stod der alle"
            self.message_user(request, f"{', '.join(there)} {verb} i forvejen.", messages.INFO)
