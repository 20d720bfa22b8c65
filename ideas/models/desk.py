"""What staff keep about an idea while they work on it: notes, and what they have checked. Never public."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import MD5, Concat

from ideas.models.idea import Idea

# The wording of an idea: the texts that are edited for the public, and what readers call them. What was checked holds for as long as
# none of them changes. The companies' own words are not edited for anybody.
WORDING = {
    "title": "titlen",
    "summary": "den korte tekst",
    "need": "behovet",
    "proposal": "forslaget",
    "beneficiaries": "hvem det gavner",
}


class CheckKind(models.TextChoices):
    """The points of the checklist."""

    PROOFREAD = "proofread", "Korrekturlæst"
    APPROVED = "approved", "Virksomheden har set ordlyden"
    CONSENT = "consent", "Virksomheden er spurgt, om den må nævnes"


def digest_of_wording(prefix: str = "") -> Func:
    """An expression: what tells one wording of an idea from another. `prefix` leads to the idea."""
    parts = [part for name in WORDING for part in (F(f"{prefix}{name}"), Value("\x1f"))]
    return MD5(Concat(*parts, output_field=TextField()))


class CheckQuerySet(models.QuerySet):
    def holding(self):
        """Those that were made of the wording that the idea has now."""
        return self.filter(digest=digest_of_wording("idea__"))


class Check(models.Model):
    """That somebody has checked an idea, in the wording that it had then."""

    idea = models.ForeignKey(Idea, verbose_name="ide", on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField("punkt", max_length=12, choices=CheckKind)
    made_at = models.DateTimeField("hvornår", auto_now=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="hvem", null=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField("ordlyd", max_length=32)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = "punkt på tjeklisten"
        verbose_name_plural = "tjekliste"
        constraints = [models.UniqueConstraint(fields=("idea", "kind"), name="check_once_per_idea")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Note(models.Model):
    """What staff tell each other about an idea. It is written once and not changed."""

    idea = models.ForeignKey(Idea, verbose_name="ide", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField("note", max_length=4000)
    written_at = models.DateTimeField("hvornår", auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="hvem", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "interne noter"
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:60]} …"
