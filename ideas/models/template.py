"""Texts that staff use again when they answer."""

from django.db import models

from erhvervspanel.foundation.markdown import FORMATTING
from ideas.models.answer import Outcome


class AnswerTemplate(models.Model):
    """A reason to begin with, for answers that are much alike."""

    title = models.CharField("titel", max_length=80, unique=True, help_text="Det, man vælger skabelonen ved.")
    outcome = models.CharField(
        "udfald", max_length=20, choices=Outcome, blank=True, help_text="Sættes, hvor svaret ikke har noget."
    )
    text = models.TextField("tekst", help_text=f"Sættes ind, hvor begrundelsen er tom. {FORMATTING}")
    updated_at = models.DateTimeField("ændret", auto_now=True)

    class Meta:
        verbose_name = "svarskabelon"
        verbose_name_plural = "svarskabeloner"
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title
