"""Who follows an idea, an initiative or a theme by e-mail. Addresses are seen by nobody of the staff."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.foundation.references import REFERENCE_LENGTH
from erhvervspanel.foundation.secret_links import hash_of, secret_of
from ideas.models import Idea
from initiatives.models import Initiative
from panels.models import Theme

# What can be followed, by the name of the key that leads to it; the nearest first, as a mail tells of it.
FOLLOWED = {"idea": Idea, "initiative": Initiative, "theme": Theme}
CALLED = {"idea": "ideen", "initiative": "initiativet", "theme": "temaet"}
UNCONFIRMED_KEPT = timedelta(hours=48)
TOKEN_SALT = "portal.follower"  # noqa: S105 (no secret: it tells this use of the key from others)


class FollowerQuerySet(models.QuerySet):
    def by_token(self, token: str):
        """The one whose page the secret `token` opens, or none."""
        return self.filter(token_hash=hash_of(token))

    def idle(self):
        """Those who follow nothing, and ask for nothing."""
        return self.filter(~Exists(Follow.objects.filter(follower=OuterRef("pk"))))


class Follower(models.Model):
    """An e-mail address that follows something, or has been asked whether it wants to.

    Attributes:
        reference: names it for ever; what is kept of an erasure.
    """

    reference = models.CharField("nummer", max_length=REFERENCE_LENGTH, unique=True)
    email = models.EmailField("e-mail", max_length=254)
    email_key = models.CharField(max_length=254, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("skrevet op", default=timezone.now)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = "følger"
        verbose_name_plural = "følgere"

    def __str__(self) -> str:
        """No address: this text stands in logs."""
        return f"Følger {self.reference}"

    def get_absolute_url(self) -> str:
        """The page of all that is followed. Whoever has the address may confirm and stop."""
        return link("portal:following", self.token)

    @property
    def token(self) -> str:
        """The secret of the personal link."""
        return secret_of(self.reference, salt=TOKEN_SALT, hashed=self.token_hash)

    def mail_key(self, kind: str) -> str:
        return f"follower:{self.pk}:{kind}"


class FollowQuerySet(models.QuerySet):
    def public(self):
        """Those of what the public may see now."""
        found = self.filter(reduce(or_, (visible(model, f"{name}__") for name, model in FOLLOWED.items())))
        return found.select_related("theme", "idea__theme", "initiative", "follower")

    def confirmed(self):
        """Those whose address has said yes."""
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed_since(self, moment):
        """Those that were asked for before `moment` and that nobody has confirmed."""
        return self.filter(confirmed_at=None, asked_at__lt=moment)


class Follow(models.Model):
    """That somebody follows a theme, an idea or an initiative, once it is confirmed from their inbox.

    Attributes:
        notice_version: which text on what is done with the address was shown when it was asked for.
    """

    follower = models.ForeignKey(
        Follower, verbose_name="følger", on_delete=models.CASCADE, related_name="follows"
    )
    # What is followed: one of these. Where it is deleted, nobody follows it any more.
    idea = models.ForeignKey(Idea, null=True, on_delete=models.CASCADE, related_name="follows")
    initiative = models.ForeignKey(Initiative, null=True, on_delete=models.CASCADE, related_name="follows")
    theme = models.ForeignKey(Theme, null=True, on_delete=models.CASCADE, related_name="follows")
    asked_at = models.DateTimeField("bedt om", default=timezone.now)
    confirmed_at = models.DateTimeField("bekræftet", null=True, blank=True)
    notice_version = models.CharField("privatlivsmeddelelse", max_length=20)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = "følger"
        verbose_name_plural = "følger"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="follow_of_one_thing",
                condition=Q(idea__isnull=False, initiative=None, theme=None)
                | Q(idea=None, initiative__isnull=False, theme=None)
                | Q(idea=None, initiative=None, theme__isnull=False),
            ),
            models.UniqueConstraint(fields=("follower", "idea"), name="follow_idea_once"),
            models.UniqueConstraint(fields=("follower", "initiative"), name="follow_initiative_once"),
            models.UniqueConstraint(fields=("follower", "theme"), name="follow_theme_once"),
        ]

    def __str__(self) -> str:
        """No address: this text stands in logs."""
        return f"Følger {self.pk}"

    @property
    def of(self) -> tuple[str, int]:
        """What is followed, by the name in FOLLOWED and its key."""
        return next((name, key) for name in FOLLOWED if (key := getattr(self, f"{name}_id")) is not None)

    @property
    def thing(self) -> Idea | Initiative | Theme:
        """What is followed."""
        return getattr(self, self.of[0])

    @property
    def called(self) -> str:
        """»ideen »2021-07 Fælles solceller««, without the outer quotation marks."""
        return called(self.of[0], self.thing)


def called(name: str, thing: Idea | Initiative | Theme) -> str:
    """What `thing`, of the kind `name` in FOLLOWED, is called within a sentence."""
    return f"{CALLED[name]} »{thing}«"
