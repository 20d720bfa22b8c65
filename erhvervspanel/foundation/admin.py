"""Accounts and roles."""

from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import FieldDoesNotExist
from django.urls import path

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.accounts.gate import confirm
from erhvervspanel.foundation.desk import truth
from erhvervspanel.foundation.desk.audited import AuditedList
from erhvervspanel.foundation.desk.confirmation import ConfirmedActions, delete_chosen
from erhvervspanel.foundation.desk.lists import DeskListAdmin, ValueFilter
from erhvervspanel.foundation.mail_kinds import mail_kinds
from erhvervspanel.foundation.models import AuditAction, AuditEntry, LogIn, OutgoingMail, SynonymGroup, User
from erhvervspanel.foundation.outbox import release
from erhvervspanel.foundation.outbox.sending import SENT_AGAIN
from erhvervspanel.foundation.persons_page import person

LOGGED_IN = (
    "{} har logget ind inden for det sidste år, og den log bliver gemt. Fjern fluebenet ved »aktiv« på kontoen: så kan ingen logge ind "
    "med den, og den kan slettes, når loggen er glemt."
)
VERBS = {"add": "oprette", "change": "ændre", "delete": "slette", "view": "se"}

# In the place of Django's own, in every list.
admin.site.add_action(delete_chosen, "delete_selected")


class ConfirmedChanges:
    """For the admin of what gives access: whoever changes it has just told the password or a code."""

    def changeform_view(self, request, *args, **kwargs):
        confirm(request)
        return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        confirm(request)
        return super().delete_view(request, *args, **kwargs)

    def user_change_password(self, request, *args, **kwargs):
        confirm(request)
        return super().user_change_password(request, *args, **kwargs)

    def response_action(self, request, queryset):
        confirm(request)
        return super().response_action(request, queryset)


@admin.register(User)
class StaffAdmin(ConfirmedChanges, UserAdmin):
    """A member of staff. Rights come with roles, never one by one."""

    list_display = ("username", "full_name", "email", "may_log_in", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    actions = ("reset_second_factor",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        ("Konto", {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Adgang", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Datoer", {"fields": (("last_login", "date_joined"),)}),
    )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.action(description="Nulstil totrinslogin", permissions=["change"])
    def reset_second_factor(self, request, queryset):
        """For a colleague who has lost the telephone: the next log-in begins with setting it up anew."""
        chosen = [user for user in queryset if self.has_change_permission(request, user)]
        for user in chosen:
            Authenticator.objects.filter(user=user).delete()
            self.log_change(request, user, "Totrinslogin nulstillet")
        names = ", ".join(str(user) for user in chosen) or "ingen"
        self.message_user(request, f"Totrinslogin er nulstillet for {names}.")

    def get_readonly_fields(self, request, obj=None):
        """Who may do everything is for those to say who may do everything themselves."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def has_change_permission(self, request, obj=None):
        """Nobody takes over an account that may do more than one's own."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.has_change_permission(request, obj)

    def get_deleted_objects(self, objs, request):
        """The log of who logged in is kept for its year, and with it the account; an account that is not active lets nobody in."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        seen = (
            LogIn.objects.filter(user__in=[user.pk for user in objs])
            .values_list("user", flat=True)
            .distinct()
        )
        names = {user.pk: str(user) for user in objs}
        protected = [*protected, *(LOGGED_IN.format(names[key]) for key in seen)]
        return deleted, counts, set() if protected else missing, protected

    @admin.display(description="navn", ordering="first_name")
    def full_name(self, user) -> str:
        return user.get_full_name()

    @admin.display(description="kan logge ind her", ordering="is_staff")
    def may_log_in(self, user) -> str:
        return truth(user.is_staff and user.is_active)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ConfirmedChanges, GroupAdmin):
    """A role: what those who have it may do with which records."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(
            db_field,
            request,
            queryset=self.admin_site.rights(),
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )
        field.label_from_instance = right
        return field


def right(permission: Permission) -> str:
    """A right in Danish: Django stores its own names for the four of them in English, and ours are stored in Danish."""
    verb = permission.codename.split("_")[0]
    return f"{permission.content_type.name}: {VERBS.get(verb, permission.name)}"


class SynonymForm(forms.ModelForm):
    """A group of synonyms, typed as a list with commas."""

    words = SimpleArrayField(
        forms.CharField(max_length=60, required=False),
        label="Ord",
        help_text=SynonymGroup._meta.get_field("words").help_text,
        error_messages={"required": "Skriv mindst to ord med komma imellem."},
    )

    def clean_words(self) -> list[str]:
        words = [word.strip() for word in self.cleaned_data["words"] if word.strip()]
        if len(words) < 2:
            raise forms.ValidationError("Skriv mindst to ord med komma imellem.")
        return words


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin):
    """Words that search takes for each other."""

    form = SynonymForm
    list_display = ("__str__", "updated_at")
    fields = ("words",)
    search_fields = ("words",)


# Who sees the mails about a need, and to those who follow something, by how their keys begin. The rights are known by their names, as the
# foundation knows no app.
RESERVED = {"submission:": "ideas.view_submission", "follower:": "foundation.handle_person"}


class KindFilter(ValueFilter):
    title = "slags"
    parameter_name = "slags"
    column = "kind"

    @property
    def labels(self) -> dict[str, str]:
        return mail_kinds()


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ConfirmedActions, AuditedList, DeskListAdmin, admin.ModelAdmin):
    """The mails: what waits, what went, and what needs somebody. They are written by actions, and only read here. Some are RESERVED."""

    list_display = ("to", "subject", "named_kind", "state", "created_at", "sent_at", "attempts", "last_error")
    list_filter = ("state", KindFilter)
    search_fields = ("to", "subject")
    date_hierarchy = "created_at"
    actions = ("send_again",)
    fieldsets = (
        ("Mailen", {"fields": ("to", "subject", "letter")}),
        (
            "Forsendelsen",
            {"fields": ("state", "named_kind", "created_at", "sent_at", "attempts", "next_attempt_at", "last_error", "message_id")},
        ),
    )  # fmt: skip

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_send_permission(self, request) -> bool:
        return request.user.has_perm("foundation.change_outgoingmail")

    def get_queryset(self, request):
        mails = super().get_queryset(request)
        for prefix, right in RESERVED.items():
            if not request.user.has_perm(right):
                mails = mails.exclude(key__startswith=prefix)
        return mails

    def change_view(self, request, object_id, form_url="", extra_context=None):
        mail = self.get_object(request, unquote(object_id))
        if mail is not None and self.has_view_permission(request, mail):
            audit.record(AuditAction.SEEN, mail, by=request.user, fields=("to", "text"))
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description="slags", ordering="kind")
    def named_kind(self, mail) -> str:
        return mail_kinds().get(mail.kind, mail.kind)

    @admin.display(description="tekst")
    def letter(self, mail) -> str:
        return mail.shown_text

    @admin.action(
        description="Send de valgte, som holdes tilbage eller ikke kunne sendes …", permissions=["send"]
    )
    def send_again(self, request, queryset):
        if "confirmed" not in request.POST:
            return self.confirmation(request, queryset, title="Send igen", effect=after_sending_again)
        count = release(queryset, again=True)
        noun = "mail er" if count == 1 else "mails er"
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{count or 'Ingen'} {noun} lagt i køen igen.", level)
        return None


def after_sending_again(mail: OutgoingMail) -> str:
    """What becomes of `mail`, for the page of confirmation."""
    told = f"»{mail.subject}« til {mail.to}"
    if mail.state not in SENT_AGAIN:
        return f"{told} bliver, som den er"
    return f"{told}, {mail.get_state_display().lower()} → i kø"


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Who did what with personal data. `audit.record` writes it, and nobody changes it, an administrator included."""

    list_display = ("at", "who", "action", "thing", "purpose", "touched", "rows")
    list_filter = ("action", ("by", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("by",)
    search_fields = ("=key", "purpose", "by__username", "by__first_name", "by__last_name")
    search_help_text = (
        "Søg efter en tilmeldings eller et arrangements nummer i adressen, et formål eller en medarbejder."
    )
    date_hierarchy = "at"
    show_full_result_count = False
    fields = ("at", "who", "action", "thing", "purpose", "touched", "rows")

    def get_urls(self):
        page = path("person/", self.admin_site.admin_view(person), name="foundation_person")
        return [page, *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="hvem", ordering="by__first_name")
    def who(self, entry) -> str:
        return str(entry.by) if entry.by else "portalen selv"

    @admin.display(description="om", ordering="model")
    def thing(self, entry) -> str:
        names = {model._meta.label_lower: model._meta.verbose_name for model in apps.get_models()}
        return f"{names.get(entry.model, entry.model)} {entry.key}" if entry.model else "–"

    @admin.display(description="felter")
    def touched(self, entry) -> str:
        return ", ".join(field_name(entry.model, name) for name in entry.fields) or "–"


def field_name(model: str, name: str) -> str:
    """What the field `name` of `model` is called; `name` itself where there is none: a file's columns are Danish already."""
    try:
        field = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name
    return str(field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name)


@admin.register(LogIn)
class LogInAdmin(admin.ModelAdmin):
    """Who logged in, and who tried. Only read."""

    list_display = ("at", "user", "outcome", "method", "network")
    list_filter = ("outcome", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    date_hierarchy = "at"
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
