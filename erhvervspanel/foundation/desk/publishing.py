"""Publishing in the admin: the state in lists and forms, a filter, and the two actions."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.db.models import CharField, Count, Q, QuerySet, TextField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import get_text_list

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.desk.confirmation import ConfirmedActions
from erhvervspanel.foundation.desk.forms import ChangeReasonField
from erhvervspanel.foundation.desk.lists import ConditionFilter
from erhvervspanel.foundation.desk.records import RecordAdmin
from erhvervspanel.foundation.personal_data import has_cpr
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

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at is not None and at <= timezone.now():
            raise forms.ValidationError(
                "Tidspunktet er passeret. Lad feltet stå tomt for at offentliggøre straks."
            )
        return at


class WithdrawForm(forms.Form):
    """Why the chosen rows are taken from the public."""

    reason = ChangeReasonField(
        label="Begrundelse",
        help_text="Står i historikken og ses kun af medarbejdere.",
        error_messages={"required": "Skriv, hvorfor det trækkes tilbage."},
    )


def published_word(at: datetime | None) -> str:
    """What is said of what is published from the aware moment `at`, or at once."""
    return "offentliggjort" if at is None else f"klar til at blive offentliggjort {notation.moment(at)}"


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
            self.tell(request, published, published_word(at))
            keys = [row.pk for row in published]
            hidden = len(keys) - self.model.objects.published().filter(pk__in=keys).count()
            if hidden and at is None:
                told = f"{hidden} af dem vises ikke endnu: Det, de hører til, er ikke offentliggjort."
                self.message_user(request, told, messages.WARNING)

        return self.ask_and_do(
            request,
            queryset,
            self.confirmed_form(request, PublishForm),
            do,
            title="Offentliggør",
            effect=lambda row: becomes(row, State.PUBLISHED) + self.publishing_warning(row),
        )

    def publishing_warning(self, row) -> str:
        """What whoever is about to publish `row` should know, from its full stop on; nothing where all is well."""
        return cpr_warning(row)

    @admin.action(description="Træk tilbage til kladde …", permissions=["change"])
    def unpublish_rows(self, request, queryset):
        def do(reason):
            self.tell(request, unpublish(queryset, by=request.user, reason=reason), "trukket tilbage")

        hidden = hidden_with(self.model._default_manager.filter(pk__in=queryset.values("pk")))
        return self.ask_and_do(
            request,
            queryset,
            self.confirmed_form(request, WithdrawForm),
            do,
            title="Træk tilbage til kladde",
            effect=lambda row: becomes(row, State.DRAFT) + hidden.get(row.pk, ""),
        )


def becomes(row, state: State) -> str:
    """What happens to `row` when it is to be in `state`."""
    now = row.publishing_state
    return "bliver, som den er" if now == state else f"{now.label.lower()} → {state.label.lower()}"


def cpr_warning(row) -> str:
    """Which of the row's texts may hold a CPR number, for whoever is about to publish it."""
    fields = [field for field in row._meta.concrete_fields if isinstance(field, CharField | TextField)]
    found = [
        str(field.verbose_name)
        for field in fields
        if not field.generated and has_cpr(getattr(row, field.attname) or "")
    ]
    return f". Der står måske et CPR-nummer i {get_text_list(found, 'og')}: Ret det først" if found else ""


def hidden_with(rows: QuerySet) -> dict[int, str]:
    """What the public sees no more when each of `rows` is a draft, by its key: a query for each kind of what hangs on them."""
    counts: dict[int, list[str]] = {}
    for relation in rows.model._meta.related_objects:
        name, names = relation.field.name, relation.related_model._meta
        if name in getattr(relation.related_model, "visible_with", ()):
            shown = relation.related_model.objects.published().filter(**{f"{name}__in": rows}).order_by()
            for key, count in shown.values_list(name).annotate(Count("pk", distinct=True)):
                told = notation.counted(count, str(names.verbose_name), str(names.verbose_name_plural))
                counts.setdefault(key, []).append(told)
    return {key: f". Så vises heller ikke {get_text_list(told, 'og')}" for key, told in counts.items()}


def same_second(one, other) -> bool:
    """Whether two moments are one as far as a form can tell, which has no fractions of a second."""
    return (one and one.replace(microsecond=0)) == (other and other.replace(microsecond=0))
