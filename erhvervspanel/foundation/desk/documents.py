"""Documents in the admin: the control that takes a file, and what is said about a file that came."""

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminFileWidget

from erhvervspanel.foundation.documents import Document


class DocumentInput(AdminFileWidget):
    """Where a document is chosen. The one that is there goes by the name that readers see."""

    template_name = "admin/widgets/document_input.html"


class TellsOfDocuments:
    """For an admin whose form, or an inline in it, takes documents."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.tell_of_documents(request, form)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for each in formset.forms:
            self.tell_of_documents(request, each)

    def tell_of_documents(self, request, form: forms.ModelForm) -> None:
        """Says what staff should know about a document that was just stored."""
        for value in form.cleaned_data.values():
            for warning in value.warnings if isinstance(value, Document) else ():
                self.message_user(request, f"»{form.instance}«: {warning}", messages.WARNING)

    def render_change_form(self, request, context, *args, **kwargs):
        """A browser sends a file once: where the form comes back, it must be chosen again."""
        if request.FILES:
            self.message_user(
                request,
                "Intet er gemt endnu. Ret fejlene, og vælg filen igen, før du gemmer: Browseren husker den ikke.",
                messages.WARNING,
            )
        return super().render_change_form(request, context, *args, **kwargs)
