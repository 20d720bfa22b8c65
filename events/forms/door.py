"""What staff fill in on the day of the event."""

from django import forms

from events.badges import PER_SHEET
from events.forms.staff import StaffRegistrationForm
from events.models import Event


class WalkInForm(StaffRegistrationForm):
    """Somebody who is not registered stands at the door: as few questions as can be."""

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        for name in (*self.companion_fields, "sessions", "access", "wait"):
            self.fields.pop(name, None)
        self.companion_fields = []
        self.fields["name"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}
        self.fields["name"].error_messages["required"] = "Skriv et navn"
        self.fields["organisation"].widget.attrs["autocomplete"] = "off"
        self.fields["organisation"].label = "Virksomhed eller forening (frivilligt)"
        self.fields["places"].help_text = "Alle, der er kommet sammen."
        self.order_fields(["name", "places", "organisation", "email", "override_reason"])


class BadgeForm(forms.Form):
    """Where on the first sheet the badges begin, and whose they are."""

    start = forms.IntegerField(
        label="Begynd ved etiket nr.",
        min_value=1,
        max_value=PER_SHEET,
        initial=1,
        help_text="Tallet er 1, hvis arket er nyt. Tæl fra venstre mod højre, række for række.",
        error_messages={
            "required": "Skriv et tal. 1 er den første etiket.",
            "invalid": "Skriv et tal. 1 er den første etiket.",
            "min_value": "Skriv mindst 1.",
            "max_value": f"Der er {PER_SHEET} etiketter på et ark. Skriv højst {PER_SHEET}.",
        },
    )
    nummer = forms.CharField(required=False, widget=forms.HiddenInput)
