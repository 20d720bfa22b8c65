"""The 17 Sustainable Development Goals, as number and Danish name.

Names: the Danish wording used by FN-forbundet and Regeringen (verdensmål.dk). Only text: the icons carry
conditions of use.
"""

from collections.abc import Iterable

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import QueryDict

NAMES = {
    1: "Afskaf fattigdom",
    2: "Stop sult",
    3: "Sundhed og trivsel",
    4: "Kvalitetsuddannelse",
    5: "Ligestilling mellem kønnene",
    6: "Rent vand og sanitet",
    7: "Bæredygtig energi",
    8: "Anstændige jobs og økonomisk vækst",
    9: "Industri, innovation og infrastruktur",
    10: "Mindre ulighed",
    11: "Bæredygtige byer og lokalsamfund",
    12: "Ansvarligt forbrug og produktion",
    13: "Klimaindsats",
    14: "Livet i havet",
    15: "Livet på land",
    16: "Fred, retfærdighed og stærke institutioner",
    17: "Partnerskaber for handling",
}
PARAMETER = "verdensmaal"  # of every list that can be narrowed to a goal
CHOICES = [(number, f"{number}. {name}") for number, name in NAMES.items()]


class GoalsField(ArrayField):
    """A sorted set of goal numbers."""

    def __init__(self, **kwargs):
        kwargs.setdefault("verbose_name", "verdensmål")
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        kwargs["base_field"] = models.PositiveSmallIntegerField(choices=CHOICES)
        super().__init__(**kwargs)

    def formfield(self, **kwargs):
        return forms.TypedMultipleChoiceField(
            label=str(self.verbose_name).capitalize(),
            choices=CHOICES,
            coerce=int,
            required=False,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


def goals_are_known(field: str = "goals") -> models.Q:
    """The condition that every number in `field` is a goal, for a CheckConstraint."""
    return models.Q(**{f"{field}__contained_by": list(NAMES)})


def asked_goal(parameters: QueryDict) -> int | None:
    """The goal that `?verdensmaal=` narrows a list to; None where it names none."""
    asked = parameters.get(PARAMETER, "")
    return next((number for number in NAMES if str(number) == asked), None)


def named(numbers: Iterable[int]) -> list[tuple[int, str]]:
    """Each goal with its name."""
    return [(number, NAMES[number]) for number in numbers]
