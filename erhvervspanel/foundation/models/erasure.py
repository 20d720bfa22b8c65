"""What was erased of persons."""

from django.db import models
from django.utils import timezone


class Erasure(models.Model):
    """That what names a person was taken out of a row at the person's wish. It names nobody.

    Attributes:
        thing: what it was: »events.registration«.
        key: names the row, also after a restore, where a row's own number may have been given anew.
    """

    thing = models.CharField("slags", max_length=80)
    key = models.CharField("nummer", max_length=120)
    at = models.DateTimeField("slettet", default=timezone.now)

    class Meta:
        verbose_name = "sletning"
        verbose_name_plural = "sletninger"
        constraints = [models.UniqueConstraint(fields=("thing", "key"), name="erasure_noted_once")]

    def __str__(self) -> str:
        return f"{self.thing} {self.key}"
