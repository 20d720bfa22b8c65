"""Actions on chosen rows that show what is chosen, ask for what they need, and tell what came of it."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.core.exceptions import ValidationError
from django.db import models
from django.template.response import TemplateResponse

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.desk.lists import BACK_TO

# Rows. Each is a field of the form that sends them on, which may have DATA_UPLOAD_MAX_NUMBER_FIELDS.
MOST_CHOSEN = 4_000


def chosen_rows(model_admin, request, queryset) -> list[models.Model] | None:
    """What is chosen; None where it is more than a page can send on, which the list tells."""
    chosen = list(queryset[: MOST_CHOSEN + 1])
    if len(chosen) <= MOST_CHOSEN:
        return chosen
    most = notation.number(MOST_CHOSEN)
    model_admin.message_user(request, f"Vælg højst {most} ad gangen, eller filtrér listen.", messages.ERROR)
    return None


@admin.action(permissions=["delete"], description=delete_selected.short_description)
def delete_chosen(model_admin, request, queryset):
    """Django's own, for no more rows than its page of confirmation can send on."""
    if chosen_rows(model_admin, request, queryset) is None:
        return None
    return delete_selected(model_admin, request, queryset)


class ConfirmedActions:
    """For an admin whose actions do something that one wants to see before it happens."""

    def confirmed_form(self, request, form_class: type[forms.Form]) -> forms.Form:
        """The form of the page of confirmation: bound when that page has sent it."""
        return form_class(request.POST if "confirmed" in request.POST else None)

    def confirmation(
        self,
        request,
        queryset,
        *,
        title: str,
        form: forms.Form | None = None,
        effect: Callable[[models.Model], str] | None = None,
        **context,
    ) -> TemplateResponse | None:
        """The page that shows what is chosen before anything happens; None where it is too much, which the list tells.

        Args:
            effect: what is going to happen to a row, as a part of a sentence.
            context: more for the page: `button`, where it does not say `title`, and what an app's own template shows.
        """
        chosen = chosen_rows(self, request, queryset)
        if chosen is None:
            return None
        rows = [(row, effect(row) if effect else "") for row in chosen]
        frame = self.admin_site.each_context(request) | {
            "title": title,
            "button": title,
            "rows": rows,
            "form": form,
            "opts": self.opts,
            "action": request.POST["action"],
            "action_checkbox_name": admin.helpers.ACTION_CHECKBOX_NAME,
            "back_to": request.POST.get(BACK_TO, ""),
            "leave": self.after_action(request),
        }
        return TemplateResponse(request, "admin/action_confirmation.html", frame | context)

    def ask_and_do(
        self, request, queryset, form: forms.Form, do: Callable[..., None], **page
    ) -> TemplateResponse | None:
        """Asks by `form`, and does what it was filled in for. Where that is refused, the form stays, with all the reasons.

        Args:
            form: as `confirmed_form` gives it.
            do: is given what was filled in, and tells what came of it. Raises ValidationError where it does nothing.
            page: for `confirmation`.
        """
        if form.is_valid():
            try:
                return do(**form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
        return self.confirmation(request, queryset, form=form, **page)

    def carry_out(self, request, action: Callable[[], list], word: str) -> None:
        """Runs `action` and tells how many rows are `word` now, or why none is."""
        try:
            changed = action()
        except ValidationError as error:
            for message in ["Ingen af de valgte er ændret.", *error.messages]:
                self.message_user(request, message, messages.ERROR)
        else:
            self.tell(request, changed, word)

    def tell(self, request, changed: list, word: str) -> None:
        """How many rows are `word` now."""
        name = self.opts.verbose_name if len(changed) == 1 else self.opts.verbose_name_plural
        level = messages.SUCCESS if changed else messages.WARNING
        self.message_user(request, f"{len(changed) or 'Ingen'} {name} er {word}.", level)
