"""A file of ideas on its way in: kept from the page where it is chosen to the page where it is carried out."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from panels.models import Theme

KEPT = timedelta(days=1)


class UploadQuerySet(models.QuerySet):
    def forgotten(self):
        """Those that nobody carried out, or was done with, within KEPT."""
        return self.filter(created_at__lt=timezone.now() - KEPT)


class IdeaUpload(models.Model):
    """A file that is looked over before it is imported, and is imported once.

    Attributes:
        answers: what was chosen for each name to choose, when it was last tried; None where it was not, or is done.
    """

    file_name = models.CharField("fil", max_length=200)
    content = models.BinaryField("indhold")
    theme = models.ForeignKey(Theme, verbose_name="tema", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="af", on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField("hvornår", auto_now_add=True)
    answers = models.JSONField("valg", null=True)
    done_at = models.DateTimeField("hentet ind", null=True)
    outcome = models.JSONField("udfald", default=dict)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "fil med ideer"
        verbose_name_plural = "filer med ideer"

    def __str__(self) -> str:
        return self.file_name
