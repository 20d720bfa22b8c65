"""What there is to read about an event, before it or afterwards."""

from django.db import models

from erhvervspanel.foundation import materials
from erhvervspanel.foundation.records import History
from events.models.event import Event


class Material(materials.Material):
    """Something to read about an event: slides, photographs, a summing-up."""

    visible_with = ("event",)

    event = models.ForeignKey(
        Event, verbose_name="arrangement", on_delete=models.CASCADE, related_name="materials"
    )

    history = History()
