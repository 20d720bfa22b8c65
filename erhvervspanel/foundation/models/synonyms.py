"""Words that search takes for each other."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from erhvervspanel.foundation.records import History, Record


class SynonymGroup(Record):
    """Words that search takes for each other: a search for one finds them all."""

    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name="ord",
        help_text="Skriv ordene med komma imellem, for eksempel: ladestander, opladning, elbil.",
    )

    history = History()

    class Meta:
        verbose_name = "synonymer"
        verbose_name_plural = "synonymer"

    def __str__(self) -> str:
        return ", ".join(self.words)
