"""Signposts to the national business-promotion system.

A signpost, not a platform: Erhvervsfremmeloven § 14, stk. 2 lets municipalities point to the state's services
but not establish platforms of their own.
"""

from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable
from erhvervspanel.foundation.records import History
from erhvervspanel.foundation.search import search_index, sort_column, words_column
from erhvervspanel.foundation.slugs import Slugged
from panels.models import Need

NEEDS_VERIFYING_AFTER = timedelta(days=180)


class ServiceQuerySet(PublicQuerySet):
    def verified(self):
        """Those that can be had, that somebody has looked at within NEEDS_VERIFYING_AFTER, and whose link answers."""
        since = timezone.localdate() - NEEDS_VERIFYING_AFTER
        return self.filter(is_over=False, verified_on__gte=since).exclude(link_check__problem__gt="")

    def with_need_names(self):
        """Annotates `need_names`, in Danish order."""
        needs = Need.objects.filter(services=OuterRef("pk")).order_by("sort_key")
        return self.annotate(need_names=ArraySubquery(needs.values("name")))

    def unverified(self):
        """The rest of what can be had: what somebody should look at."""
        return self.filter(is_over=False).exclude(pk__in=self.model.objects.verified())


class Service(Slugged, Publishable):
    """An offer that a company may be pointed to."""

    slug_source = "name"

    name = models.CharField("navn", max_length=160)
    provider = models.CharField("udbyder", max_length=160)
    summary = models.CharField(
        "kort beskrivelse", max_length=240, blank=True, help_text="En sætning til oversigter."
    )
    description = models.TextField("beskrivelse", help_text=FORMATTING)
    price = models.CharField("pris", max_length=120, blank=True)
    url = models.URLField("link")
    verified_on = models.DateField("sidst kontrolleret", null=True, blank=True)
    is_over = models.BooleanField(
        "er slut",
        default=False,
        db_default=False,
        help_text="Kan ikke søges mere. Siden om tilbud viser det til sidst, og ideernes og initiativernes sider viser det ikke længere som hjælp.",
    )
    needs = models.ManyToManyField(Need, verbose_name="behov", blank=True, related_name="services")

    sort_key = sort_column("name")
    search_words = words_column(("name",), ("provider", "summary", "description"))

    objects = ServiceQuerySet.as_manager()
    history = History(links=("needs",))

    class Meta:
        verbose_name = "tilbud"
        verbose_name_plural = "tilbud"
        ordering = ("sort_key",)
        indexes = [search_index("service")]

    def __str__(self) -> str:
        return f"{self.name} ({self.provider})"

    def clean(self):
        super().clean()
        if self.verified_on and self.verified_on > timezone.localdate():
            raise ValidationError({"verified_on": "Dagen er ikke kommet endnu. Skriv, hvornår I så efter."})

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Forgets what was found at the address that the link had before: it says nothing of the new one."""
        has_moved = Service.objects.filter(pk=self.pk).exclude(url=self.url).exists()
        super().save(*args, **kwargs)
        if has_moved:
            LinkCheck.objects.filter(service=self).delete()

    def get_absolute_url(self) -> str:
        return f"{link('ideas:service-list')}#{self.slug}"


class LinkCheck(models.Model):
    """What `check_links` last found at a service's link. Made by a machine, so it has no history."""

    service = models.OneToOneField(
        Service, verbose_name="tilbud", on_delete=models.CASCADE, related_name="link_check"
    )
    checked_at = models.DateTimeField("kontrolleret")
    problem = models.CharField("fejl", max_length=200, blank=True, help_text="Tomt felt: siden svarer.")

    class Meta:
        verbose_name = "kontrol af link"
        verbose_name_plural = "kontrol af links"

    def __str__(self) -> str:
        return f"{self.service}: {self.problem or 'svarer'}"
