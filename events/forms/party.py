"""What a party tells about itself: the same fields for signing up, changing, and staff who write somebody up."""

import itertools

from django import forms

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.personal_data import clean_name, clean_person
from events.actions import sessions_with_queue
from events.models import Audience, Event, Session

MOST_BY_STAFF = 1000  # places in one registration; what there is room for, the seats decide


@Composed
def offered_at(event):
    return Session.objects.filter(event=event).offered()


def sessions_offered(event: Event) -> list[Session]:
    """The cafés and workshops that people choose among, each of this very `event`."""
    sessions = offered_at(event.pk)
    for session in sessions:
        session.event = event
    return sessions


class SessionsField(forms.MultipleChoiceField):
    """Cafés and workshops, each with its time and how full it is."""

    def offer(self, event: Event, sessions: list[Session]) -> None:
        """Lets people choose among `sessions` of `event`."""
        self.event = event
        self.sessions = {str(session.pk): session for session in sessions}
        self.choices = self.labelled

    def labelled(self) -> list[tuple[str, str]]:
        """The choices, for a page that shows them. Costs one query, for the queues, where any has seats left."""
        free = [session for session in self.sessions.values() if session.seats_left]
        queued = sessions_with_queue(self.event, free)
        return [
            (key, label_of(session, is_full=session.seats_left == 0 or session in queued))
            for key, session in self.sessions.items()
        ]

    def valid_value(self, value) -> bool:
        return str(value) in self.sessions

    def clean(self, value) -> list[Session]:
        """Those chosen, in the order they were offered in."""
        chosen = super().clean(value)
        return [session for key, session in self.sessions.items() if key in chosen]


def label_of(session: Session, *, is_full: bool) -> str:
    left = session.seats_left
    if is_full:
        room = ", fuldt optaget"
    elif left is None:
        room = ""
    else:
        room = f", {notation.counted(left, 'plads', 'pladser')} tilbage"
    return f"{session.title} ({notation.hours(session, session.event)}{room})"


class CompanionField(forms.CharField):
    """The name of one of the others, which has to be there where they are so many."""

    tells_itself = True

    def __init__(self, number: int):
        super().__init__(
            label=f"Navn på nr. {number}",
            max_length=120,
            required=False,
            help_text=f"Hvis I er mindst {number}. Til navneskiltet.",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"max_length": "Navnet er for langt. Højst 120 tegn."},
        )

    def clean(self, value) -> str:
        return clean_person(super().clean(value))


class PartyForm(forms.Form):
    """The fields of one event. It asks for no more than the event needs."""

    name = forms.CharField(
        label="Navn",
        max_length=120,
        error_messages={"required": "Skriv dit navn", "max_length": "Navnet er for langt. Højst 120 tegn."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    places = forms.IntegerField(
        label="Antal pladser",
        min_value=1,
        initial=1,
        error_messages={
            "required": "Skriv, hvor mange I er",
            "invalid": "Skriv antallet som et tal",
            "min_value": "Skriv mindst 1",
        },
    )
    organisation = forms.CharField(
        label="Virksomhed eller forening",
        max_length=160,
        required=False,
        error_messages={
            "required": "Skriv virksomhedens eller foreningens navn",
            "max_length": "Navnet er for langt. Højst 160 tegn.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    sessions = SessionsField(
        label="Netværkscaféer og workshopper",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Vælg blandt arrangementets egne. En af dem findes ikke mere."},
    )

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        # All that there is, whoever waits for it; where that is nothing yet, people may wait. What a party has, it keeps.
        most = min(event.most_places, event.capacity or event.most_places)
        self.most = max(most, self.initial.get("places", 0))
        places = self.fields["places"]
        places.widget.attrs["max"] = self.most
        places.help_text = f"Dig selv medregnet. Højst {self.most}."
        self.fields["organisation"].required = event.audience == Audience.COMPANIES
        self.add_companions()
        choices = sessions_offered(event)
        if choices:
            self.fields["sessions"].offer(event, choices)
        else:
            del self.fields["sessions"]

    def for_staff(self) -> None:
        """The public's form speaks to the one who comes, lets them have so many places, and the browser fills in who sits at it."""
        name, places = self.fields["name"], self.fields["places"]
        name.error_messages["required"] = "Skriv personens navn"
        places.error_messages["required"] = "Skriv antallet af pladser"
        self.most = places.widget.attrs["max"] = MOST_BY_STAFF
        places.help_text = "Personen selv medregnet."
        for field in (name, self.fields["organisation"]):
            field.widget.attrs["autocomplete"] = "off"

    def add_companions(self) -> None:
        """A field for the name of each of the others, right after their number: as many as the event asks for, or as there are."""
        asked = min(self.most, self.event.most_places) if self.event.asks_names else 1
        has = 1 + sum(name.startswith("companion_") for name in self.initial)
        self.companion_fields = [f"companion_{number}" for number in range(2, max(asked, has) + 1)]
        for number, name in enumerate(self.companion_fields, start=2):
            self.fields[name] = CompanionField(number)
        order = list(self.fields)
        at = order.index("places") + 1
        rest = [name for name in order[at:] if name not in self.companion_fields]
        self.order_fields([*order[:at], *self.companion_fields, *rest])

    def clean_name(self) -> str:
        return clean_person(self.cleaned_data["name"])

    def clean_organisation(self) -> str:
        return clean_name(self.cleaned_data["organisation"], "virksomhedens navn")

    def clean_places(self) -> int:
        places = self.cleaned_data["places"]
        if places > self.most:
            limit = f"Du kan højst tilmelde {self.most}"
            if self.most < self.event.most_places:
                limit = f"Der er kun {notation.counted(self.most, 'plads', 'pladser')} i alt"
            raise forms.ValidationError(f"{limit}. Skriv et mindre tal.")
        return places

    def clean_sessions(self) -> list[Session]:
        """No two at the same time."""
        chosen = self.cleaned_data["sessions"]
        for earlier, later in itertools.pairwise(chosen):
            if later.starts_at < earlier.ends_at:
                raise forms.ValidationError(
                    f"»{earlier.title}« og »{later.title}« er på samme tid. Vælg en af dem."
                )
        return chosen

    def clean(self) -> dict:
        """As many names as there are others, no more, and where the event asks for them no fewer."""
        given = super().clean()
        self.refuse_small_sessions(given)
        names = [given[field] for field in self.companion_fields if given.get(field)]
        if self.companion_fields:
            given["companions"] = tuple(names)
        if self.companion_fields and not self.errors.keys() & {"places", *self.companion_fields}:
            self.count(given["places"] - 1, names)
        return given

    def refuse_small_sessions(self, given: dict) -> None:
        """A party larger than a whole session would wait for it for ever. What it has chosen before, it keeps."""
        places = given.get("places", 0)
        kept = self.initial.get("sessions", ()) if places <= self.initial.get("places", 0) else ()
        for session in given.get("sessions", ()):
            if session.capacity and places > session.capacity and session.pk not in kept:
                all_there_are = notation.counted(session.capacity, "plads", "pladser")
                self.add_error(
                    "sessions",
                    f"Der er kun {all_there_are} i alt i »{session.title}«. Vælg en anden, eller skriv et mindre antal.",
                )

    def count(self, others: int, names: list[str]) -> None:
        """Tells of too many names at the number of places, of too few at the first field without one."""
        if len(names) > others:
            self.add_error("places", names_do_not_fit(others, len(names)))
        asked = min(others, len(self.companion_fields)) if self.event.asks_names else 0
        if len(names) < asked:
            empty = next(field for field in self.companion_fields if not self.cleaned_data[field])
            self.add_error(empty, names_do_not_fit(asked, len(names)))


def names_do_not_fit(others: int, names: int) -> str:
    if names > others:
        written = notation.counted(names, "navn", "navne")
        asked = notation.counted(others + 1, "plads", "pladser")
        return f"Du har skrevet {written} ud over dit eget, men bedt om {asked}. Ret antallet eller navnene."
    return f"Skriv også navnene på de andre. Der mangler {others - names}."
