"""The companies that take part."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate
from stdnum.dk import cvr as cvr_number

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import Public, PublicQuerySet, published_count
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.search import (
    folded_column,
    search_index,
    sort_column,
    title_index,
    words_column,
)
from erhvervspanel.foundation.slugs import Slugged
from panels.models.names import former_names, plain_name

LONGEST_TYPED = 20  # characters of a CVR number, as people group it
WRONG_NUMBER = "CVR-nummeret er ikke gyldigt. Ret det, eller skriv en begrundelse for at gemme det alligevel."
OTHER_NUMBER = (
    "CVR-nummeret er ikke gyldigt, og begrundelsen er skrevet til et andet nummer. Ret nummeret, eller skriv, hvorfor netop "
    "dette nummer skal gemmes."
)


class SizeBand(models.TextChoices):
    """Employees, in the bands of the Central Business Register."""

    NONE = "0", "Ingen ansatte"
    ONE = "1", "1 ansat"
    FROM_2 = "2-4", "2-4 ansatte"
    FROM_5 = "5-9", "5-9 ansatte"
    FROM_10 = "10-19", "10-19 ansatte"
    FROM_20 = "20-49", "20-49 ansatte"
    FROM_50 = "50-99", "50-99 ansatte"
    FROM_100 = "100-199", "100-199 ansatte"
    FROM_200 = "200-499", "200-499 ansatte"
    FROM_500 = "500-999", "500-999 ansatte"
    FROM_1000 = "1000+", "Mindst 1.000 ansatte"


class TradeCodeVersion(models.TextChoices):
    """The edition of Dansk Branchekode that a trade code is from."""

    DB07 = "DB07", "DB07 (til og med 2024)"
    DB25 = "DB25", "DB25 (fra 2025)"


class CvrField(models.CharField):
    """A CVR number, stored as 8 digits however it is typed: »DK 13 74 81 36«."""

    def to_python(self, value):
        return cvr_number.compact(super().to_python(value) or "") or None

    def formfield(self, **kwargs):
        return super().formfield(**{"max_length": LONGEST_TYPED, **kwargs})


class CompanyQuerySet(PublicQuerySet):
    def with_counts(self):
        """Annotates `idea_count`, the ideas that the public may see."""
        return self.annotate(idea_count=published_count(self.model, "ideas"))

    def called(self, name: str):
        """Those of the name, however it is spelt with æ, ø and å; where there are none, those that one of the name was merged into."""
        folded = danish.fold(name)
        of_the_name = self.filter(search_title=folded)
        if of_the_name.exists():
            return of_the_name
        return self.filter(
            pk__in=[key for key, former in former_names(self) if danish.fold(former) == folded]
        )


class Company(Slugged, Public):
    """A company that takes part in the panels. It is named in public only by its consent."""

    slug_source = "name"
    # A consent that was taken back is not given again by an earlier version, nor is leave to send advertising.
    NOT_RESTORED = ("named_since", "advertising_protected")

    name = models.CharField("navn", max_length=160)
    cvr = CvrField("CVR-nummer", max_length=8, null=True, blank=True, unique=True)
    cvr_exception = models.CharField(
        "begrundelse for CVR-nummer",
        max_length=160,
        blank=True,
        help_text="Kun hvis nummeret skal gemmes, selv om kontrolcifferet ikke passer.",
    )
    trade = models.CharField("branche", max_length=160, blank=True)
    trade_code = models.CharField("branchekode", max_length=6, blank=True)
    trade_code_version = models.CharField(
        "branchekodens udgave", max_length=4, blank=True, choices=TradeCodeVersion
    )
    size_band = models.CharField("størrelse", max_length=8, blank=True, choices=SizeBand)
    town = models.CharField("by", max_length=80, blank=True)
    website = models.URLField("hjemmeside", blank=True)
    named_since = models.DateField(
        "samtykke til navn givet den",
        null=True,
        blank=True,
        help_text="Tomt felt: virksomheden tælles med, men nævnes ikke ved navn.",
    )
    advertising_protected = models.BooleanField(
        "reklamebeskyttet",
        default=False,
        help_text="Virksomheden får ikke mails til mange uden samtykke (CVR-loven).",
    )

    sort_key = sort_column("name")
    search_title = folded_column("name")
    search_words = words_column(("name",), ("trade", "town"))

    objects = CompanyQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "virksomhed"
        verbose_name_plural = "virksomheder"
        ordering = ("sort_key",)
        indexes = [search_index("company"), title_index("company")]
        constraints = [
            models.CheckConstraint(
                name="company_cvr_eight_digits",
                condition=Q(cvr__isnull=True) | Q(cvr__regex=r"^[0-9]{8}$"),
                violation_error_message="Et CVR-nummer har 8 cifre.",
            ),
            models.CheckConstraint(
                name="company_trade_code_has_version",
                condition=Q(trade_code="") | ~Q(trade_code_version=""),
                violation_error_message="Vælg, hvilken udgave branchekoden er fra.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("panels:company", self.slug)

    @classmethod
    def visible_by(cls, now) -> Q:
        # By the Danish day: the database would judge a moment by its own.
        return Q(named_since__lte=TruncDate(now))

    def clean(self):
        """Raises ValidationError where the name would be read as two, or the CVR number's check digit is wrong and no reason is given for
        keeping that number.

        The check digit is modulus 11 with the weights 2 7 6 5 4 3 2 1.
        """
        self.name = plain_name(self.name)
        super().clean()
        if not self.cvr or cvr_number.is_valid(self.cvr):
            return
        if not self.cvr_exception:
            raise ValidationError({"cvr": WRONG_NUMBER})
        kept = type(self).objects.filter(pk=self.pk, cvr_exception=self.cvr_exception)
        if kept.exclude(cvr=self.cvr).exists():
            raise ValidationError({"cvr": OTHER_NUMBER})

    @property
    def cvr_grouped(self) -> str:
        """The number as people read it: »12 34 56 78«."""
        return " ".join(self.cvr[i : i + 2] for i in range(0, 8, 2)) if self.cvr else ""
