"""Who has registered. What happens to a registration happens by actions, which pass the seats on and write the mails."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path

from erhvervspanel.foundation import audit, notation
from erhvervspanel.foundation.desk import RowInline
from erhvervspanel.foundation.desk.audited import AuditedList
from erhvervspanel.foundation.desk.confirmation import ConfirmedActions
from erhvervspanel.foundation.desk.lists import DeskListAdmin
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import AuditAction, User
from events import emails
from events.actions import Full, Wish, cancel, change, confirm_for, correct_email, move_up
from events.admin.desk import why_full
from events.admin.frames import touched
from events.forms import ChangeForm, EmailForm, ReasonForm
from events.models import (
    ACTIVE,
    HOLDING,
    Companion,
    Registration,
    RegistrationChange,
    RegistrationState,
    SessionChoice,
)
from events.models.registration import MOVES

S = RegistrationState
# What staff do with a reason, and the states that it is for where it is not for all that are active.
REASONED = {"ryk-op": move_up, "bekraeft": confirm_for, "meld-fra": cancel}
FOR_STATES = {"ryk-op": (S.WAITING,), "bekraeft": (S.PENDING, S.OFFERED)}
NO_ADDRESS = "Der er ingen e-mail: Ring til personen."


class ReadOnly:
    """Rows that actions alone change."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    template = RowInline.template
    extra = 0


class ChoiceInline(ReadOnlyInline):
    model = SessionChoice
    fields = ("session", "queued_at")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("session")


class CompanionInline(ReadOnlyInline):
    model = Companion
    fields = ("name",)


class ChangeInline(ReadOnlyInline):
    model = RegistrationChange
    fields = ("at", "before", "after", "by", "reason")


@admin.register(Registration)
class RegistrationAdmin(ConfirmedActions, AuditedList, ReadOnly, DeskListAdmin, admin.ModelAdmin):
    view_on_site = False  # the page is the person's own
    list_display = ("reference", "name", "organisation", "places", "state", "event", "created_at")
    list_filter = ("state", "event")
    list_select_related = ("event",)
    search_fields = ("reference", "name", "email", "organisation")
    date_hierarchy = "created_at"
    inlines = (CompanionInline, ChoiceInline, ChangeInline)
    actions = ("cancel_rows",)
    fieldsets = (
        ("Tilmeldingen", {"fields": ("event", "reference", "state", ("places", "places_present"), ("held_until", "queued_at"), "created_at")}),
        ("Personen", {"fields": ("name", "email", "organisation")}),
        ("Andet", {"fields": ("notice_version", "override_reason")}),
    )  # fmt: skip

    def has_cancel_permission(self, request) -> bool:
        return request.user.has_perm("events.change_registration")

    def get_search_results(self, request, queryset, search_term):
        """Folded as the public search folds; the field's own lookups would not find »aase« in Åse."""
        return (queryset.matching(search_term) if search_term else queryset), False

    def get_urls(self):
        desk = path("<int:key>/ret/", self.admin_site.admin_view(self.desk), name="events_registration_desk")
        return [desk, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        registration = Registration.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        mails = registration.mails() if registration else ()
        if registration and self.has_view_permission(request, registration):
            audit.record(AuditAction.SEEN, registration, by=request.user)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "mails": mails})

    def desk(self, request: HttpRequest, key: int) -> HttpResponse:
        """What staff can do to one registration: each form is sent on its own, and the action says what came of it."""
        if not self.has_cancel_permission(request):
            raise PermissionDenied
        registration = get_object_or_404(Registration.objects.select_related("event__venue"), pk=key)
        step = request.POST.get("step", "")
        forms = {
            "ret": ChangeForm.of(registration, request.POST if step == "ret" else None),
            "e-mail": EmailForm(
                request.POST if step == "e-mail" else None, initial={"email": registration.email}
            ),
            **{name: ReasonForm(request.POST if step == name else None) for name in REASONED},
        }
        forms["ret"].for_staff()
        # What they need they tell themselves, and few of the staff read it.
        forms["ret"].fields.pop("access", None)
        for name, form in forms.items():
            form.auto_id = f"id_{name}_%s"  # several forms on one page
        if step == "send-igen":
            self.send_again(request, registration)
            return redirect(link("admin:events_registration_change", key))
        if not registration.is_active:
            if step:
                messages.warning(request, "Tilmeldingen var slut i forvejen. Intet er ændret.")
                return redirect(link("admin:events_registration_desk", key))
            forms = {}
        elif (
            step in forms
            and forms[step].is_valid()
            and self.carry_out(request, registration, step, forms[step])
        ):
            return redirect(link("admin:events_registration_change", key))
        audit.record(AuditAction.SEEN, registration, by=request.user)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"Ret tilmelding {registration.reference}",
            "registration": registration,
            "event": registration.event,
            # One that was refused says why, though the registration has come out of the state that it is for.
            "forms": {
                name: form
                for name, form in forms.items()
                if form.is_bound or registration.state in FOR_STATES.get(name, ACTIVE)
            },
        }
        return TemplateResponse(request, "admin/events/registration/desk.html", context)

    def send_again(self, request, registration: Registration) -> None:
        """Posts the mail that the person needs now, and says so."""
        if not registration.email:
            messages.warning(request, NO_ADDRESS)
            return
        if registration.state == RegistrationState.PENDING:
            emails.received(registration, version=notation.quarter_of_an_hour())
        else:
            emails.link_again(registration)
        messages.success(request, "Mailen er lagt i køen, hvis den ikke er sendt det sidste kvarter.")

    def carry_out(self, request, registration: Registration, step: str, form) -> bool:
        """Does what `form` asks for. False where that is refused, which the form then tells."""
        given = form.cleaned_data
        try:
            if step in REASONED:
                REASONED[step](registration, by=request.user, reason=given["reason"])
            else:
                correct(registration, step, form, by=request.user)
        except Full as full:
            form.add_error(None, why_full(full).partition(". ")[0] + ".")
            return False
        except ValidationError as error:
            form.add_error(None, error)
            if step == "ret":
                form.renew(registration)
            return False
        if step == "ret" and not form.has_changed():
            messages.info(request, "Der var intet at ændre.")
            return True
        has_address = registration.email or step == "e-mail"
        told = "Personen får en mail." if has_address else NO_ADDRESS
        messages.success(request, f"Det er gjort. {told}")
        return True

    @admin.action(description="Meld de valgte fra …", permissions=["cancel"])
    def cancel_rows(self, request, queryset):
        if "confirmed" not in request.POST:
            return self.confirmation(request, queryset, title="Meld fra", effect=after_cancelling)
        done = 0
        for registration in queryset.order_by("pk"):
            try:
                cancel(registration, by=request.user, reason="Meldt fra af en medarbejder")
                done += 1
            except ValidationError as error:
                self.message_user(request, f"{registration}: {error.messages[0]}", messages.ERROR)
        told = f"{notation.counted(done, 'tilmelding', 'tilmeldinger')} er meldt fra."
        self.message_user(request, told, messages.SUCCESS if done else messages.WARNING)
        return None


def after_cancelling(registration: Registration) -> str:
    """What becomes of `registration`, its seats and its mail when it is cancelled, for the page of confirmation."""
    who = ", ".join(filter(None, (registration.name, registration.get_state_display().lower())))
    if RegistrationState.CANCELLED not in MOVES.get(registration.state, ()):
        return f"{who}, bliver, som den er"
    places = 0 if registration.override_reason else registration.places * (registration.state in HOLDING)
    freed = notation.counted(places, "plads bliver ledig", "pladser bliver ledige")
    mail = "og der sendes en mail" if registration.email else "og der sendes ingen mail"
    return f"{who} → afmeldt, {freed if places else 'ingen plads ved arrangementet bliver ledig'}, {mail}"


@transaction.atomic
def correct(registration: Registration, step: str, form, *, by: User) -> None:
    """Changes what is kept about the person, and writes down which fields."""
    if step == "ret":
        change(registration, wish_of(form.cleaned_data), by=by)
    else:
        correct_email(registration, form.cleaned_data["email"], by=by)
    audit.record(AuditAction.CHANGED, registration, by=by, fields=touched(form.changed_data))


def wish_of(given: dict) -> Wish:
    """What a form that was found right asks for. Staff let a party queue for a café that is full."""
    return Wish(
        name=given["name"],
        places=given["places"],
        organisation=given["organisation"],
        sessions=tuple(given.get("sessions", ())),
        companions=given.get("companions"),
        waits_for_sessions=True,
        opened_version=given["opened_version"],
    )
