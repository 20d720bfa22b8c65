from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from events.actions import cancel
from events.models import Registration, RegistrationChange, SessionChoice


class ReadOnly:
    """Rows that actions alone change."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ChoiceInline(ReadOnly, admin.TabularInline):
    model = SessionChoice
    extra = 0
    fields = ("session", "queued_at")


class ChangeInline(ReadOnly, admin.TabularInline):
    model = RegistrationChange
    extra = 0
    fields = ("at", "before", "after", "by", "reason")


@admin.register(Registration)
class RegistrationAdmin(ReadOnly, admin.ModelAdmin):
    """Who has registered. What happens to a registration happens by actions, which pass the seats on and write the mails."""

    list_display = ("reference", "name", "organisation", "places", "state", "event", "created_at")
    list_filter = ("state", "event")
    list_select_related = ("event",)
    search_fields = ("reference", "name", "email", "organisation")
    date_hierarchy = "created_at"
    inlines = (ChoiceInline, ChangeInline)
    actions = ("cancel_rows",)
    fieldsets = (
        ("Tilmeldingen", {"fields": ("event", "reference", "state", "places", ("held_until", "queued_at"), "created_at")}),
        ("Personen", {"fields": ("name", "email", "organisation")}),
        ("Andet", {"fields": ("notice_version", "override_reason")}),
    )  # fmt: skip

    def has_cancel_permission(self, request) -> bool:
        return request.user.has_perm("events.change_registration")

    @admin.action(description="Meld de valgte fra", permissions=["cancel"])
    def cancel_rows(self, request, queryset):
        done = 0
        for registration in queryset.order_by("pk"):
            try:
                cancel(registration, by=request.user, reason="Meldt fra af en medarbejder")
                done += 1
            except ValidationError as error:
                self.message_user(request, f"{registration}: {error.messages[0]}", messages.ERROR)
        self.message_user(
            request, f"{done} tilmeldinger er meldt fra.", messages.SUCCESS if done else messages.WARNING
        )
