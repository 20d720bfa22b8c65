"""A message from staff to those who are registered for an event."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import DateTimeField, ExpressionWrapper, F
from django.utils import timezone

from events.models.event import Event


class MessageQuerySet(models.QuerySet):
    def overdue(self, now=None):
        """Those that still say something when those they were written to are forgotten."""
        kept = ExpressionWrapper(
            F("event__ends_at") + F("event__retention_days") * timedelta(days=1), DateTimeField()
        )
        late = self.exclude(subject="", text="").annotate(kept_until=kept)
        return late.filter(kept_until__lt=now or timezone.now())


class Message(models.Model):
    """What was written, to whom by their state, and by whom. Its mails go through the outbox, one to each address.

    Attributes:
        subject, text: empty when the message is deleted, as it may name persons. That it was sent stays.
        form_token: made with the form, so that a double click writes one message.
        states: the states of those it went to.
        sessions: what those had chosen, in words, where it went to no others; a session may be renamed or deleted.
        recipients: how many mails were written.
    """

    event = models.ForeignKey(
        Event, verbose_name="arrangement", on_delete=models.CASCADE, related_name="messages"
    )
    subject = models.CharField("emne", max_length=120)
    text = models.TextField("tekst", max_length=5000)
    states = models.JSONField("til", default=list)
    sessions = models.JSONField("har valgt", default=list, db_default=[])
    recipients = models.PositiveIntegerField("modtagere", default=0)
    is_advertising = models.BooleanField("handler om andet end arrangementet", default=False)
    form_token = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField("tid", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="af", on_delete=models.PROTECT, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "besked"
        verbose_name_plural = "beskeder"
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.subject or "(slettet)"
