"""What guards public forms and personal data: attempts that are counted, and who looked at or changed what."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class AttemptSalt(models.Model):
    """What the keys of one day's attempts are hashed with. When the day is over it is deleted, and nobody can hash them again."""

    day = models.DateField("dag", unique=True)
    salt = models.CharField("salt", max_length=64)

    class Meta:
        verbose_name = "salt for talte forsøg"
        verbose_name_plural = "salte for talte forsøg"

    def __str__(self) -> str:
        return f"{self.day}"


class AttemptCount(models.Model):
    """How often somebody has tried something within one window of time.

    Attributes:
        key: a hash of who it was: a network or an e-mail address (`throttle.key_of`).
    """

    purpose = models.CharField("hvad", max_length=40)
    key = models.CharField("nøgle", max_length=64)
    window_at = models.DateTimeField("fra")
    count = models.PositiveIntegerField("antal")

    class Meta:
        verbose_name = "talte forsøg"
        verbose_name_plural = "talte forsøg"
        constraints = [
            models.UniqueConstraint(fields=("purpose", "key", "window_at"), name="attempts_once_per_window")
        ]
        indexes = [models.Index(fields=("window_at",), name="attempts_by_time")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.window_at:%Y-%m-%d %H:%M}: {self.count}"


class AuditAction(models.TextChoices):
    """What somebody did with personal data."""

    SEEN = "seen", "Set"
    ADDED = "added", "Skrevet op"
    CHANGED = "changed", "Ændret"
    ERASED = "erased", "Slettet"
    PURGED = "purged", "Slettet efter frist"
    PRINTED = "printed", "Udskrevet"
    EXPORTED = "exported", "Hentet som fil"
    HANDED_OUT = "handed_out", "Udleveret til personen"


class AuditEntry(models.Model):
    """That somebody did something with personal data: never the data itself.

    Attributes:
        by: None where the portal did it by itself.
        model, key: the row it was about, such as »events.registration« and »17«; a list is about its event.
        purpose: what it was for, in words; where there is no row, this tells what it was.
        fields: the names of the fields that were touched.
        rows: how many persons or registrations it was about.
    """

    at = models.DateTimeField("tid", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="hvem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    action = models.CharField("hvad", max_length=10, choices=AuditAction)
    model = models.CharField("slags", max_length=80, blank=True)
    key = models.CharField("nummer", max_length=40, blank=True)
    purpose = models.CharField("formål", max_length=200, blank=True)
    fields = ArrayField(models.CharField(max_length=60), verbose_name="felter", default=list, blank=True)
    rows = models.PositiveIntegerField("antal", default=1)

    class Meta:
        verbose_name = "opslag i personoplysninger"
        verbose_name_plural = "opslag i personoplysninger"
        permissions = [("handle_person", "Udlevere og slette en persons oplysninger")]
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=("-at", "-id"), name="audit_by_time"),
            models.Index(fields=("model", "key", "-at"), name="audit_by_thing"),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_says_of_what",
                condition=~models.Q(model="", purpose=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.model} {self.key}".rstrip()
