"""Publishing in the admin: the state in lists and forms, a filter, and the two actions."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from erhvervspanel.foundation.desk.confirmation import ConfirmedActions
from erhvervspanel.foundation.desk.lists import ConditionFilter
from erhvervspanel.foundation.desk.records import RecordAdmin
from erhvervspanel.foundation.previews import preview_url
from erhvervspanel.foundation.publishing import State
from erhvervspanel.foundation.publishing_actions import publish, schedule, unpublish

PUBLISHING = ("Offentliggørelse", {"fields": ("state", "publish_at", "published_by")})


class StateFilter(ConditionFilter):
    """Drafts, embargoed or published rows."""

    title = "offentliggørelse"
    parameter_name = "stand"

    def conditions(self, user):
        now = timezone.now()
        conditions = {
            State.DRAFT: Q(publish_at=None),
            State.EMBARGOED: Q(publish_at__gt=now),
            State.PUBLISHED: Q(publish_at__lte=now),
        }
        return {state.value: (state.label, condition) for state, condition in conditions.items()}


class StateColumn:
    """The row's publishing state, for lists, forms and inlines.

    Inlines only show it: a part that is published on its own is published from its own page.
    """

    readonly_fields = ("state",)

    @admin.display(description="stand", ordering="publish_at")
    def state(self, row) -> str:
        state = row.publishing_state
        return format_html('<span class="state state--{}">{}</span>', state.value, state.label)


class PublishForm(forms.Form):
    """When the chosen rows become public."""

    at = forms.DateTimeField(
        label="Tidspunkt (frivilligt)",
        required=False,
        help_text="Tomt felt: straks. Et tidspunkt i fremtiden: siderne vises af sig selv fra da af.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Skriv dato og klokkeslæt."},
    )


class PublishableAdmin(ConfirmedActions, StateColumn, RecordAdmin):
    """A record that is a draft, under embargo, or published."""

    actions = ("publish_rows", "unpublish_rows")
    readonly_fields = (*RecordAdmin.readonly_fields, *StateColumn.readonly_fields, "published_by")

    def get_readonly_fields(self, request, obj=None):
        """Who may add a row, and not change it, makes drafts alone."""
        names = super().get_readonly_fields(request, obj)
        return names if self.has_change_permission(request, obj) else (*names, "publish_at")

    def get_list_filter(self, request):
        return [StateFilter, *super().get_list_filter(request)]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """With a link that shows the page before it is public."""
        row = self.get_object(request, object_id) if hasattr(self.model, "get_absolute_url") else None
        shows = row is not None and self.get_view_on_site_url(row) is None
        extra = {"preview_url": preview_url(row)} if shows else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | extra)

    def save_model(self, request, obj, form, change):
        """A moment that differs from the stored one is a publishing of its own, whichever form set it."""
        stored = self.model._default_manager.filter(pk=obj.pk).values_list("publish_at", flat=True).first()
        if same_second(obj.publish_at, stored):
            obj.publish_at = stored
        else:
            schedule(obj, at=obj.publish_at, by=request.user)
        super().save_model(request, obj, form, change)

    @admin.action(description="Offentliggør …", permissions=["change"])
    def publish_rows(self, request, queryset):
        def do(at):
            published = publish(queryset, at=at or timezone.now(), by=request.user)
            word = "klar til at blive offentliggjort" if at and at > timezone.now() else "offentliggjort"
            self.tell(request, published, word)

        return self.ask_and_do(
            request,
            queryset,
            self.confirmed_form(request, PublishForm),
            do,
            title="Offentliggør",
            effect=lambda row: becomes(row, State.PUBLISHED),
        )

    @admin.action(description="Træk tilbage til kladde …", permissions=["change"])
    def unpublish_rows(self, request, queryset):
        if "confirmed" not in request.POST:
            return self.confirmation(
                request,
                queryset,
                title="Træk tilbage til kladde",
                effect=lambda row: becomes(row, State.DRAFT),
            )
        return self.carry_out(request, lambda: unpublish(queryset, by=request.user), "trukket tilbage")


def becomes(row, state: State) -> str:
    """What happens to `row` when it is to be in `state`."""
    now = row.publishing_state
    return "bliver, som den er" if now == state else f"{now.label.lower()} → {state.label.lower()}"


def same_second(one, other) -> bool:
    """Whether two moments are one as far as a form can tell, which has no fractions of a second."""
    return (one and one.replace(microsecond=0)) == (other and other.replace(microsecond=0))
