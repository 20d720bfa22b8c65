"""Actions on chosen rows that show what is chosen, ask for what they need, and tell what came of it."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse


class ConfirmedActions:
    """For an admin whose actions do something that one wants to see before it happens."""

    def confirmed_form(self, request, form_class: type[forms.Form]) -> forms.Form:
        """The form of the page of confirmation: bound when that page has sent it."""
        return form_class(request.POST if "confirmed" in request.POST else None)

    def confirmation(
        self, request, queryset, *, title: str, form: forms.Form | None = None
    ) -> TemplateResponse:
        """The page that shows what is chosen before anything happens."""
        context = self.admin_site.each_context(request) | {
            "title": title,
            "rows": queryset,
            "form": form,
            "opts": self.opts,
            "action": request.POST["action"],
            "action_checkbox_name": admin.helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/action_confirmation.html", context)

    def carry_out(self, request, action: Callable[[], list], word: str) -> None:
        """Runs `action` and tells how many rows are `word` now, or why none is."""
        changed = self.attempt(request, action)
        if changed is None:
            return
        name = self.opts.verbose_name if len(changed) == 1 else self.opts.verbose_name_plural
        level = messages.SUCCESS if changed else messages.WARNING
        self.message_user(request, f"{len(changed) or 'Ingen'} {name} er {word}.", level)

    def attempt(self, request, action: Callable[[], list]) -> list | None:
        """What `action` returns; None where it refuses, which the next page tells with all its reasons."""
        try:
            return action()
        except ValidationError as error:
            for message in ["Ingen af de valgte er ændret.", *error.messages]:
                self.message_user(request, message, messages.ERROR)
            return None
