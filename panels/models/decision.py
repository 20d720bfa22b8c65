"""A committee's decision: entered once, it answers many ideas and may pick themes and start initiatives."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.search import search_index, words_column
from erhvervspanel.foundation.slugs import Slugged


class Decision(Slugged, Publishable):
    """One agenda item that a committee decided.

    Attributes:
        journal_version: how many different packages have been handed to the journal; a package is only new when what it
            holds has changed (offentlighedsloven § 15).
        journal_digest: SHA-256 of what the last package held.
    """

    NOT_RESTORED = ("journalised_at", "journalised_by", "journal_version", "journal_digest")

    committee = models.CharField("udvalg", max_length=120)
    decided_on = models.DateField("besluttet den")
    agenda_item = models.CharField("punkt på dagsordenen", max_length=20, blank=True)
    title = models.CharField("titel", max_length=160)
    text = models.TextField("beslutningens tekst", blank=True, help_text=FORMATTING)
    minutes_url = models.URLField("link til referat", blank=True)
    case_number = models.CharField(
        "sagsnummer", max_length=40, blank=True, help_text="I journalsystemet. Vises ikke på siden."
    )
    kle = models.CharField(
        "KLE-nummer", max_length=20, blank=True, help_text="For eksempel 00.01.00. Vises ikke på siden."
    )
    journalised_at = models.DateTimeField("journalpakken hentet", null=True, editable=False)
    journalised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="journalpakken hentet af",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    journal_version = models.PositiveSmallIntegerField("journalpakkens version", default=0, editable=False)
    journal_digest = models.CharField("journalpakkens aftryk", max_length=64, blank=True, editable=False)

    search_words = words_column(("title",), ("committee", "text"))

    objects = PublicQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "beslutning"
        verbose_name_plural = "beslutninger"
        ordering = ("-decided_on", "agenda_item")
        indexes = [search_index("decision")]
        constraints = [
            models.UniqueConstraint(
                fields=("committee", "decided_on", "agenda_item"),
                name="decision_once_per_agenda_item",
                violation_error_message="Udvalget har allerede en beslutning med det punkt på den dato.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.committee})"

    def get_absolute_url(self) -> str:
        return link("panels:decision", self.slug)

    def clean(self):
        super().clean()
        if self.decided_on:
            self.refuse_moment(self.publish_at)

    def refuse_moment(self, at) -> None:
        """Nothing is told as decided before the committee has met."""
        if at is not None and timezone.localdate(at) < self.decided_on:
            raise ValidationError(
                f"»{self.title}« besluttes {notation.day(self.decided_on)} og kan ikke vises før. Ret datoen, eller vælg et senere "
                "tidspunkt."
            )
