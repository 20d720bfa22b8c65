"""What workers have done, and that they are alive."""

from django.db import models
from django.utils import timezone


class DueRun(models.Model):
    """A job's run for one due time: the row is what makes it happen once, whoever else is at work."""

    job = models.CharField("opgave", max_length=60)
    due_at = models.DateTimeField("tid")
    done_at = models.DateTimeField("udført", null=True, blank=True)

    class Meta:
        verbose_name = "planlagt opgave"
        verbose_name_plural = "planlagte opgaver"
        ordering = ("-due_at",)
        constraints = [models.UniqueConstraint(fields=("job", "due_at"), name="job_once_per_due_time")]

    def __str__(self) -> str:
        return f"{self.job} {self.due_at:%Y-%m-%d %H:%M}"


class WorkerBeat(models.Model):
    """When a worker was last alive."""

    name = models.CharField("worker", max_length=120, unique=True)
    beat_at = models.DateTimeField("sidst set", default=timezone.now)

    class Meta:
        verbose_name = "worker"
        verbose_name_plural = "workere"
        ordering = ("-beat_at",)

    def __str__(self) -> str:
        return self.name
