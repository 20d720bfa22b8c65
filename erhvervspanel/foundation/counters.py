"""Numbers that are counted up and down in the database."""

from django.db import models
from django.db.models import F


class CounterField(models.PositiveIntegerField):
    """A number that only an UPDATE of its own changes.

    Saving the row leaves the number as the database has it: a form that somebody had open meanwhile must not write an old
    one back. It begins at 0 and is in no form and no history.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "default": 0, "editable": False})

    def pre_save(self, model_instance, add):
        return 0 if add else F(self.attname)
