"""An event, where it is, and who speaks."""

from base64 import urlsafe_b64encode
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from erhvervspanel.foundation.counters import CounterField
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.notation import moment
from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable, present
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import search_index, words_column
from erhvervspanel.foundation.slugs import Slugged
from initiatives.models import Initiative
from panels.models import Theme

INVITATION_BYTES = 18
FULL = "Alle pladser er optaget."
PROMISED = (
    "Nogle er tilmeldt og har fået at vide, at deres oplysninger bliver slettet {days} dage efter arrangementet. "
    "Tallet kan kun sættes ned. Skal I kunne skrive til nogen efter den dag, så spørg dem selv om deres adresse."
)
REMINDED_AT = time(9)  # in Denmark, as `due_jobs` has it


class Venue(Record):
    """A place where events are held."""

    name = models.CharField("navn", max_length=120, unique=True)
    address = models.CharField("adresse", max_length=160)
    postcode = models.CharField("postnummer", max_length=4)
    town = models.CharField("by", max_length=80)
    access = models.TextField("tilgængelighed og transport", blank=True, help_text=FORMATTING)

    history = History()

    class Meta:
        verbose_name = "sted"
        verbose_name_plural = "steder"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def full_address(self) -> str:
        return f"{self.address}, {self.postcode} {self.town}"


class SpeakerQuerySet(models.QuerySet):
    def published(self):
        """Those who speak at an event that the public may see."""
        return self.filter(Exists(events_with_speaker()))

    def with_event(self):
        """Annotates `event_slug`: of the latest event that the public may see them speak at."""
        latest = events_with_speaker().order_by("-starts_at", "pk")
        return self.annotate(event_slug=Subquery(latest.values("slug")[:1]))


def events_with_speaker():
    """The public events of a speaker of the outer query."""
    return Event.objects.published().filter(sessions__speakers=OuterRef("pk"))


class Speaker(Record):
    """Someone who speaks at an event. Public, as part of the programme."""

    name = models.CharField("navn", max_length=120)
    role = models.CharField("titel", max_length=160, blank=True)
    organisation = models.CharField("organisation", max_length=160, blank=True)

    search_words = words_column(("name",), ("role", "organisation"))

    objects = SpeakerQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "oplægsholder"
        verbose_name_plural = "oplægsholdere"
        ordering = ("name",)
        indexes = [search_index("speaker")]

    def __str__(self) -> str:
        return self.name


class EventKind(models.TextChoices):
    """What sort of event it is."""

    CONFERENCE = "conference", "Konference"
    WORKSHOP = "workshop", "Workshop"
    INFORMATION = "information", "Informationsmøde"
    NETWORK = "network", "Netværksmøde"


class Promotion(models.TextChoices):
    """How a seat that becomes free goes to the waiting list."""

    OFFER = "offer", "Tilbydes med en frist"
    STRAIGHT = "straight", "Gives med det samme"


class GroupRule(models.TextChoices):
    """What happens when the first on the waiting list needs more seats than are free."""

    WAIT = "wait", "Pladserne venter på den første"
    NEXT = "next", "Den næste, der er plads til, får dem"


class Audience(models.TextChoices):
    """Who may sign up."""

    OPEN = "open", "Alle"
    COMPANIES = "companies", "Virksomheder og foreninger"
    INVITED = "invited", "Dem, der har fået et link"


def usual_retention() -> int:
    """Days after an event that its registrations are deleted, where nobody says another number."""
    return settings.RETENTION_DAYS


class EventQuerySet(PublicQuerySet):
    def coming(self):
        """Those that are not over, soonest first."""
        return self.filter(ends_at__gte=present()).order_by("starts_at", "pk")

    def past(self):
        """Those that are over, latest first."""
        return self.filter(ends_at__lt=present()).order_by("-starts_at", "-pk")

    def with_seats(self):
        """Those where anybody who comes now gets a seat: they are open for all, not full, and nobody waits."""
        now = timezone.now()
        opened = self.filter(registration_opens_at__lte=now, starts_at__gt=now, cancelled_at=None)
        free = Q(capacity=None) | Q(seats_taken__lt=F("capacity"))
        lasting = Q(registration_closes_at=None) | Q(registration_closes_at__gt=now)
        return opened.filter(free, lasting, audience=Audience.OPEN).exclude(registrations__state="waiting")

    def closed_with_queue(self):
        """Those that are not over, whose registration has closed, and that people still wait for."""
        now = timezone.now()
        closed = Q(registration_closes_at__lte=now) | Q(starts_at__lte=now)
        coming = self.filter(closed, cancelled_at=None, ends_at__gte=now)
        return coming.filter(registrations__state="waiting").distinct()


class Event(Slugged, Publishable):
    """Something that people can come to. Registration is its own model, beside this one."""

    # What was promised to those registered is no content either.
    NOT_RESTORED = ("cancelled_at", "sequence", "invitation_version", "retention_days")

    kind = models.CharField("art", max_length=12, choices=EventKind)
    title = models.CharField("titel", max_length=160)
    summary = models.TextField("kort beskrivelse")
    description = models.TextField("beskrivelse", blank=True, help_text=FORMATTING)
    outcome = models.TextField(
        "det kom der ud af det", blank=True, help_text=f"{FORMATTING} Udfyldes bagefter."
    )
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    venue = models.ForeignKey(
        Venue, verbose_name="sted", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    capacity = models.PositiveIntegerField(
        "pladser", null=True, blank=True, help_text="Tomt felt: ingen grænse."
    )
    seats_taken = CounterField("pladser taget")
    most_places = models.PositiveSmallIntegerField(
        "højeste antal pladser pr. tilmelding",
        default=4,
        help_text="Så mange kan én person melde til.",
        validators=[MinValueValidator(1, "Mindst 1 plads, ellers kan ingen tilmelde sig.")],
    )
    confirms_email = models.BooleanField(
        "bekræft e-mail først",
        default=True,
        help_text="Pladsen holdes, mens den tilmeldte bekræfter sin adresse.",
    )
    promotion = models.CharField("ledige pladser", max_length=8, choices=Promotion, default=Promotion.OFFER)
    group_rule = models.CharField(
        "hvis der ikke er plads til de første", max_length=4, choices=GroupRule, default=GroupRule.WAIT
    )
    audience = models.CharField(
        "hvem kan tilmelde sig", max_length=9, choices=Audience, default=Audience.OPEN
    )
    invitation_version = models.PositiveSmallIntegerField(default=1, editable=False)
    most_per_company = models.PositiveSmallIntegerField(
        "højeste antal pladser pr. virksomhed", null=True, blank=True, help_text="Tomt felt: ingen grænse."
    )
    asks_names = models.BooleanField(
        "spørg om navn på hver plads",
        default=False,
        help_text="Kun hvis der er brug for det, fx til navneskilte.",
    )
    asks_access = models.BooleanField(
        "spørg om hjælp til at deltage",
        default=False,
        help_text="En fast liste, fx teleslynge. Svarene slettes senest en uge efter arrangementet.",
    )
    reminder_days = models.PositiveSmallIntegerField(
        "dage til påmindelse",
        null=True,
        blank=True,
        default=2,
        # Who has had one is told by the mail, which is deleted 90 days after it went.
        validators=[MaxValueValidator(60, "Højst 60 dage.")],
        help_text="Så mange dage før arrangementet får de tilmeldte en mail. Tomt felt: ingen.",
    )
    retention_days = models.PositiveSmallIntegerField(
        "dage til sletning af oplysninger",
        default=usual_retention,
        help_text="Så mange dage efter arrangementet slettes navne, adresser og mails. Vises ved tilmeldingen.",
    )
    registration_opens_at = models.DateTimeField(
        "tilmelding åbner", null=True, blank=True, help_text="Tomt felt: ingen kan tilmelde sig selv."
    )
    registration_closes_at = models.DateTimeField(
        "tilmelding lukker", null=True, blank=True, help_text="Tomt felt: når arrangementet begynder."
    )
    cancelled_at = models.DateTimeField("aflyst", null=True, blank=True)
    sequence = models.PositiveIntegerField(
        "kalenderens version",
        default=0,
        editable=False,
        help_text="Stiger, når tid eller sted ændres (RFC 5545).",
    )
    theme = models.ForeignKey(
        Theme, verbose_name="tema", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    initiatives = models.ManyToManyField(
        Initiative, verbose_name="initiativer", blank=True, related_name="events"
    )

    search_words = words_column(("title",), ("summary", "description", "outcome"))

    objects = EventQuerySet.as_manager()
    history = History(links=("initiatives",))

    class Meta:
        verbose_name = "arrangement"
        verbose_name_plural = "arrangementer"
        ordering = ("-starts_at",)
        indexes = [search_index("event")]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="Arrangementet skal slutte, efter at det er begyndt.",
            ),
            models.CheckConstraint(
                name="event_registration_closes_after_opening",
                condition=Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__isnull=True)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                violation_error_message="Tilmeldingen skal lukke, efter at den er åbnet.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("events:event", self.slug)

    def clean(self):
        """Raises ValidationError where persons would be kept for too long, or for longer than those registered were told, and where
        the day's reminder would come after the start, and so never be sent.
        """
        super().clean()
        self.refuse_retention()
        if (
            self.reminder_days == 0
            and self.starts_at
            and timezone.localtime(self.starts_at).time() <= REMINDED_AT
        ):
            told = f"Påmindelser sendes kl. {REMINDED_AT.hour}, og da er arrangementet begyndt. Skriv mindst 1, eller lad feltet stå tomt."
            raise ValidationError({"reminder_days": told})

    def refuse_retention(self) -> None:
        """Raises ValidationError where persons would be kept for too long, or for longer than those registered were told."""
        if self.retention_days is None:
            return
        if self.retention_days > settings.LONGEST_RETENTION_DAYS:
            longest = f"Højst {settings.LONGEST_RETENTION_DAYS} dage."
            raise ValidationError({"retention_days": longest})
        told = Event.objects.filter(pk=self.pk, registrations__name__gt="").first()
        if told is not None and self.retention_days > told.retention_days:
            raise ValidationError({"retention_days": PROMISED.format(days=told.retention_days)})

    @property
    def invitation(self) -> str:
        """The secret of the link for those invited. A new `invitation_version` makes the old link worthless."""
        digest = salted_hmac(
            "events.invitation", f"{self.pk}:{self.invitation_version}", algorithm="sha256"
        ).digest()
        return urlsafe_b64encode(digest[:INVITATION_BYTES]).decode()

    def invites(self, invitation: str) -> bool:
        """Whether somebody with the secret `invitation`, or none, may sign up."""
        return self.audience != Audience.INVITED or constant_time_compare(invitation, self.invitation)

    @property
    def seats_left(self) -> int | None:
        """Seats that nobody holds; None where there is no limit. Never below 0, though the capacity may be lowered."""
        return None if self.capacity is None else max(0, self.capacity - self.seats_taken)

    @property
    def is_open(self) -> bool:
        """Whether the public may sign up now."""
        return self.is_open_until(self.registration_closes_at)

    def is_open_until(self, closes_at: datetime | None) -> bool:
        """Whether the public might sign up now, if registration closed at `closes_at`, or else at the start."""
        opens_at = self.registration_opens_at
        ends_at = min(filter(None, (closes_at, self.starts_at)))
        return self.cancelled_at is None and opens_at is not None and opens_at <= timezone.now() < ends_at

    @property
    def closes_at(self):
        """When the public may sign up no more: the date that was set, and never after the start."""
        return min(filter(None, (self.registration_closes_at, self.starts_at)))

    @property
    def is_closed(self) -> bool:
        """Whether nobody gets a seat any more, from the waiting list either."""
        return self.cancelled_at is not None or timezone.now() >= self.closes_at

    def answer_by(self, longest: timedelta) -> datetime:
        """When the time is up for somebody who is asked now: `longest` from now, and in the last days half of what is left until the start."""
        now = timezone.now()
        return now + min(longest, (self.starts_at - now) / 2)

    @property
    def opens_later(self) -> bool:
        return self.registration_opens_at is not None and timezone.now() < self.registration_opens_at

    @property
    def no_sign_up(self) -> str:
        """Why nobody can sign up now, as a heading has it, without a full stop; nothing where it is open."""
        if self.cancelled_at:
            return "Arrangementet er aflyst"
        if self.is_over:
            return "Arrangementet er slut"
        if self.registration_opens_at is None:
            return "Man kan ikke tilmelde sig her på portalen"
        if self.is_closed:
            return "Tilmeldingen er lukket"
        return f"Du kan tilmelde dig fra {moment(self.registration_opens_at)}" if self.opens_later else ""

    @property
    def never_opens(self) -> bool:
        """Whether the public could still sign up, had anybody said from when."""
        return self.registration_opens_at is None and not self.is_closed

    @property
    def fullness(self) -> str:
        """How full it is, in words. Whether somebody waits for what is free it does not know."""
        if self.capacity is None:
            return "Der er plads til alle."
        if self.seats_left == 0:
            return FULL
        if self.seats_left * 10 <= self.capacity:
            return "Der er få pladser tilbage."
        return "Der er ledige pladser."

    @property
    def reminder_day(self) -> date:
        """The day, in Denmark, on which those who come are reminded; for an event that reminds."""
        return timezone.localdate(self.starts_at) - timedelta(days=self.reminder_days)

    @property
    def is_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at < timezone.now()
