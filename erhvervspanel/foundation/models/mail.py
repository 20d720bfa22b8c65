"""Mail on its way out: a row that is written in the transaction that causes it."""

import re
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, Exists, Min, OuterRef, Q, When
from django.utils import timezone

from erhvervspanel.foundation.mail_kinds import mail_kinds

WITHHELD_AFTER = timedelta(hours=48)
# The secret in a personal link (foundation/secret_links.py): 24 bytes in base64.
SECRET, HIDDEN = re.compile(r"(?<=/)[\w-]{32}(?=/)"), "[personligt link]"


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued", "I kø"
    SENT = "sent", "Sendt"
    FAILED = "failed", "Kan ikke sendes"
    WITHHELD = "withheld", "Holdt tilbage"


class MailQuerySet(models.QuerySet):
    def waiting_since(self) -> datetime | None:
        """Since when the mail that has waited longest for the mail server has done so.

        One that has not been tried waits from its time. One that has is as old as it is, as each refusal moves its time ahead; unless
        another has gone since it was written, as the trouble is then not the server's but its own.
        """
        went_since = OutgoingMail.objects.filter(state=MailState.SENT, sent_at__gt=OuterRef("created_at"))
        untried = Q(attempts=0, next_attempt_at__lte=timezone.now())
        waiting = self.filter(untried | Q(~Exists(went_since), attempts__gt=0), state=MailState.QUEUED)
        since = Case(When(attempts=0, then="next_attempt_at"), default="created_at")
        return waiting.aggregate(since=Min(since))["since"]

    def overdue(self):
        """Those that have waited so long that they may come from a restored backup: staff decide."""
        since = timezone.now() - WITHHELD_AFTER
        return self.filter(state=MailState.QUEUED, attempts=0, created_at__lt=since)


class OutgoingMail(models.Model):
    """One mail to one address.

    Attributes:
        key: names what the mail is about and in which version; a second mail with the same key is not written.
        message_id: stays the same however often it is sent, so that a reader sees it once (RFC 5322, 3.6.4).
        attachments: each with name, content and type; text only, such as a calendar file.
        unsubscribe_url: where a mail program's own button takes back a subscription (RFC 8058); empty where there is none.
        leased_until: until when a worker has it to itself. A worker that dies loses it to another then.
    """

    key = models.CharField("nøgle", max_length=200, unique=True)
    kind = models.CharField("slags", max_length=40)
    to = models.CharField("til", max_length=254)
    subject = models.CharField("emne", max_length=200)
    text = models.TextField("tekst")
    html = models.TextField("HTML", blank=True)
    attachments = models.JSONField("vedhæftet", default=list, blank=True)
    unsubscribe_url = models.CharField("afmelding", max_length=300, blank=True, default="", db_default="")
    message_id = models.CharField("Message-ID", max_length=120, unique=True)
    state = models.CharField("status", max_length=8, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField("forsøg", default=0)
    next_attempt_at = models.DateTimeField("næste forsøg", default=timezone.now)
    leased_until = models.DateTimeField("lånt til", null=True, blank=True)
    last_error = models.CharField("seneste fejl", max_length=300, blank=True)
    created_at = models.DateTimeField("skrevet", default=timezone.now)
    sent_at = models.DateTimeField("sendt", null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(
                fields=("next_attempt_at", "id"), name="mail_due", condition=Q(state=MailState.QUEUED)
            ),
            models.Index(fields=("sent_at",), name="mail_sent", condition=Q(state=MailState.SENT)),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_sent_when", condition=Q(sent_at__isnull=False) | ~Q(state=MailState.SENT)
            ),
        ]

    def __str__(self) -> str:
        return f"{mail_kinds().get(self.kind, self.kind)} {self.pk}"

    @property
    def shown_text(self) -> str:
        """The text without the secret of a personal link: who has it acts as the person."""
        return SECRET.sub(HIDDEN, self.text)

    @property
    def shown_html(self) -> str:
        return SECRET.sub(HIDDEN, self.html)
