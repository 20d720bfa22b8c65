"""Registrations: who has asked for places at an event, and where that stands.

The numbers that guard the seats stand on the event and the session (`seats_taken`); `events.actions` alone changes them,
under the event's lock. `check_capacity` holds them against the rows.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Func, Q, When
from django.db.models.functions import Least
from django.utils import timezone

from erhvervspanel.foundation import danish, notation
from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.references import REFERENCE_LENGTH
from erhvervspanel.foundation.secret_links import hash_of, secret_of
from events.models.event import Event
from events.models.session import Session

TOKEN_SALT = "events.registration"  # noqa: S105 (no secret: it tells this use of the key from others)
ACCESS_KEPT = timedelta(days=7)  # after the event
UNANSWERED_KEPT = timedelta(days=7)  # after the seat was held in vain


class RegistrationState(models.TextChoices):
    """Where a registration stands. What is over stays over: who signs up again gets a new row."""

    PENDING = "pending", "Venter på bekræftelse"
    CONFIRMED = "confirmed", "Bekræftet"
    WAITING = "waiting", "På venteliste"
    OFFERED = "offered", "Tilbudt en plads"
    ATTENDED = "attended", "Mødte op"
    NO_SHOW = "no_show", "Mødte ikke op"
    LAPSED = "lapsed", "Ikke bekræftet i tide"
    CANCELLED = "cancelled", "Afmeldt"
    DECLINED = "declined", "Sagde nej til plads"
    EXPIRED = "expired", "Svarede ikke i tide"
    EVENT_CANCELLED = "event_cancelled", "Arrangementet er aflyst"


S = RegistrationState
# Those that hold seats, and those that stand in the way of a second registration by the same address.
HOLDING = (S.PENDING, S.CONFIRMED, S.OFFERED, S.ATTENDED, S.NO_SHOW)
ACTIVE = (*HOLDING, S.WAITING)
# Those who were to come, whether or not they did.
EXPECTED = (S.CONFIRMED, S.ATTENDED, S.NO_SHOW)
# Those that nobody answered from the address, which somebody else may have typed.
UNANSWERED = (S.LAPSED, S.EXPIRED)
# The legal moves.
MOVES = {
    None: {S.PENDING, S.CONFIRMED, S.WAITING},
    S.PENDING: {S.CONFIRMED, S.LAPSED, S.CANCELLED, S.EVENT_CANCELLED},
    S.WAITING: {S.OFFERED, S.CONFIRMED, S.CANCELLED, S.EVENT_CANCELLED},
    S.OFFERED: {S.CONFIRMED, S.DECLINED, S.EXPIRED, S.CANCELLED, S.EVENT_CANCELLED},
    S.CONFIRMED: {S.ATTENDED, S.NO_SHOW, S.CANCELLED, S.EVENT_CANCELLED},
    S.ATTENDED: {S.CONFIRMED},
    S.NO_SHOW: {S.CONFIRMED, S.ATTENDED},
}


class RegistrationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state__in=ACTIVE)

    def holding(self):
        """Those that hold seats."""
        return self.filter(state__in=HOLDING)

    def expected(self):
        """Those who have a seat for certain, whether or not they came."""
        return self.filter(state__in=EXPECTED)

    def queue(self):
        """The waiting list, the first first."""
        return self.filter(state=S.WAITING).order_by("queued_at", "pk")

    def in_line(self):
        """Those of the waiting list who get their turn, the first first: a party larger than the whole event never does."""
        fits = Q(event__capacity=None) | Q(places__lte=F("event__capacity"))
        return self.queue().filter(fits)

    def overdue(self, now=None):
        """Those that still name a person after the day that was promised."""
        now = now or timezone.now()
        after_event = F("event__ends_at") + F("event__retention_days") * timedelta(days=1)
        unanswered = Case(When(state__in=UNANSWERED, then=F("held_until") + UNANSWERED_KEPT))
        kept = Least(*(ExpressionWrapper(until, DateTimeField()) for until in (after_event, unanswered)))
        return self.exclude(name="").annotate(kept_until=kept).filter(kept_until__lt=now)

    def upcoming(self):
        """Those of events that are not over."""
        return self.filter(event__ends_at__gte=timezone.now())

    def of_address(self, address: str):
        """The active ones of an e-mail address, however it is written."""
        return self.active().filter(email_key=email_key(address)).select_related("event__venue")

    def matching(self, query: str):
        """Those with every word of `query` in name, organisation, address, reference or a companion's name.

        Folded as the public search folds, so that »aase oest« finds Åse Øst.
        """
        folded = {
            f"folded_{name}": Func(F(name), function="danish_fold", output_field=models.TextField())
            for name in ("name", "organisation", "email")
        }
        found = self.annotate(**folded)
        for word in danish.fold(query).split():
            companions = Companion.objects.annotate(
                folded=Func(F("name"), function="danish_fold", output_field=models.TextField())
            ).filter(folded__contains=word)
            hit = Q(reference__iexact=word) | Q(pk__in=companions.values("registration"))
            for name in folded:
                hit |= Q(**{f"{name}__contains": word})
            found = found.filter(hit)
        return found

    def by_token(self, token: str):
        """The registration that the secret `token` opens: one or none."""
        return self.filter(token_hash=hash_of(token))


class Registration(models.Model):
    """One party's registration for an event. It has no history table: `changes` tells, without personal data."""

    # Its index is `registration_queue`: two that begin with the event would compete, and the planner guess wrong in a crowd.
    event = models.ForeignKey(
        Event,
        verbose_name="arrangement",
        on_delete=models.PROTECT,
        related_name="registrations",
        db_index=False,
    )
    reference = models.CharField("nummer", max_length=REFERENCE_LENGTH, unique=True, editable=False)
    name = models.CharField("navn", max_length=120)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    email_key = models.CharField(max_length=254, editable=False)
    organisation = models.CharField("virksomhed eller forening", max_length=160, blank=True)
    organisation_key = models.CharField(max_length=160, blank=True, editable=False)
    places = models.PositiveSmallIntegerField("pladser", default=1)
    places_present = models.PositiveSmallIntegerField("mødt op", null=True, blank=True)
    state = models.CharField("status", max_length=15, choices=RegistrationState)
    held_until = models.DateTimeField("plads holdes til", null=True, blank=True)
    queued_at = models.DateTimeField("på venteliste fra", null=True, blank=True)
    form_token = models.CharField(max_length=64, unique=True, editable=False)
    token_version = models.PositiveSmallIntegerField(default=1, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    notice_version = models.CharField("privatlivsmeddelelse", max_length=20, blank=True)
    override_reason = models.CharField("begrundelse for plads ud over loftet", max_length=200, blank=True)
    created_at = models.DateTimeField("tilmeldt", default=timezone.now)
    reminded_at = models.DateTimeField("mindet om at bekræfte", null=True, blank=True, editable=False)
    # Not told by the mail, which is deleted 90 days after it went: a list may have closed longer ago.
    closing_told_at = models.DateTimeField(
        "fik at vide, at ventelisten er lukket", null=True, blank=True, editable=False
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "tilmelding"
        verbose_name_plural = "tilmeldinger"
        ordering = ("created_at", "pk")
        permissions = [
            ("arrange_access", "se, hvem der har bedt om hjælp til at deltage"),
            ("export_registrations", "hente tilmeldinger som fil"),
        ]
        indexes = [
            models.Index(fields=("event", "state", "queued_at", "id"), name="registration_queue"),
            models.Index(fields=("organisation_key", "event"), name="registration_company"),
            models.Index(
                fields=("held_until",),
                name="registration_held",
                condition=Q(state__in=("pending", "offered")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("email_key", "event"),
                name="registration_active_once",
                condition=Q(state__in=ACTIVE),
            ),
            models.CheckConstraint(name="registration_has_places", condition=Q(places__gte=1)),
            models.CheckConstraint(
                name="registration_held_until_when",
                condition=~Q(state__in=("pending", "offered")) | Q(held_until__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_waits_since_when",
                condition=~Q(state="waiting") | Q(queued_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """No name: this text stands in logs."""
        return f"Tilmelding {self.reference}"

    def get_absolute_url(self) -> str:
        """The personal page. Whoever has the address may see and change the registration."""
        return link("events:registration", self.token)

    @property
    def token(self) -> str:
        """The secret of the personal link."""
        name = f"{self.reference}:{self.token_version}"
        return secret_of(name, salt=TOKEN_SALT, hashed=self.token_hash)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_too_large(self) -> bool:
        """Whether the party is larger than the whole event, so that it can never get its seats."""
        return bool(self.event.capacity) and self.places > self.event.capacity

    @property
    def version(self) -> str:
        """What tells how it stands from how it stood: all that happens to it has a row of its own."""
        return str(self.changes.count())

    def queue_place(self) -> int | None:
        """The place on the waiting list, from 1; None for one that does not wait."""
        if self.state != S.WAITING:
            return None
        return self.event.registrations.queue().filter(earlier_than(self)).count() + 1

    def mails(self) -> models.QuerySet:
        """The mails to this registration, latest first."""
        return OutgoingMail.objects.filter(key__startswith=f"registration:{self.pk}:")

    def kept_until_day(self) -> date:
        """The day after which what names the person is deleted."""
        until = self.event.ends_at + timedelta(days=self.event.retention_days)
        if self.state in UNANSWERED and self.held_until:
            until = min(until, self.held_until + UNANSWERED_KEPT)
        return timezone.localdate(until)


class Companion(models.Model):
    """One of the others in a party, by name, where the event asks for it."""

    registration = models.ForeignKey(
        Registration, verbose_name="tilmelding", on_delete=models.CASCADE, related_name="companions"
    )
    name = models.CharField("navn", max_length=120)

    class Meta:
        verbose_name = "medfølgende"
        verbose_name_plural = "medfølgende"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.registration.reference}: medfølgende"


class AccessService(models.TextChoices):
    """What a person may need in order to take part. A list of services, so that nobody has to write why."""

    HEARING_LOOP = "hearing_loop", "Teleslynge"
    SIGN_LANGUAGE = "sign_language", "Tegnsprogstolk"
    LIVE_TEXT = "live_text", "Skrivetolk"
    STEP_FREE = "step_free", "Adgang uden trin"
    PARKING = "parking", "Handicapparkering"
    COMPANION = "companion", "Plads til en ledsager"
    QUIET = "quiet", "Et roligt sted at trække sig tilbage"


class AccessNeedQuerySet(models.QuerySet):
    def overdue(self, now=None):
        """Those of events that were over more than ACCESS_KEPT ago."""
        return self.filter(registration__event__ends_at__lt=(now or timezone.now()) - ACCESS_KEPT)


class AccessNeed(models.Model):
    """A service that somebody asked for. Apart from the registration, and the first to be deleted."""

    registration = models.ForeignKey(
        Registration, verbose_name="tilmelding", on_delete=models.CASCADE, related_name="access_needs"
    )
    service = models.CharField("hjælp", max_length=15, choices=AccessService)

    objects = AccessNeedQuerySet.as_manager()

    class Meta:
        verbose_name = "hjælp til at deltage"
        verbose_name_plural = "hjælp til at deltage"
        constraints = [
            models.UniqueConstraint(fields=("registration", "service"), name="access_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.registration.reference}: {self.get_service_display()}"


class SessionChoice(models.Model):
    """A café or workshop that a registration has places in, or waits for."""

    registration = models.ForeignKey(
        Registration, verbose_name="tilmelding", on_delete=models.CASCADE, related_name="choices"
    )
    session = models.ForeignKey(
        Session,
        verbose_name="programpunkt",
        on_delete=models.PROTECT,
        related_name="choices",
        db_index=False,  # `session_queue` is its index
    )
    queued_at = models.DateTimeField("på venteliste fra", null=True, blank=True)

    class Meta:
        verbose_name = "valgt programpunkt"
        verbose_name_plural = "valgte programpunkter"
        constraints = [
            models.UniqueConstraint(fields=("registration", "session"), name="session_chosen_once"),
        ]
        indexes = [
            models.Index(fields=("session", "queued_at", "id"), name="session_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.registration.reference}: {self.session}"

    @property
    def is_waited_for(self) -> bool:
        """Whether the party has its seats at the event and waits for this session. While it waits for the event, it is in no queue here."""
        return self.queued_at is not None and self.registration.state in HOLDING

    def queue_place(self) -> int:
        """The place in the session's queue, from 1; for one that is waited for."""
        waiting = SessionChoice.objects.filter(
            earlier_than(self), session=self.session_id, registration__state__in=HOLDING
        )
        return waiting.count() + 1


class RegistrationChangeQuerySet(models.QuerySet):
    def arrivals(self):
        """Those by which a party was noted as there."""
        return self.filter(after=S.ATTENDED).exclude(before=S.ATTENDED)


class RegistrationChange(models.Model):
    """One change of a registration's state: when, by whom and why. No personal data of the person registered, but where staff's reason has some."""

    registration = models.ForeignKey(
        Registration, verbose_name="tilmelding", on_delete=models.CASCADE, related_name="changes"
    )
    at = models.DateTimeField("tid", default=timezone.now)
    before = models.CharField("før", max_length=15, choices=RegistrationState, blank=True)
    after = models.CharField("efter", max_length=15, choices=RegistrationState)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="af",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField("begrundelse", max_length=200, blank=True)

    objects = RegistrationChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "ændring af tilmelding"
        verbose_name_plural = "ændringer af tilmeldinger"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        before = self.get_before_display() or "–"
        return f"{self.registration.reference}: {before} → {self.get_after_display()}"

    def told(self) -> str:
        """»Noteret kl. 17.04 af Anna Jensen.«, with the day where the event has several."""
        who = f" af {self.by.get_full_name() or self.by}" if self.by else ""
        return f"Noteret {notation.at(self.at, self.registration.event)}{who}."


def earlier_than(row: Registration | SessionChoice) -> Q:
    """Those of a queue that stand before `row`."""
    return Q(queued_at__lt=row.queued_at) | Q(queued_at=row.queued_at, pk__lt=row.pk)
