"""What companies tell of between the meetings: »Meld et behov«."""

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from erhvervspanel.foundation.references import REFERENCE_LENGTH
from ideas.models.idea import Idea
from panels.models.company import CvrField

KEPT = timedelta(days=180)  # what names somebody, after the submission is dealt with
KEPT_UNHANDLED = timedelta(days=365)


class SubmissionState(models.TextChoices):
    """Where a submission stands. It is never published by itself."""

    NEW = "new", "Ny"
    IDEA = "idea", "Blevet til en ide"
    ANSWERED = "answered", "Besvaret"
    DISMISSED = "dismissed", "Lagt væk"


class SubmissionQuerySet(models.QuerySet):
    def new(self):
        """Those that nobody has dealt with, the oldest first."""
        return self.filter(state=SubmissionState.NEW).order_by("created_at")

    def naming(self):
        """Those that name who has told of them, or hold the answer to them. A company's name may be its owner's."""
        return self.exclude(contact_name="", email="", company_name="", cvr=None, answer="")

    def dismissed(self):
        """Those that were no needs, of which nothing is kept."""
        return self.filter(state=SubmissionState.DISMISSED)

    def overdue(self, now=None):
        """Those that still name who has told of them, and all dismissed ones, after the day that was promised."""
        now = now or timezone.now()
        past = Q(handled_at__lt=now - KEPT) | Q(handled_at=None, created_at__lt=now - KEPT_UNHANDLED)
        return (self.naming() | self.dismissed()).filter(past)


class Submission(models.Model):
    """A need that a company has told of. Staff make an idea of it, answer it, or dismiss it."""

    reference = models.CharField("nummer", max_length=REFERENCE_LENGTH, unique=True, editable=False)
    form_token = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("modtaget", default=timezone.now)
    company_name = models.CharField("virksomhed", max_length=160)
    cvr = CvrField("CVR-nummer", max_length=8, blank=True, null=True)
    need = models.TextField("behovet")
    proposal = models.TextField("forslag", blank=True)
    contact_name = models.CharField("kontaktperson", max_length=120, blank=True)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    may_be_named = models.BooleanField("virksomheden må nævnes ved navn", default=False)
    notice_version = models.CharField("privatlivsmeddelelse", max_length=20)
    state = models.CharField("status", max_length=10, choices=SubmissionState, default=SubmissionState.NEW)
    idea = models.ForeignKey(
        Idea,
        verbose_name="ide",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    answer = models.TextField("svar", blank=True)
    handled_at = models.DateTimeField("behandlet", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="behandlet af",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "indmeldt behov"
        verbose_name_plural = "indmeldte behov"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="submission_handled_when",
                condition=Q(state="new", handled_at=None) | (~Q(state="new") & Q(handled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="submission_idea_when_made_one", condition=~Q(state="idea") | Q(idea__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """No name: this text stands in logs."""
        return f"Indmeldt behov {self.reference}"

    @property
    def wording(self) -> str:
        """What tells this wording of the need from another."""
        return sha256(f"{self.need}\0{self.proposal}".encode()).hexdigest()

    def mail_key(self, kind: str) -> str:
        return f"submission:{self.pk}:{kind}"
