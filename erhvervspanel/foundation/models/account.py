"""Staff's accounts."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from erhvervspanel.foundation import notation


class User(AbstractUser):
    """A member of staff. The public needs no account."""

    class Meta:
        verbose_name = "bruger"
        verbose_name_plural = "brugere"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class LogInOutcome(models.TextChoices):
    """What became of a log-in."""

    IN = "in", "Logget ind"
    FAILED = "failed", "Forkert adgangskode eller kode"
    LOCKED = "locked", "For mange forsøg"
    REFUSED = "refused", "Ingen adgang"
    OUT = "out", "Logget ud"
    ENDED = "ended", "Sessionen udløb"


class LogIn(models.Model):
    """A line in the log of log-ins."""

    at = models.DateTimeField("hvornår", auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="hvem",
        null=True,
        on_delete=models.CASCADE,
        related_name="log_ins",
    )
    outcome = models.CharField("hvad", max_length=10, choices=LogInOutcome)
    method = models.CharField("hvordan", max_length=60, blank=True)
    network = models.CharField("netværk", max_length=50, blank=True)

    class Meta:
        verbose_name = "loginhændelse"
        verbose_name_plural = "loginhændelser"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {notation.moment(self.at)}"
