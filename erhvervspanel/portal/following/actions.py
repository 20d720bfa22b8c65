"""What becomes of somebody's wish to follow: asked for, confirmed from their inbox, stopped, forgotten."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from erhvervspanel.foundation import erasures
from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox import post
from erhvervspanel.foundation.references import REFERENCE_LENGTH, REFERENCE_LETTERS
from erhvervspanel.foundation.secret_links import hash_of, secret_of
from erhvervspanel.portal.models import Follow, Follower
from erhvervspanel.portal.models.follower import TOKEN_SALT, UNCONFIRMED_KEPT

ERASED_AS = "portal.follower"  # in the list of erasures


@transaction.atomic
def ask(name: str, thing: models.Model, *, email: str, form_token: str, notice_version: str) -> None:
    """Mails a link by which the address can confirm that it wants to follow `thing`. Until then nothing is sent to it.

    One that follows it already gets its link again, so that nobody sees from here who follows what.

    Args:
        name: which kind of thing it is, as in FOLLOWED.
        form_token: the number of the form. The same again sends no second mail.
    """
    follower = follower_of(email)
    asked = {"asked_at": timezone.now(), "notice_version": notice_version}
    follow, made = Follow.objects.get_or_create(follower=follower, **{name: thing}, defaults=asked)
    if not made and follow.confirmed_at is None:
        Follow.objects.filter(pk=follow.pk).update(**asked)
    post(
        "portal/emails/follow",
        key=follower.mail_key(f"follow:{form_token}"),
        to=follower.email,
        subject="Din side med det, du følger" if follow.confirmed_at else "Bekræft, at du vil følge med",
        context={"follow": follow, "url": f"{settings.SITE_URL}{follower.get_absolute_url()}"},
    )


def follower_of(email: str) -> Follower:
    """The row of an address, made where there is none, and held."""
    reference = get_random_string(REFERENCE_LENGTH, REFERENCE_LETTERS)
    hashed = hash_of(secret_of(reference, salt=TOKEN_SALT))
    made = {"reference": reference, "email": email.strip(), "token_hash": hashed}
    found, _ = Follower.objects.select_for_update().get_or_create(email_key=email_key(email), defaults=made)
    return found


def confirm(follow: Follow) -> None:
    """Has `follow` be one that its follower is written to about. Done twice, it is done once."""
    Follow.objects.filter(pk=follow.pk, confirmed_at=None).update(confirmed_at=timezone.now())


@transaction.atomic
def stop(follow: Follow) -> None:
    """Ends `follow`, at its follower's wish: no restored backup brings it back. With the last one the address is forgotten."""
    follower = Follower.objects.select_for_update().get(pk=follow.follower_id)
    erasures.note(ERASED_AS, [key_of(follow)])
    follow.delete()
    if not follower.follows.exists():
        stop_all(follower)


def key_of(follow: Follow) -> str:
    """What the list of erasures names `follow` by."""
    return f"{follow.follower.reference}:{follow.pk}"


def come_back(erased: dict[str, datetime]) -> tuple[models.QuerySet, models.QuerySet]:
    """The followers that were erased before and are there again, and the single follows of others.

    Args:
        erased: the keys of what was erased, and when. A follow that got the same number afterwards is none of them.
    """
    followers = Follower.objects.filter(reference__in=erased)
    stopped = {int(key.partition(":")[2]): (key, at) for key, at in erased.items() if ":" in key}
    follows = Follow.objects.filter(pk__in=stopped).exclude(follower__in=followers)
    back = [
        follow.pk
        for follow in follows.select_related("follower")
        if stopped[follow.pk][0] == key_of(follow) and follow.asked_at <= stopped[follow.pk][1]
    ]
    return followers, follows.filter(pk__in=back)


@transaction.atomic
def erase_again(erased: dict[str, datetime]) -> int:
    """Deletes what has come back, and returns how many there were."""
    followers, follows = come_back(erased)
    count = follows.delete()[0] + forget(followers)
    forget(Follower.objects.idle())
    return count


@transaction.atomic
def stop_all(follower: Follower) -> None:
    """Forgets the address, at its owner's wish: no restored backup brings it back."""
    erasures.note(ERASED_AS, [follower.reference])
    forget(Follower.objects.filter(pk=follower.pk))


def unconfirmed(late: timedelta = timedelta(0)) -> models.QuerySet:
    """The wishes that nobody confirmed within UNCONFIRMED_KEPT and `late`."""
    return Follow.objects.unconfirmed_since(timezone.now() - UNCONFIRMED_KEPT - late)


@transaction.atomic
def purge_unconfirmed() -> int:
    """Deletes those, and the addresses that follow nothing then. Returns how many wishes there were."""
    count = unconfirmed().delete()[0]
    forget(Follower.objects.idle())
    return count


@transaction.atomic
def forget(followers: models.QuerySet) -> int:
    """Deletes `followers`, what they follow, and the mails to them. Returns how many there were."""
    keys = list(followers.values_list("pk", flat=True))
    mails = (Q(key__startswith=f"follower:{key}:") for key in keys)
    OutgoingMail.objects.filter(reduce(or_, mails, Q(pk=None))).delete()
    Follower.objects.filter(pk__in=keys).delete()
    return len(keys)
