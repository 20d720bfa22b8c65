"""Signing up for an event, changing that, and finding it again."""

from django import forms

from erhvervspanel.foundation.addresses import EmailField
from erhvervspanel.foundation.desk.forms import OpenedVersionField
from erhvervspanel.foundation.guarded_forms import GuardedForm
from erhvervspanel.foundation.notices import Notice
from events.forms.party import PartyForm
from events.models import AccessService, Audience, Event, Registration


class AccessField(forms.MultipleChoiceField):
    """What somebody needs to take part."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self):
        super().__init__(
            label="Hjælp til at deltage",
            choices=AccessService,
            required=False,
            help_text="Sæt kryds, hvis du har brug for det. Svaret slettes senest en uge efter arrangementet.",
            error_messages={"invalid_choice": "Vælg fra listen."},
        )


class RegistrationForm(PartyForm, GuardedForm):
    """The form that a citizen signs up with."""

    notice = Notice("events/notices", "2027-01")

    email = EmailField(help_text="Vi sender en bekræftelse hertil.")
    access = AccessField()
    invitation = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, event: Event, **kwargs):
        self.purpose = f"sign-up {event.pk}"
        super().__init__(*args, event=event, **kwargs)
        if not event.asks_access:
            del self.fields["access"]
        if event.audience != Audience.INVITED:
            del self.fields["invitation"]
        self.order_fields(["name", "email", *(name for name in self.fields if name not in ("name", "email"))])


class ChangeForm(PartyForm):
    """What a person may change in their own registration. The address is changed by staff, who can ask."""

    access = AccessField()
    opened_version = OpenedVersionField(required=False)

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        if not event.asks_access:
            del self.fields["access"]

    @classmethod
    def of(cls, registration: Registration, data=None) -> "ChangeForm":
        """The form as `registration` stands, or as `data` has it."""
        initial = {
            "name": registration.name,
            "places": registration.places,
            "organisation": registration.organisation,
            "sessions": [choice.session_id for choice in registration.choices.all()],
            "access": [need.service for need in registration.access_needs.all()],
            "opened_version": registration.version,
        }
        # Those who have given names keep them, and may change them, though the event asks for none any more.
        for number, companion in enumerate(registration.companions.all(), start=2):
            initial[f"companion_{number}"] = companion.name
        return cls(data, event=registration.event, initial=initial)

    def renew(self, registration: Registration) -> None:
        """Has the form be of `registration` as it stands now: whoever sends it again has been told what had changed."""
        self.data = self.data.copy()
        self.data["opened_version"] = registration.version


class FindForm(GuardedForm):
    """Asks for the links to one's registrations."""

    purpose = "find"
    email = EmailField(label="Den e-mail, du tilmeldte dig med")
