"""What staff fill in about an event's registrations."""

from django import forms

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.addresses import EmailField
from erhvervspanel.foundation.personal_data import clean_text, refuse_cpr
from erhvervspanel.foundation.spreadsheets import FORMATS
from events.forms.party import PartyForm
from events.forms.sign_up import AccessField
from events.models import Event, RegistrationState, Session


class StaffRegistrationForm(PartyForm):
    """Staff write somebody up, on the telephone or at the door."""

    email = EmailField(
        required=False, label="E-mail (frivilligt)", help_text="Uden e-mail bliver der ikke sendt noget."
    )
    access = AccessField()
    wait = forms.BooleanField(
        label="Skriv på venteliste, hvis der ikke er plads",
        required=False,
        help_text="Det gælder også caféer. Lad feltet være tomt, hvis personen skal ind ud over loftet.",
    )
    override_reason = forms.CharField(
        label="Begrundelse, hvis der ikke er plads",
        max_length=200,
        required=False,
        help_text="Personen kommer da ud over loftet, og ingen i køen mister sin plads. I caféer venter personen, hvis der ikke er "
        "plads. Bliver gemt: Skriv ingen navne.",
    )

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        self.fields["organisation"].required = False
        if event.asks_access:
            told = "Sæt kryds ved det, personen beder om."
            self.fields["access"].help_text = f"{told} Svaret slettes senest en uge efter arrangementet."
        else:
            del self.fields["access"]
        if event.is_closed:  # and the waiting lists with it
            del self.fields["wait"]
        self.for_staff()
        self.fields["places"].help_text += f" Flere end {event.most_places} kræver en begrundelse."
        self.order_fields(["name", "email", *(name for name in self.fields if name not in ("name", "email"))])

    def clean_override_reason(self) -> str:
        return clean_text(self.cleaned_data["override_reason"], "begrundelsen")

    def clean(self) -> dict:
        """More places than one person may ask for take a reason."""
        given = super().clean()
        most = self.event.most_places
        if given.get("places", 0) > most and given.get("override_reason") == "":
            self.add_error(
                "override_reason",
                f"Én person kan højst få {notation.counted(most, 'plads', 'pladser')}. Skriv hvorfor, hvis de skal have flere.",
            )
        return given


class TimedSessions:
    """Cafés and workshops, each by its time and title: two rounds may have one title."""

    def label_from_instance(self, session: Session) -> str:
        return session.with_hours(session.event)


class TimedSessionField(TimedSessions, forms.ModelChoiceField):
    """One of them."""


class TimedSessionsField(TimedSessions, forms.ModelMultipleChoiceField):
    """Several of them."""


class MessageForm(forms.Form):
    """A message to those who are registered."""

    TO = {
        "confirmed": "Dem, der har en plads",
        "waiting": "Dem, der står på venteliste",
        "pending": "Dem, der ikke har bekræftet endnu",
        "offered": "Dem, der er tilbudt en plads",
        "attended": "Dem, der mødte op",
        "no_show": "Dem, der ikke mødte op",
    }
    states = forms.MultipleChoiceField(
        label="Til",
        choices=TO.items(),
        initial=["confirmed"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Vælg, hvem beskeden skal til"},
    )
    sessions = TimedSessionsField(
        label="Kun dem, der har valgt (frivilligt)",
        queryset=Session.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Også dem, der venter på en plads der. Uden flueben går beskeden til alle.",
    )
    is_advertising = forms.BooleanField(
        label="Beskeden handler om andet end arrangementet, fx en invitation",
        required=False,
        help_text="Så går den ikke til virksomheder med reklamebeskyttelse.",
    )
    subject = forms.CharField(
        label="Emne",
        max_length=120,
        help_text="Arrangementets navn kommer til af sig selv.",
        validators=[refuse_cpr],
        error_messages={"required": "Skriv et emne"},
    )
    text = forms.CharField(
        label="Besked",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="»Hej« og navn, tid og sted, link til tilmeldingen og hilsen kommer til af sig selv.",
        validators=[refuse_cpr],
        error_messages={"required": "Skriv en besked"},
    )

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        if sessions := event.sessions.offered():
            self.fields["sessions"].queryset = sessions
        else:
            del self.fields["sessions"]


class ExportForm(forms.Form):
    """What is taken out as a file, and why."""

    states = forms.MultipleChoiceField(
        label="Hvem",
        choices=RegistrationState.choices,
        initial=[RegistrationState.CONFIRMED, RegistrationState.ATTENDED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Vælg, hvem filen skal have med"},
    )
    with_email = forms.BooleanField(
        label="Med e-mail",
        required=False,
        help_text="Kun hvis formålet kræver det. Skriv til de tilmeldte fra portalen i stedet.",
    )
    file_format = forms.ChoiceField(label="Slags fil", choices=FORMATS.items())
    purpose = forms.CharField(
        label="Formål",
        max_length=200,
        help_text="Hvad filen skal bruges til. Bliver gemt i loggen over opslag. Slet filen, når den er brugt.",
        error_messages={"required": "Skriv, hvad filen skal bruges til. Formålet bliver gemt."},
    )

    def clean_purpose(self) -> str:
        return clean_text(self.cleaned_data["purpose"], "formålet")


class CancelEventForm(forms.Form):
    """What is said when an event is cancelled."""

    message = forms.CharField(
        label="Besked til de tilmeldte (frivilligt)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Kommer med i mailen, fx hvorfor, eller hvornår I prøver igen.",
        validators=[refuse_cpr],
    )


class MovePeopleForm(forms.Form):
    """From which café to which."""

    source = TimedSessionField(
        label="Fra",
        queryset=Session.objects.none(),
        error_messages={"required": "Vælg, hvor de skal flyttes fra"},
    )
    target = TimedSessionField(
        label="Til",
        queryset=Session.objects.none(),
        error_messages={"required": "Vælg, hvor de skal flyttes til"},
    )

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        for field in ("source", "target"):
            self.fields[field].queryset = event.sessions.offered()


class EmailForm(forms.Form):
    """The right address of somebody who is registered."""

    email = EmailField(label="Den rigtige e-mail")


class ReasonForm(forms.Form):
    """Why something is done out of the ordinary."""

    reason = forms.CharField(
        label="Hvorfor",
        max_length=200,
        help_text="Bliver gemt: Skriv ingen navne.",
        error_messages={"required": "Skriv hvorfor. Begrundelsen bliver gemt."},
    )

    def clean_reason(self) -> str:
        return clean_text(self.cleaned_data["reason"], "begrundelsen")
