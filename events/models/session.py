"""The programme of an event: talks, debates, network cafés, workshops."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.counters import CounterField
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import search_index, words_column
from events.models.event import Event, Speaker


class SessionKind(models.TextChoices):
    """What sort of session it is."""

    TALK = "talk", "Oplæg"
    DEBATE = "debate", "Debat"
    CAFE = "cafe", "Netværkscafé"
    WORKSHOP = "workshop", "Workshop"
    BREAK = "break", "Pause"


# What people choose beside others at the same time.
CHOSEN = (SessionKind.CAFE, SessionKind.WORKSHOP)


class SessionQuerySet(models.QuerySet):
    def published(self):
        """Those of events that the public may see."""
        return self.filter(visible(Event, "event__"))

    def offered(self):
        """Those that people choose among, in the order of the programme."""
        return self.filter(kind__in=CHOSEN).order_by("starts_at", "pk")

    def with_speakers(self):
        """Annotates `speaker_rows`: name, role and organisation of each speaker."""
        speakers = Speaker.objects.filter(sessions=OuterRef("pk")).order_by("name")
        row = JSONObject(name="name", role="role", organisation="organisation")
        return self.annotate(speaker_rows=ArraySubquery(speakers.values(row=row)))


class Session(Record):
    """One item of an event's programme. A café or workshop may have a limit of its own."""

    event = models.ForeignKey(
        Event, verbose_name="arrangement", on_delete=models.CASCADE, related_name="sessions"
    )
    kind = models.CharField("art", max_length=10, choices=SessionKind, default=SessionKind.TALK)
    title = models.CharField("titel", max_length=160)
    description = models.TextField("beskrivelse", blank=True, help_text=FORMATTING)
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    room = models.CharField("lokale", max_length=80, blank=True)
    capacity = models.PositiveIntegerField(
        "pladser", null=True, blank=True, help_text="Tomt felt: ingen grænse."
    )
    seats_taken = CounterField("pladser taget")
    speakers = models.ManyToManyField(
        Speaker, verbose_name="oplægsholdere", blank=True, related_name="sessions"
    )

    search_words = words_column(("title",), ("description",))

    objects = SessionQuerySet.as_manager()
    history = History(links=("speakers",))

    class Meta:
        verbose_name = "programpunkt"
        verbose_name_plural = "programpunkter"
        ordering = ("starts_at", "pk")
        indexes = [search_index("session")]
        constraints = [
            models.UniqueConstraint(fields=("event", "title", "starts_at"), name="session_once_per_event"),
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="Programpunktet skal slutte, efter at det er begyndt.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self):
        """Raises ValidationError where those who chose it would be left with a choice that is none any more."""
        super().clean()
        before = Session.objects.filter(pk=self.pk).first()
        if before is None or not before.choices.exists():
            return
        if before.event_id != self.event_id or before.is_choice > self.is_choice:
            raise ValidationError(
                f"»{before.title}« er valgt af tilmeldte. Det kan ikke flyttes til et andet arrangement og skal blive ved med at "
                "være en café eller workshop. Lav et nyt programpunkt, og flyt dem fra arrangementets tilmeldinger."
            )

    def with_hours(self, event: Event) -> str:
        """»17.00-19.00 Affald«, of its `event`: two rounds may have one title."""
        return f"{notation.hours(self, event)} {self.title}"

    @property
    def seats_left(self) -> int | None:
        """Seats that nobody holds; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.seats_taken)

    @property
    def is_choice(self) -> bool:
        """Whether people choose it beside others at the same time, as they do a café or a workshop."""
        return self.kind in CHOSEN
