"""Slugs: made from a Danish title, and redirected when they change."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models

from erhvervspanel.foundation import danish


class Slugged(models.Model):
    """A record with a readable address. An empty slug is made from the title when the record is cleaned.

    A changed slug needs no table of its own: the record's history remembers the old one (`current_for`).
    """

    slug_source = "title"

    slug = models.SlugField(
        "adresse",
        max_length=120,
        unique=True,
        blank=True,
        help_text="Sidste led i sidens adresse. Lad feltet stå tomt, så laves det af titlen.",
    )

    class Meta:
        abstract = True

    def clean(self):
        """Makes a slug where there is none. Raises ValidationError where the title has neither a Latin letter nor a digit to make it of."""
        super().clean()
        title = getattr(self, self.slug_source)
        self.slug = self.slug or free_slug(type(self)._base_manager.exclude(pk=self.pk), title)
        if not self.slug:
            refuse_letterless(title)


def refuse_letterless(title: str) -> None:
    """Raises ValidationError where `title` has neither a Latin letter nor a digit to make a slug of. A missing title is told of elsewhere."""
    if title and not danish.slugify(title):
        sentence = "Der kan ikke laves en adresse af teksten. Skriv en med bogstaver fra a til z, tal og bindestreger."
        raise ValidationError({"slug": sentence})


def free_slug(others: models.QuerySet, title: str) -> str:
    """A slug of `title` that none of `others` has, with a number where one has it without; "" where the title gives none."""
    longest = others.model._meta.get_field("slug").max_length
    slug = wanted = danish.slugify(title)[:longest]
    number = 1
    while slug and others.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted[: longest - 1 - len(str(number))]}-{number}"
    return slug


def current_for(model: type[models.Model], former_slug: str) -> list[str]:
    """The slugs of the rows of `model` that once had `former_slug`, the one changed last first."""
    was = model.history.filter(slug=former_slug).values("id")
    return list(model.objects.filter(pk__in=was).order_by("-updated_at").values_list("slug", flat=True))


def heirs_of(model: type[models.Model], gone: Collection[int]) -> set[int]:
    """The keys of the rows to which the addresses lead that those with the keys in `gone` had."""
    slugs = model.history.filter(id__in=gone).values("slug")
    return set(model.history.filter(slug__in=slugs).exclude(id__in=gone).values_list("id", flat=True))
